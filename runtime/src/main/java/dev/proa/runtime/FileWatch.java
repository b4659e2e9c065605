package dev.proa.runtime;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the files of sidecars have changed, with one thread for all of them. What the system
 * tells is only a hint to look: a file has changed when its time, its size or its identity differs
 * from what was noted, so an event too many restarts nothing and one that was lost is made good by
 * looking at everything again.
 */
final class FileWatch implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final Duration LOST = Duration.ofSeconds(1);
    private static final int MOST_FOLDERS = 20_000;

    /** Hears what has changed; called on the thread of the watch. */
    interface Listener {
        /** Files of a sidecar changed, and then none for its debounce; {@code file} was first. */
        void changed(String sidecar, Path file);

        void problem(Problem problem);
    }

    /** By which a file is known to be the one it was. */
    private record Stamp(FileTime modified, long size, @Nullable Object identity) {}

    private record Pending(Path first, Instant due) {}

    private final List<WatchedFiles> watched;
    private final Listener listener;
    private final InstantSource time;
    private final WatchService service;
    private final Thread thread;

    // The thread's own, but for the constructor.
    private final Map<WatchKey, Path> folders = new HashMap<>();
    private final Map<Path, Stamp> stamps = new HashMap<>();
    private final Map<String, Pending> pending = new HashMap<>();
    private boolean folderLost;
    private boolean complained;

    private FileWatch(List<WatchedFiles> watched, Listener listener, InstantSource time)
            throws IOException {
        this.watched = List.copyOf(watched);
        this.listener = listener;
        this.time = time;
        this.service = FileSystems.getDefault().newWatchService();
        this.thread = Thread.ofVirtual().name("proa-file-watch").unstarted(this::run);
    }

    /**
     * Begins to watch; on return, every change from now on will be noticed.
     *
     * @throws IOException if this system has no way to watch files
     */
    static FileWatch start(List<WatchedFiles> watched, Listener listener, InstantSource time)
            throws IOException {
        var watch = new FileWatch(watched, listener, time);
        watch.roots(false);
        watch.thread.start();
        return watch;
    }

    private void run() {
        try {
            while (true) {
                var key = service.poll(untilDue().toMillis() + 1, TimeUnit.MILLISECONDS);
                if (key != null) {
                    take(key);
                }
                if (folderLost && allRoots().allMatch(Files::isDirectory)) {
                    folderLost = false;
                    lookAtEverything();
                }
                tellDue();
            }
        } catch (ClosedWatchServiceException e) {
            pending.clear(); // it was closed: the end
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration untilDue() {
        var now = time.instant();
        return pending.values().stream()
                .map(each -> Duration.between(now, each.due()))
                .min(Duration::compareTo)
                .map(left -> left.isNegative() ? Duration.ZERO : left)
                .orElse(folderLost ? LOST : IDLE);
    }

    private void take(WatchKey key) {
        var folder = folders.get(key);
        boolean lost = false;
        for (var event : key.pollEvents()) {
            lost |= event.kind().equals(StandardWatchEventKinds.OVERFLOW);
            if (folder != null && event.context() instanceof Path name) {
                look(folder.resolve(name), event.kind());
            }
        }
        if (!key.reset()) {
            folders.remove(key);
            folderLost = true; // nobody tells when a folder at the top comes back
        }
        if (lost) {
            lookAtEverything();
        }
    }

    private void look(Path path, WatchEvent.Kind<?> kind) {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            if (kind.equals(StandardWatchEventKinds.ENTRY_CREATE)) {
                enter(path, true);
            }
            return;
        }
        note(path, true);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            // It may have been a folder that was moved away with all that was in it.
            stamps.keySet().stream()
                    .filter(each -> each.startsWith(path))
                    .toList()
                    .forEach(each -> note(each, true));
        }
    }

    /** Events were lost: compares everything with what was noted. */
    private void lookAtEverything() {
        roots(true);
        List.copyOf(stamps.keySet()).forEach(each -> note(each, true));
    }

    private void roots(boolean tell) {
        allRoots().forEach(root -> enter(root, tell));
    }

    private Stream<Path> allRoots() {
        return watched.stream().flatMap(each -> each.roots().stream()).distinct();
    }

    /** Watches a folder with those below it, and notes the files that lie there already. */
    private void enter(Path top, boolean tell) {
        try {
            Files.walkFileTree(
                    top,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes attributes) {
                            if (watched.stream().noneMatch(each -> each.enters(folder))) {
                                return FileVisitResult.SKIP_SUBTREE;
                            }
                            register(folder);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            note(file, tell);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException gone) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            complain("%s cannot be watched (%s)".formatted(top, e.getMessage()));
        }
    }

    // Before its files are looked at: what changes between the two is then looked at twice.
    private void register(Path folder) {
        if (folders.size() >= MOST_FOLDERS) {
            complain("more than %d folders are to be watched".formatted(MOST_FOLDERS));
            return;
        }
        try {
            folders.put(
                    folder.register(
                            service,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY,
                            StandardWatchEventKinds.ENTRY_DELETE),
                    folder);
        } catch (IOException e) {
            if (Files.isDirectory(folder)) {
                complain("%s cannot be watched (%s)".formatted(folder, e.getMessage()));
            }
        }
    }

    private void complain(String what) {
        if (!complained) {
            complained = true;
            listener.problem(
                    new Problem(
                            Where.of("watch"),
                            what,
                            "Name fewer files in watch.paths, or raise the system's limit"
                                    + " (fs.inotify.max_user_watches); changes there restart nothing"));
        }
    }

    private void note(Path file, boolean tell) {
        var concerned = watched.stream().filter(each -> each.matches(file)).toList();
        if (concerned.isEmpty()) {
            return;
        }
        var now = stamp(file);
        var before = now == null ? stamps.remove(file) : stamps.put(file, now);
        if (!tell || (now == null ? before == null : now.equals(before))) {
            return;
        }
        for (var each : concerned) {
            var due = time.instant().plus(each.debounce());
            pending.merge(
                    each.sidecar(),
                    new Pending(file, due),
                    (first, next) -> new Pending(first.first(), next.due()));
        }
    }

    private static @Nullable Stamp stamp(Path file) {
        try {
            var found =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return found.isDirectory()
                    ? null
                    : new Stamp(found.lastModifiedTime(), found.size(), found.fileKey());
        } catch (IOException e) {
            return null;
        }
    }

    private void tellDue() {
        var now = time.instant();
        for (var each : watched) {
            var change = pending.get(each.sidecar());
            if (change != null && !change.due().isAfter(now)) {
                pending.remove(each.sidecar());
                listener.changed(each.sidecar(), change.first());
            }
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
