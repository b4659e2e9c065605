package dev.proa.profile;

import dev.proa.profile.Node.Mapping;
import dev.proa.profile.SidecarSpec.Attach;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.SidecarSpec.Taken;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads {@code attach} of a sidecar: the backend of somebody else that may be used. */
final class AttachReader {
    private static final URI NONE = URI.create("");
    static final Keys ATTACH = Keys.of("attach", "url", "identity", "expect", "auth");

    /** Only this machine: anything else is an upstream of a mode, not a sidecar. */
    private static final Pattern URL =
            Pattern.compile("http://127\\.0\\.0\\.1:([1-9][0-9]{0,4})/?");

    /** What has no meaning for a process that somebody else starts and ends. */
    private static final List<String> OF_A_PROCESS =
            List.of(
                    "kind",
                    "cwd",
                    "env",
                    "port",
                    "ready",
                    "live",
                    "dump",
                    "restart",
                    "stop",
                    "logs",
                    "isolation",
                    "umask",
                    "nice",
                    "limits",
                    "watch");

    private final Reading reading;

    AttachReader(Reading reading) {
        this.reading = reading;
    }

    /** Reports keys that are for a process of ours. */
    static void refuseProcessKeys(Section sidecar) {
        for (var key : OF_A_PROCESS) {
            sidecar.refuse(
                    key,
                    "is for a process that Proa starts, and this one is only attached to",
                    "Remove it, or add a command and port: {strategy: fixed, taken: attach}");
        }
    }

    /** Reports a command and an attach that do not belong together. */
    void check(Section sidecar, Port port) {
        boolean uses = port instanceof Port.Fixed(_, Taken taken) && taken == Taken.ATTACH;
        if (sidecar.written("command") && !uses) {
            sidecar.refuse(
                    "attach",
                    "stands beside a command, and nothing says which of them is used",
                    "Remove one, or write port: {strategy: fixed, port: PORT, taken: attach}");
        }
        if (uses && !sidecar.written("attach")) {
            reading.problems()
                    .add(
                            sidecar.where(),
                            "taken: attach does not say whom to accept",
                            "Add attach: {url: \"http://127.0.0.1:PORT\", expect: {service: NAME}}");
        }
    }

    Optional<Attach> read(Section sidecar, Function<Node, Optional<Template>> texts) {
        var node = sidecar.node("attach");
        if (node.isEmpty()) {
            return Optional.empty();
        }
        var section = Section.of(reading, node.get(), ATTACH);
        var url = section.require("url", NONE, "url: \"http://127.0.0.1:8000\"", this::url);
        var identity =
                section.read(
                        "identity",
                        "/runtime/info",
                        n -> reading.matching(n, CheckReader.TARGET, "a path", "/runtime/info"));
        Map<String, String> expect =
                section.require("expect", Map.of(), "expect: {service: NAME}", this::expect);
        var auth = section.node("auth").flatMap(texts);
        return url.equals(NONE) || expect.isEmpty()
                ? Optional.empty()
                : Optional.of(new Attach(url, identity, expect, auth));
    }

    private Optional<URI> url(Node node) {
        return reading.matching(node, URL, "an address of this machine", "http://127.0.0.1:8000")
                .filter(text -> {
                    var match = URL.matcher(text);
                    boolean fits = match.matches() && Integer.parseInt(match.group(1)) < 65_536;
                    if (!fits) {
                        reading.problems()
                                .add(
                                        node.where(),
                                        "a port has at most the number 65535",
                                        "Correct the port");
                    }
                    return fits;
                })
                .map(text -> URI.create(text.replaceFirst("/$", "")));
    }

    private Optional<Map<String, String>> expect(Node node) {
        if (!(node instanceof Mapping mapping) || mapping.entries().isEmpty()) {
            reading.wrong(node, "a mapping of what it says of itself", "Write {service: NAME}");
            return Optional.empty();
        }
        Map<String, String> expected = new LinkedHashMap<>();
        for (var e : mapping.entries()) {
            var pointer = e.name().startsWith("/") ? e.name() : Pointer.child("", e.name());
            JsonText.of(e.value(), reading).ifPresent(v -> expected.put(pointer, v));
        }
        return expected.isEmpty() ? Optional.empty() : Optional.of(expected);
    }
}
