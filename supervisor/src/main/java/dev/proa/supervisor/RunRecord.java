package dev.proa.supervisor;

import dev.proa.core.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The processes of one run, as {@code runtime/processes.json} keeps them for the next one.
 *
 * @param boot the boot of the machine in which the numbers mean something
 * @param instance what the sidecars have as {@code PROA_INSTANCE}
 * @param guards whatever runs below the runtime and belongs to no single sidecar
 */
record RunRecord(String boot, String instance, List<ProcessKey> guards, List<Tree> trees) {
    static final int VERSION = 1;
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * One sidecar, or a window, and everybody below it.
     *
     * @param members its guard and main process among them
     * @param sessions those that members are in
     * @param cgroup the folder of its control group; empty without one
     */
    record Tree(
            String name,
            String executable,
            ProcessKey main,
            List<ProcessKey> members,
            List<Long> sessions,
            Optional<String> cgroup) {
        Tree {
            members = List.copyOf(members);
            sessions = List.copyOf(sessions);
        }
    }

    RunRecord {
        guards = List.copyOf(guards);
        trees = List.copyOf(trees);
    }

    static Path file(Path dataFolder) {
        return dataFolder.resolve("runtime").resolve("processes.json");
    }

    /** The boot that this machine is in. */
    static String presentBoot() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    /**
     * What the last run left; nothing after an orderly end.
     *
     * @throws IOException if the file is not one of this version; the message says why
     */
    static Optional<RunRecord> read(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            var json = JSON.readTree(bytes);
            if (json.path("version").asInt(0) != VERSION) {
                throw new IOException("it is not of version " + VERSION);
            }
            var trees = new ArrayList<Tree>();
            for (var tree : json.path("trees")) {
                trees.add(tree(tree));
            }
            return Optional.of(
                    new RunRecord(
                            json.path("boot").stringValue(),
                            json.path("instance").stringValue(),
                            keys(json.path("guards")),
                            trees));
        } catch (JacksonException e) {
            throw new IOException("it is not the JSON it should be: " + e.getOriginalMessage(), e);
        }
    }

    private static Tree tree(JsonNode json) {
        var sessions = new ArrayList<Long>();
        json.path("sessions").forEach(session -> sessions.add(session.longValue()));
        return new Tree(
                json.path("name").stringValue(),
                json.path("executable").stringValue(),
                key(json.path("main")),
                keys(json.path("members")),
                sessions,
                json.path("cgroup").stringValueOpt());
    }

    private static List<ProcessKey> keys(JsonNode json) {
        var keys = new ArrayList<ProcessKey>();
        json.forEach(each -> keys.add(key(each)));
        return keys;
    }

    private static ProcessKey key(JsonNode json) {
        return new ProcessKey(json.path("pid").longValue(), json.path("start").longValue());
    }

    /** Replaces the file as a whole. */
    void write(Path file) throws IOException {
        var json = JsonNodeFactory.instance.objectNode().put("version", VERSION);
        json.put("boot", boot).put("instance", instance);
        put(json.putArray("guards"), guards);
        var array = json.putArray("trees");
        for (var tree : trees) {
            var each = array.addObject();
            each.put("name", tree.name()).put("executable", tree.executable());
            each.putObject("main").put("pid", tree.main().pid()).put("start", tree.main().start());
            put(each.putArray("members"), tree.members());
            var sessions = each.putArray("sessions");
            tree.sessions().forEach(sessions::add);
            tree.cgroup().ifPresent(folder -> each.put("cgroup", folder));
        }
        new AtomicFile(file).write((json + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void put(ArrayNode array, List<ProcessKey> keys) {
        keys.forEach(key -> array.addObject().put("pid", key.pid()).put("start", key.start()));
    }
}
