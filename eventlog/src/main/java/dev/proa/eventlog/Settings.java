package dev.proa.eventlog;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.SettingsLayer;
import dev.proa.core.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The settings of the agent monitor. Each value is the profile's, else the one that was chosen on
 * the page, else the manifest's, else the default; what was chosen lies in {@code settings.json} of
 * the data folder. Safe to use from any thread.
 */
public final class Settings {
    private static final String STORED = "settings";
    private static final String PROFILE = "profile";
    private static final int LONGEST_FILE = 1024 * 1024;

    private static final String DEFAULTS =
            """
            {"privacy": {"prompts": "keep", "outputs": "keep", "cut_at": 500, "redact": true, "per_source": {}},
             "retention": {"days": 0, "max_bytes": 0, "kinds": {}},
             "budgets": [],
             "limits": {
               "claude_code": {"kind": "tokens", "session_hours": 5, "session_limit": 44000, "extended_hours": 24, "extended_limit": 0},
               "codex": {"kind": "cost", "session_hours": 5, "session_limit": 500, "extended_hours": 168, "extended_limit": 1500}},
             "import": {"auto": true, "every_minutes": 10}}
            """;

    /** What holds at one moment. */
    private record State(ObjectNode stored, SettingsTree tree, SettingValues values) {}

    private final Path file;
    private final List<SettingsLayer> given;
    private final List<Consumer<SettingValues>> listeners = new CopyOnWriteArrayList<>();
    private volatile State state; // replaced by change() alone

    private Settings(Path file, List<SettingsLayer> given, ObjectNode stored) {
        this.file = file;
        this.given = given;
        this.state = state(stored);
    }

    /**
     * Reads the settings of a data folder.
     *
     * @param given the layers of profile and manifest, highest first
     * @throws ProaException with all problems of all layers
     */
    public static Settings open(Path folder, List<SettingsLayer> given) {
        var file = folder.resolve("settings.json");
        var problems = new ArrayList<Problem>();
        for (var layer : given) {
            var reader = new SettingsReader(layer::place);
            reader.read(Json.tree(layer.values()));
            problems.addAll(reader.problems());
        }
        var stored = stored(file, problems);
        if (!problems.isEmpty()) {
            throw new ProaException(ExitCode.BAD_CONFIG, problems);
        }
        return new Settings(file, List.copyOf(given), stored);
    }

    private static ObjectNode stored(Path file, List<Problem> problems) {
        var where = Where.of(file.toString());
        var remedy = "Correct it, or delete the file to begin anew";
        var nothing = (ObjectNode) Json.read("{}");
        try {
            if (!Files.exists(file)) {
                return nothing;
            }
            if (Files.size(file) > LONGEST_FILE) {
                problems.add(
                        new Problem(where, "these are no settings: the file is too long", remedy));
                return nothing;
            }
            var read = Json.read(Files.readString(file));
            var reader = new SettingsReader(pointer -> new Where(file.toString(), 0, 0, pointer));
            reader.read(read);
            problems.addAll(reader.problems());
            return read instanceof ObjectNode object ? object : nothing;
        } catch (JacksonException e) {
            var at = e.getLocation();
            var place =
                    at == null
                            ? where
                            : new Where(
                                    file.toString(),
                                    Math.max(at.getLineNr(), 0),
                                    Math.max(at.getColumnNr(), 0),
                                    "");
            problems.add(new Problem(place, "this is not JSON", remedy));
        } catch (IOException e) {
            problems.add(
                    new Problem(
                            where,
                            "the settings cannot be read (" + e + ")",
                            "Give the file's owner the right to read it"));
        }
        return nothing;
    }

    /** What holds now. */
    public SettingValues values() {
        return state.values();
    }

    /** Has something told of each change, on the thread that made it. */
    public void listen(Consumer<SettingValues> listener) {
        listeners.add(listener);
    }

    private State state(ObjectNode stored) {
        var tree = new SettingsTree((ObjectNode) Json.read(DEFAULTS), "default");
        for (var layer : given.reversed()) {
            if (!layer.name().equals(PROFILE)) {
                tree.put(Json.tree(layer.values()), layer.name());
            }
        }
        tree.put(stored, STORED);
        for (var layer : given) {
            if (layer.name().equals(PROFILE)) {
                tree.put(Json.tree(layer.values()), layer.name());
            }
        }
        return new State(stored, tree, new SettingsReader(Where::of).read(tree.values()));
    }

    /** Answers {@code GET /api/settings}: {@code {values, from, problems}}. */
    public Reply reply() {
        var now = state;
        return Reply.of(200, out -> Json.object(out, o -> write(o, now)));
    }

