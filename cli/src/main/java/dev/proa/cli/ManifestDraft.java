package dev.proa.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A small manifest, with a comment on what its reader may want to change. */
final class ManifestDraft {
    /** Texts that mean themselves without quotes, in YAML's flow style too. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_./-][A-Za-z0-9_./-]*");

    private static final Pattern WORDS = Pattern.compile("(?i)true|false|null|yes|no|on|off|[-.]+");

    private final StringBuilder out = new StringBuilder();

    private ManifestDraft() {}

    /**
     * The text of a manifest.
     *
     * @param schema where editors find its schema
     * @param name the app's, for people
     */
    static String of(Optional<String> schema, String name, String version, List<FoundPart> parts) {
        var draft = new ManifestDraft();
        schema.ifPresent(s -> draft.line("# yaml-language-server: $schema=" + s));
        draft.app(name, version);
        draft.page(parts);
        draft.servers(parts);
        draft.hints(parts);
        return draft.out.toString();
    }

    private void line(String text) {
        out.append(text).append('\n');
    }

    private void app(String name, String version) {
        line("proa: 1");
        line("app:");
        line("  id: local." + id(name) + "  # names the data folder; best under a domain of yours");
        line("  name: " + text(name));
        line("  version: " + quoted(version));
    }

    private static String id(String name) {
        var id =
                name.toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]+", "-")
                        .replaceAll("^-+|-+$", "");
        return id.isEmpty()
                ? "app"
                : id.substring(0, Math.min(id.length(), 60)).replaceAll("-$", "");
    }

    private void page(List<FoundPart> parts) {
        line("");
        var page = parts.stream().filter(AppSearch::servesPages).findFirst();
        switch (page.orElse(null)) {
            case FoundPart.Page p -> {
                line("# " + sentence(p.what()));
                if (p.folder().equals(".")) {
                    line("# Everything in this folder is served; better give the page its own.");
                }
                line("ui:");
                line("  dir: " + text(p.folder()));
                line("  spa: " + p.spa() + "  # true: unknown paths answer index.html");
            }
            case FoundPart.Server s -> {
                line("# " + sentence(s.what()));
                line("ui: {sidecar: %s}".formatted(s.id()));
            }
            case null, default -> {
                line("# No page was found. Where it is:");
                line("# ui: {dir: web/dist}");
            }
        }
    }

    private static String sentence(String what) {
        return what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1) + ".";
    }

    private void servers(List<FoundPart> parts) {
        var servers =
                parts.stream()
                        .filter(FoundPart.Server.class::isInstance)
                        .map(FoundPart.Server.class::cast)
                        .toList();
        line("");
        if (servers.isEmpty()) {
            line("# Programs that run with the app, and the paths they answer:");
            line("# sidecars:");
            line(
                    "#   backend: {command: [python3, server.py, --port, \"${port}\"], port: {strategy: assigned}}");
            line("# routes: {/api: backend}");
            return;
        }
        line("sidecars:");
        servers.forEach(this::server);
        var data = servers.stream().filter(s -> !s.page()).toList();
        if (!data.isEmpty()) {
            line("");
            line("# The paths that go to them; all others are the page's.");
            line("routes:");
            boolean page = parts.stream().anyMatch(AppSearch::servesPages);
            for (int i = 0; i < data.size(); i++) {
                var id = data.get(i).id();
                line("  %s: %s".formatted(i > 0 ? "/" + id : page ? "/api" : "/", id));
            }
        }
    }

    private void server(FoundPart.Server s) {
        line("  %s:  # %s".formatted(s.id(), s.what()));
        line("    command: " + list(s.command()));
        if (!s.folder().equals(".")) {
            line("    cwd: " + text(s.folder()));
        }
        if (!s.env().isEmpty()) {
            var env =
                    s.env().entrySet().stream()
                            .sorted(java.util.Map.Entry.comparingByKey())
                            .map(e -> e.getKey() + ": " + text(e.getValue()))
                            .collect(Collectors.joining(", "));
            line("    env: {" + env + "}");
        }
        line("    port: {strategy: assigned}  # a free one, which ${port} stands for");
        s.ready().ifPresent(path -> line("    ready: {http: %s}".formatted(path)));
    }

    private void hints(List<FoundPart> parts) {
        parts.stream()
                .filter(FoundPart.Hint.class::isInstance)
                .forEach(h -> line("\n# %s: %s.".formatted(h.folder(), h.what())));
    }

    private static String list(List<String> words) {
        return words.stream().map(ManifestDraft::text).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String text(String text) {
        boolean plain = PLAIN.matcher(text).matches() && !WORDS.matcher(text).matches();
        return plain ? text : quoted(text);
    }

    /** YAML's double quotes take JSON's escapes; a dollar is doubled only where names are meant. */
    private static String quoted(String text) {
        return tools.jackson.databind.node.JsonNodeFactory.instance.stringNode(text).toString();
    }
}
