package dev.proa.product;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The smallest apps there are: a page, and at most one sidecar. */
final class SmallApp {
    private SmallApp() {}

    /** A page alone; {@code more} is added to the manifest. */
    static String in(Path folder, String more) throws IOException {
        Files.createDirectories(folder.resolve("web"));
        Files.writeString(folder.resolve("web/index.html"), "<!doctype html><title>Small</title>");
        Files.writeString(
                folder.resolve("proa.yaml"),
                """
                proa: 1
                app: {id: dev.example.small, name: Small, version: 1.0.0}
                ui: {dir: web}
                """
                        + more);
        return folder.toString();
    }

    /** With a sidecar that takes a second to stop. */
    static String slowToStop(Path folder) throws IOException {
        return in(
                folder,
                """
                sidecars:
                  slow:
                    command: [sh, -c, "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.1; done"]
                    stop: {signal: TERM, grace: 5s}
                """);
    }
}