    private void write(JsonGenerator out, State now) {
        out.writeName("values");
        out.writeRawValue(now.tree().values().toString());
        out.writeName("from");
        out.writeStartObject();
        now.tree().origins().forEach(out::writeStringProperty);
        out.writeEndObject();
        out.writeName("problems");
        out.writeStartArray();
        for (var problem : hidden(now)) {
            out.writeStartObject();
            out.writeStringProperty("where", problem.where().toString());
            out.writeStringProperty("what", problem.what());
            out.writeStringProperty("remedy", problem.remedy());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** What was chosen and does not hold, because the profile says something else. */
    private List<Problem> hidden(State now) {
        var problems = new ArrayList<Problem>();
        SettingsTree.leaves(
                "",
                now.stored(),
                (pointer, value) -> {
                    if (PROFILE.equals(now.tree().origins().get(pointer))
                            && !same(value, now.tree().values().at(pointer))) {
                        problems.add(
                                new Problem(
                                        new Where(file.toString(), 0, 0, pointer),
                                        "%s was chosen and does not hold: %s sets it"
                                                .formatted(value, place(pointer)),
                                        "Change it there, or choose the same"));
                    }
                });
        return problems;
    }

    private Where place(String pointer) {
        return given.stream()
                .filter(layer -> layer.name().equals(PROFILE))
                .map(layer -> layer.place(pointer))
                .findFirst()
                .orElse(Where.of(PROFILE));
    }

    /**
     * Answers {@code PUT /api/settings}, a JSON merge patch (RFC 7396) of the values: 200 as {@link
     * #reply}, when it is on the disk; 400 with every fault, and nothing is changed. {@code null}
     * takes back what was chosen.
     */
    public Reply put(byte[] body) {
        var patch = BodyText.read(body);
        if (patch.isEmpty()) {
            return Reply.error(400, EventIngest.NOT_JSON);
        }
        var faults = faults(patch.get());
        if (!(patch.get() instanceof ObjectNode object) || !faults.isEmpty()) {
            return EventIngest.refused("Invalid settings", faults);
        }
        try {
            change(object);
        } catch (IOException e) {
            return Reply.error(503, "The settings were not stored (" + e + ").");
        }
        return reply();
    }

    private List<Contract.Fault> faults(JsonNode patch) {
        var said = patch instanceof ObjectNode object ? withoutNulls(object) : patch;
        var reader = new SettingsReader(pointer -> new Where("body", 0, 0, pointer));
        reader.read(said);
        var faults = new ArrayList<Contract.Fault>();
        for (var problem : reader.problems()) {
            faults.add(
                    new Contract.Fault(
                            problem.where().pointer(),
                            problem.what() + ". " + problem.remedy() + "."));
        }
        if (faults.isEmpty()) {
            var now = state;
            SettingsTree.leaves(
                    "",
                    said,
                    (pointer, value) -> {
                        if (PROFILE.equals(now.tree().origins().get(pointer))
                                && !same(value, now.tree().values().at(pointer))) {
                            faults.add(
                                    new Contract.Fault(
                                            pointer,
                                            "it is set by %s. Change it there."
                                                    .formatted(place(pointer))));
                        }
                    });
        }
        return faults;
    }

    private static ObjectNode withoutNulls(ObjectNode patch) {
        var said = patch.objectNode();
        for (var e : patch.properties()) {
            if (e.getValue() instanceof ObjectNode below) {
                said.set(e.getKey(), withoutNulls(below));
            } else if (!e.getValue().isNull()) {
                said.set(e.getKey(), e.getValue());
            }
        }
        return said;
    }

    /** One change at a time, the file before what is seen; nobody who reads settings waits here. */
    private synchronized void change(ObjectNode patch) throws IOException {
        var now = state;
        var stored = now.stored().deepCopy();
        SettingsTree.patch(stored, news(patch, "", now));
        var next = state(stored);
        new AtomicFile(file)
                .write((stored.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
        state = next;
        listeners.forEach(listener -> listener.accept(next.values()));
    }

    /** A patch without what holds already: a form that sends all of it chooses nothing by that. */
    private static ObjectNode news(ObjectNode patch, String pointer, State now) {
        var news = patch.objectNode();
        for (var e : patch.properties()) {
            var at = SettingsTree.child(pointer, e.getKey());
            if (e.getValue() instanceof ObjectNode below) {
                news.set(e.getKey(), news(below, at, now));
            } else if (!same(e.getValue(), now.tree().values().at(at))) {
                news.set(e.getKey(), e.getValue());
            }
        }
        return news;
    }

    private static boolean same(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue()) == 0;
        }
        return one.equals(other);
    }
}
