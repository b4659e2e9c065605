package dev.proa.supervisor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The processes below a guard. */
final class ProcessTree {
    private ProcessTree() {}

    /**
     * Those that a walk from parent to child finds. It costs as much as the tree is large, however
     * many processes the machine has, but may miss some while others end.
     */
    static List<Long> walk(long guard) {
        var found = new ArrayList<Long>();
        var open = new ArrayDeque<Long>(List.of(guard));
        while (!open.isEmpty()) {
            var children = children(open.remove());
            found.addAll(children);
            open.addAll(children);
        }
        return found;
    }

    /** All of them; looks at every process of the machine. */
    static List<Long> scan(long guard) {
        return List.copyOf(ProcessTable.scan().family(entry -> entry.parent() == guard, Set.of()));
    }

    private static List<Long> children(long pid) {
        var children = new ArrayList<Long>();
        try (DirectoryStream<Path> threads =
                Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (var thread : threads) {
                for (var child : Files.readString(thread.resolve("children")).split(" ", -1)) {
                    if (!child.isBlank()) {
                        children.add(Long.parseLong(child.trim()));
                    }
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return children; // it has ended meanwhile, or this kernel does not tell
        }
        return children;
    }
}
