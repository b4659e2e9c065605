package dev.proa.runtime;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One request as it is written, on a connection of its own. */
record RawHttp(String method, String target, List<String> fields, String body) {
    /** An answer; fields by lower-case name. Of one without an end only the head. */
    record Answer(int status, Map<String, String> fields, String body) {
        String type() {
            return fields.getOrDefault("content-type", "");
        }
    }

    static RawHttp of(String method, String target) {
        return new RawHttp(method, target, List.of(), "");
    }

    RawHttp with(String... more) {
        var all = new ArrayList<>(fields);
        all.addAll(List.of(more));
        return new RawHttp(method, target, all, body);
    }

    RawHttp sending(String text) {
        return new RawHttp(method, target, fields, text);
    }

    Answer ask(int port) {
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        if (fields.stream().noneMatch(field -> field.startsWith("Host:"))) {
            head.append("Host: 127.0.0.1:").append(port).append("\r\n");
        }
        fields.forEach(field -> head.append(field).append("\r\n"));
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0) {
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        head.append("\r\n");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(bytes);
            return read(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + target, e);
        }
    }

    private Answer read(InputStream in) throws IOException {
        int status = Integer.parseInt(line(in).split(" ", 3)[1]);
        var answered = new TreeMap<String, String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            answered.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(answered.getOrDefault("content-length", "0"));
        var whole = method.equals("HEAD") ? new byte[0] : in.readNBytes(length);
        return new Answer(status, answered, new String(whole, StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the connection ended inside a head");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }
}
