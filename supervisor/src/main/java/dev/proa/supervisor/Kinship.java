package dev.proa.supervisor;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who belongs to an earlier run: a process that it wrote down, with the same start; a member of one
 * of its sessions; one that has its instance in the environment it was started with; and everybody
 * below one of these. A number alone never counts.
 *
 * <p>A session cannot be told by its number either, as the number may have been given again after
 * its last member was gone. It is the recorded one for as long as somebody is in it who was written
 * down, for a session lives until its last member leaves.
 */
final class Kinship {
    static final Comparator<ProcessKey> BY_PID =
            Comparator.comparingLong(ProcessKey::pid).thenComparingLong(ProcessKey::start);

    private static final int LONGEST_ENVIRONMENT = 4 << 20;

    private final String mark;
    private final Map<ProcessKey, String> recorded = new HashMap<>();
    private final Set<ProcessKey> guards;
    private final Map<Long, String> sessions = new HashMap<>();
    // A process that frees or overwrites its environment later was ours all the same.
    private final Map<ProcessKey, String> seenMarked = new HashMap<>();

    Kinship(RunRecord record) {
        mark = "PROA_INSTANCE=" + record.instance();
        guards = new HashSet<>(record.guards());
        record.guards().forEach(guard -> recorded.put(guard, ""));
        for (var tree : record.trees()) {
            recorded.put(tree.main(), tree.name());
            tree.members().forEach(member -> recorded.put(member, tree.name()));
            tree.sessions().forEach(session -> sessions.put(session, tree.name()));
        }
    }

    /** A recorded guard that still runs. */
    boolean isGuardAtWork(ProcessEntry entry) {
        return guards.contains(entry.key()) && !entry.dead();
    }

    /** The living of the table that belong to the run, with the name of their sidecar. */
    Map<ProcessEntry, String> among(ProcessTable table) {
        var proved = new HashMap<Long, String>();
        for (var entry : table.all()) {
            var name = recorded.get(entry.key());
            if (name != null && sessions.containsKey(entry.session())) {
                proved.put(entry.session(), name);
            }
        }
        var names = new HashMap<Long, String>();
        for (var entry : table.all()) {
            name(entry, proved).ifPresent(name -> names.put(entry.pid(), name));
        }
        var spared = table.ancestors(OwnProcess.pid());
        var family = table.family(entry -> names.containsKey(entry.pid()), spared);
        var found = new LinkedHashMap<ProcessEntry, String>();
        for (var entry : table.all()) {
            if (family.contains(entry.pid()) && !entry.dead() && entry.pid() > 1) {
                found.put(entry, names.getOrDefault(entry.pid(), ""));
            }
        }
        return found;
    }

    private Optional<String> name(ProcessEntry entry, Map<Long, String> provedSessions) {
        var known = recorded.get(entry.key());
        if (known != null) {
            return Optional.of(known);
        }
        return Optional.ofNullable(provedSessions.get(entry.session())).or(() -> marked(entry));
    }

    /** The sidecar whose environment this process was started with, if it is of the run. */
    Optional<String> marked(ProcessEntry entry) {
        if (entry.dead() || entry.pid() == OwnProcess.pid()) {
            return Optional.empty();
        }
        var before = seenMarked.get(entry.key());
        if (before != null) {
            return Optional.of(before);
        }
        var found = sidecar(environment(entry.pid()));
        found.ifPresent(name -> seenMarked.put(entry.key(), name));
        return found;
    }

    private Optional<String> sidecar(String environment) {
        var name = "";
        boolean ours = false;
        for (var variable : environment.split("\0", -1)) {
            ours |= variable.equals(mark);
            if (variable.startsWith("PROA_PORT_FILE=")) {
                name = variable.substring(variable.lastIndexOf('/') + 1);
            }
        }
        return ours ? Optional.of(name) : Optional.empty();
    }

    private static String environment(long pid) {
        try (var file = new FileInputStream("/proc/" + pid + "/environ")) {
            return new String(file.readNBytes(LONGEST_ENVIRONMENT), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // gone, or another user's
        }
    }
}
