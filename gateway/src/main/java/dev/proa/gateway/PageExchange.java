package dev.proa.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Answers with one file of the page. */
final class PageExchange extends ImmediateExchange {
    private final ClientConnection connection;
    private final Head head;
    private final PageFile file;

    PageExchange(ClientConnection connection, Head head, PageFile file) {
        this.connection = connection;
        this.head = head;
        this.file = file;
    }

    @Override
    public void start() {
        var gzip = file.gzip().isPresent() && takesGzip(head.headers());
        var tag = '"' + file.tag() + (gzip ? "-gz" : "") + '"';
        var headers = headers(tag);
        if (known(tag)) {
            connection.reply(304, headers, Unpooled.EMPTY_BUFFER);
            return;
        }
        headers.set(HttpHeaderNames.CONTENT_TYPE, file.type());
        if (gzip) {
            headers.set(HttpHeaderNames.CONTENT_ENCODING, "gzip");
        }
        var bytes = gzip ? file.gzip() : file.content();
        if (bytes.isPresent()) {
            connection.reply(200, headers, Unpooled.wrappedBuffer(bytes.get()));
        } else {
            fromDisk(headers);
        }
    }

    private HttpHeaders headers(String tag) {
        var headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.ETAG, tag);
        headers.set(HttpHeaderNames.VARY, "accept-encoding");
        if (file.document()) {
            OwnHeaders.guardDocument(headers);
        } else {
            var age = file.lasting() ? "public, max-age=31536000, immutable" : "no-cache";
            headers.set(HttpHeaderNames.CACHE_CONTROL, age);
            OwnHeaders.guardAnswer(headers);
        }
        return headers;
    }

    /** RFC 9110 section 13.1.2, with the weak comparison it asks for. */
    private boolean known(String tag) {
        for (var line : head.headers().getAll(HttpHeaderNames.IF_NONE_MATCH)) {
            for (var candidate : line.split(",", -1)) {
                var plain = candidate.strip();
                if (plain.equals("*") || plain.equals(tag) || plain.equals("W/" + tag)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean takesGzip(HttpHeaders headers) {
        for (var line : headers.getAll(HttpHeaderNames.ACCEPT_ENCODING)) {
            for (var coding : line.toLowerCase(Locale.ROOT).split(",", -1)) {
                var parts = coding.strip().split("\\s*;\\s*", 2);
                if (parts[0].equals("gzip")) {
                    return parts.length == 1 || !parts[1].matches("q=0(\\.0*)?");
                }
            }
        }
        return false;
    }

    private void fromDisk(HttpHeaders headers) {
        if (head.method().equals("HEAD")) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, file.length());
            send(headers);
            return;
        }
        FileChannel channel;
        try {
            channel =
                    FileChannel.open(
                            file.file(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            connection.refuse(Refusal.notFound());
            return;
        }
        headers.set(HttpHeaderNames.CONTENT_LENGTH, file.length());
        send(headers, new DefaultFileRegion(channel, 0, file.length()));
    }

    private void send(HttpHeaders headers, Object... parts) {
        connection.head(
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, headers));
        for (var part : parts) {
            connection.write(part);
        }
        connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
        connection.finish();
    }
}
