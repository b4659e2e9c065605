package dev.proa.eventlog;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an import is asked to do.
 *
 * @param sources whose histories; none if a file is named
 * @param folder where to look instead of the agents' own folders
 * @param file one file of its own kind: events as lines of JSON, or another monitor's database
 */
record ImportRequest(
        String source,
        List<HistorySource> sources,
        Optional<Path> folder,
        Optional<Path> file,
        ImportWish wish) {
    /** A request, or everything that is wrong with it. */
    sealed interface Read {
        record Good(ImportRequest request) implements Read {}

        record Bad(List<Contract.Fault> faults) implements Read {}
    }

    private static final List<String> FIELDS =
            List.of("source", "from", "to", "dry_run", "force", "dir", "file");

    static ImportRequest all() {
        return new ImportRequest(
                "all",
                List.of(HistorySource.values()),
                Optional.empty(),
                Optional.empty(),
                ImportWish.ALL);
    }

    /** The moment that {@code from} or {@code to} means: of a day alone its beginning or end. */
    static OptionalLong time(String name, String text, ZoneId local) {
        if (!text.matches("\\d{4}-\\d{2}-\\d{2}")) {
            return JsDate.parse(text, local);
        }
        // Here a day is the local one; the contract's days are of UTC.
        var begin = JsDate.parse(text + "T00:00:00", local);
        return name.equals("to") && begin.isPresent()
                ? OptionalLong.of(begin.getAsLong() + Duration.ofDays(1).toMillis() - 1)
                : begin;
    }

    static Read read(JsonNode body, ZoneId local) {
        var reading = new Reading(body, local);
        var request = reading.request();
        return reading.faults.isEmpty()
                ? new Read.Good(request)
                : new Read.Bad(List.copyOf(reading.faults));
    }

    private static final class Reading {
        private final JsonNode body;
        private final ZoneId local;
        private final List<Contract.Fault> faults = new ArrayList<>();

        Reading(JsonNode body, ZoneId local) {
            this.body = body;
            this.local = local;
        }

        ImportRequest request() {
            if (!body.isObject()) {
                fault("body", "must be a JSON object");
                return all();
            }
            for (var name : body.propertyNames()) {
                if (!FIELDS.contains(name)) {
                    fault(name, "is not known; there are " + String.join(", ", FIELDS));
                }
            }
            var file = path("file");
            var folder = path("dir");
            var sources = sources();
            if (file.isPresent() && (folder.isPresent() || body.has("source"))) {
                fault("file", "cannot be named together with source or dir");
            }
            if (folder.isPresent() && sources.size() != 1) {
                fault("dir", "needs a source: claude or codex");
            }
            var wish = new ImportWish(time("from"), time("to"), flag("dry_run"), flag("force"));
            if (wish.from().isPresent()
                    && wish.to().isPresent()
                    && wish.from().getAsLong() > wish.to().getAsLong()) {
                fault("to", "is before from");
            }
            return new ImportRequest(
                    file.map(Path::toString).orElseGet(() -> word(sources)),
                    file.isPresent() ? List.of() : sources,
                    folder,
                    file,
                    wish);
        }

        private static String word(List<HistorySource> sources) {
            return sources.size() == 1 ? sources.getFirst().word() : "all";
        }

        private List<HistorySource> sources() {
            var word = text("source");
            if (word == null || word.equals("all")) {
                return List.of(HistorySource.values());
            }
            for (var source : HistorySource.values()) {
                if (source.word().equals(word)) {
                    return List.of(source);
                }
            }
            fault("source", "must be claude, codex or all");
            return List.of();
        }

        private Optional<Path> path(String name) {
            var text = text(name);
            if (text == null) {
                return Optional.empty();
            }
            try {
                var path = Path.of(text);
                if (path.isAbsolute()) {
                    return Optional.of(path.normalize());
                }
            } catch (InvalidPathException e) {
                fault(name, "is no path (" + e.getReason() + ")");
                return Optional.empty();
            }
            fault(name, "must be an absolute path");
            return Optional.empty();
        }

        private OptionalLong time(String name) {
            var text = text(name);
            if (text == null) {
                return OptionalLong.empty();
            }
            var time = ImportRequest.time(name, text, local);
            if (time.isEmpty()) {
                fault(name, "must be a time, such as 2026-02-01 or 2026-02-01T12:00:00Z");
            }
            return time;
        }

        private boolean flag(String name) {
            var value = body.path(name);
            if (!value.isMissingNode() && !value.isBoolean()) {
                fault(name, "must be true or false");
            }
            return value.asBoolean(false);
        }

        private @Nullable String text(String name) {
            var value = body.path(name);
            if (value.isMissingNode() || value.isNull()) {
                return null;
            }
            if (!value.isString() || value.stringValue().isBlank()) {
                fault(name, "must be a text");
                return null;
            }
            return value.stringValue().strip();
        }

        private void fault(String field, String message) {
            faults.add(new Contract.Fault(field, message));
        }
    }
}
