package dev.proa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** A folder with a {@code package.json}: a page that is built, a development server, a server. */
final class NodeFolder {
    private static final Pattern NODE = Pattern.compile("node\\s+([A-Za-z0-9_./-]+\\.[cm]?js)");
    private static final List<String> SERVERS =
            List.of("express", "fastify", "koa", "hono", "@nestjs/core", "@hapi/hapi");
    private static final List<String> OWN_PATHS =
            List.of("react-router", "react-router-dom", "vue-router", "@angular/router");

    private final Path app;
    private final Path at;
    private final Content content;
    private final JsonNode json;

    NodeFolder(Path app, Path at) {
        this.app = app;
        this.at = at;
        this.content = read(at.resolve("package.json"));
        this.json = content.json();
    }

    /** What package.json says, and why it could not be read, if it could not. */
    private record Content(JsonNode json, Optional<String> fault) {}

    private static Content read(Path file) {
        var nothing = JsonNodeFactory.instance.objectNode();
        try {
            return new Content(
                    Files.isRegularFile(file)
                            ? new JsonMapper().readTree(Files.readAllBytes(file))
                            : nothing,
                    Optional.empty());
        } catch (JacksonException e) {
            var at = e.getLocation();
            return new Content(
                    nothing,
                    Optional.of(
                            "it is not JSON at line %d, column %d"
                                    .formatted(at.getLineNr(), at.getColumnNr())));
        } catch (IOException e) {
            return new Content(nothing, Optional.of(e.toString()));
        }
    }

    List<FoundPart> parts() {
        List<FoundPart> parts = new ArrayList<>();
        content.fault()
                .map(why ->
                        new FoundPart.Hint(
                                folder(),
                                "a package.json that cannot be read (%s): mend it, then begin anew or write by hand what it stands for"
                                        .formatted(why)))
                .ifPresent(parts::add);
        if (json.isEmpty()) {
            return parts;
        }
        boolean serves = SERVERS.stream().anyMatch(this::uses);
        server(serves).ifPresent(parts::add);
        if (!serves) {
            page().ifPresent(parts::add);
        }
        return parts;
    }

    private Optional<FoundPart> server(boolean serves) {
        var start = NODE.matcher(script("start"));
        boolean file = start.find();
        if (!serves && !file) {
            return Optional.empty();
        }
        return Optional.of(
                new FoundPart.Server(
                        "server",
                        folder(),
                        "a Node server" + (file ? "" : " (npm start)"),
                        file ? List.of("node", start.group(1)) : List.of("npm", "start"),
                        Map.of("PORT", "${port}", "HOST", "127.0.0.1"),
                        Optional.empty(),
                        false));
    }

    private Optional<FoundPart> page() {
        var built = AppSearch.built(at);
        if (built.isPresent()) {
            return Optional.of(
                    new FoundPart.Page(
                            AppSearch.relative(app, built.get()),
                            "a page built by " + folder() + "/package.json",
                            OWN_PATHS.stream().anyMatch(this::uses)));
        }
        if (uses("vite") && !script("dev").isEmpty()) {
            return Optional.of(
                    new FoundPart.Server(
                            "web",
                            folder(),
                            "a page that Vite serves; build it and write ui: {dir: ...} to ship it",
                            List.of(
                                    "npm",
                                    "run",
                                    "dev",
                                    "--",
                                    "--host",
                                    "127.0.0.1",
                                    "--port",
                                    "${port}",
                                    "--strictPort"),
                            Map.of(),
                            Optional.empty(),
                            true));
        }
        return script("build").isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new FoundPart.Hint(
                                folder(),
                                "a page that is not built yet: run npm run build in it, then write"
                                        + " ui: {dir: its output}"));
    }

    private String folder() {
        return AppSearch.relative(app, at);
    }

    private String script(String name) {
        return json.path("scripts").path(name).asString("");
    }

    private boolean uses(String dependency) {
        return json.path("dependencies").has(dependency)
                || json.path("devDependencies").has(dependency);
    }

    /** The name and version it gives itself. */
    Optional<String> text(String key) {
        return Optional.of(json.path(key).asString("")).filter(text -> !text.isBlank());
    }
}
