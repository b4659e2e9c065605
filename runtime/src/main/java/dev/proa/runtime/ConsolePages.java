package dev.proa.runtime;

import dev.proa.core.Redaction;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import dev.proa.gateway.RequestProblem;
import dev.proa.supervisor.SidecarStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The runtime's own pages: the console, and what a browser gets in place of a page whose sidecar is
 * not ready. Their sources lie in {@code web/console}.
 */
final class ConsolePages {
    private static final String FOLDER = "console/";
    private static final Map<String, String> FILES =
            Map.of(
                    "console.html", "text/html; charset=utf-8",
                    "console.js", "text/javascript; charset=utf-8",
                    "words.js", "text/javascript; charset=utf-8",
                    "waiting.js", "text/javascript; charset=utf-8",
                    "console.css", "text/css; charset=utf-8",
                    "icon.svg", "image/svg+xml");

    private final String appName;
    private final Redaction redaction;
    private final Map<String, byte[]> files = new HashMap<>();
    private final String waiting = new String(read("waiting.html"), StandardCharsets.UTF_8);

    ConsolePages(String appName, Redaction redaction) {
        this.appName = appName;
        this.redaction = redaction;
        FILES.keySet().forEach(name -> files.put(name, read(name)));
    }

    private static byte[] read(String name) {
        try (var in = ConsolePages.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("this build lacks " + FOLDER + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<BackendRoute> routes() {
        return List.of(
                BackendRoute.reading(
                        "GET",
                        "/_proa/console",
                        request -> {
                            request.only();
                            return file("console.html");
                        }),
                BackendRoute.reading("GET", "/_proa/console/{file}", this::named));
    }

    private BackendResponse named(BackendRequest request) {
        var name = request.only().segments().getOrDefault("file", "");
        if (!files.containsKey(name)) {
            throw RequestProblem.notFound("The console has no such file.");
        }
        return file(name);
    }

    private BackendResponse file(String name) {
        return new BackendResponse.Whole(
                200,
                Map.of("content-type", FILES.getOrDefault(name, "application/octet-stream")),
                files.getOrDefault(name, new byte[0]));
    }

    /** The document that waits for a sidecar and then loads the page again. */
    byte[] waiting(String sidecar, Optional<SidecarStatus> status) {
        return waiting(
                sidecar,
                status.map(each -> each.state().name()).orElse("STOPPED"),
                status.map(SidecarStatus::reason).orElse(""));
    }

    /** The document that waits for an upstream of this name, for this reason. */
    byte[] waiting(String sidecar, String state, String reason) {
        return waiting.replace("{{app}}", escaped(appName))
                .replace("{{sidecar}}", escaped(sidecar))
                .replace("{{state}}", escaped(state))
                .replace("{{reason}}", escaped(redaction.of(LogText.clean(reason))))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("{", "&#123;");
    }
}
