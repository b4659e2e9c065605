package dev.proa.supervisor;

import dev.proa.core.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Starts a program by posix_spawn: in a session of its own, with no signal blocked or ignored, and
 * with nothing open but what is named. When it returns, the exec has succeeded or failed.
 */
final class GuardSpawn {
    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int ENOTDIR = 20;
    private static final short SETSIGDEF = 0x04;
    private static final short SETSIGMASK = 0x08;
    private static final short SETSID = 0x80;
    // Both are smaller in glibc and in musl.
    private static final long ATTRIBUTES_SIZE = 1024;
    private static final long ACTIONS_SIZE = 1024;
    private static final long SIGNALS_SIZE = 128;
    private static final Libc POSIX_SPAWN = Libc.function("posix_spawn");
    private static final Libc ADD_DUP2 = Libc.function("posix_spawn_file_actions_adddup2");

    /** A process, or the errno why there is none. */
    sealed interface Result {
        record Started(long pid) implements Result {}

        record Failed(int errno) implements Result {}
    }

    private GuardSpawn() {}

    /**
     * @param words of the command; the first is looked for on the PATH of {@code environment} if it
     *     has no slash
     * @param descriptors of this process by the number they get; 0 is {@code /dev/null} unless
     *     named
     */
    static Result start(
            List<byte[]> words, List<byte[]> environment, Map<Integer, Integer> descriptors) {
        GuardCalls.keepDescriptorsFromChildren();
        try (var arena = Arena.ofConfined()) {
            var start = new Start(arena, words, environment, descriptors);
            var name = new String(words.getFirst(), StandardCharsets.ISO_8859_1);
            return name.indexOf('/') >= 0 ? start.run(name) : onPath(start, name, environment);
        }
    }

    /** The failure that says most. An empty element of PATH is not the current folder. */
    private static Result onPath(Start start, String name, List<byte[]> environment) {
        int worst = ENOENT;
        for (var folder : name.isEmpty() ? new String[0] : path(environment).split(":", -1)) {
            if (folder.isEmpty()) {
                continue;
            }
            var file = folder + "/" + name;
            switch (start.run(file)) {
                case Result.Started started -> {
                    return started;
                }
                // A folder that may not be searched says nothing about the program.
                case Result.Failed(int errno) when errno == EACCES ->
                        worst = start.exists(file) ? EACCES : worst;
                case Result.Failed failed
                        when failed.errno() != ENOENT && failed.errno() != ENOTDIR -> {
                    return failed;
                }
                case Result.Failed _ -> {
                    continue;
                }
            }
        }
        return new Result.Failed(worst);
    }

    private static String path(List<byte[]> environment) {
        for (var variable : environment) {
            var text = new String(variable, StandardCharsets.ISO_8859_1);
            if (text.startsWith("PATH=")) {
                return text.substring(5);
            }
        }
        return "/usr/local/bin:/usr/bin:/bin";
    }

    /** The memory that posix_spawn looks at. */
    private static final class Start {
        private final Arena arena;
        private final long words;
        private final long environment;
        private final long attributes;
        private final long actions;
        private final MemorySegment pid;

        Start(
                Arena arena,
                List<byte[]> words,
                List<byte[]> environment,
                Map<Integer, Integer> descriptors) {
            this.arena = arena;
            this.words = Libc.strings(arena, words);
            this.environment = Libc.strings(arena, environment);
            this.attributes = arena.allocate(ATTRIBUTES_SIZE, 16).address();
            this.actions = arena.allocate(ACTIONS_SIZE, 16).address();
            this.pid = arena.allocate(8, 8);
            prepareAttributes();
            prepareActions(descriptors);
        }

        private void prepareAttributes() {
            Libc.function("posix_spawnattr_init").call(attributes);
            Libc.function("posix_spawnattr_setflags")
                    .call(attributes, SETSIGDEF | SETSIGMASK | SETSID);
            var all = arena.allocate(SIGNALS_SIZE, 8).fill((byte) 0xff);
            Libc.function("posix_spawnattr_setsigdefault").call(attributes, all.address());
            var none = arena.allocate(SIGNALS_SIZE, 8);
            Libc.function("posix_spawnattr_setsigmask").call(attributes, none.address());
        }

        private void prepareActions(Map<Integer, Integer> descriptors) {
            Libc.function("posix_spawn_file_actions_init").call(actions);
            if (!descriptors.containsKey(0)) {
                var null0 = string("/dev/null");
                Libc.function("posix_spawn_file_actions_addopen").call(actions, 0, null0, 0, 0);
            }
            descriptors.forEach((target, source) -> ADD_DUP2.call(actions, source, target));
        }

        Result run(String file) {
            int error =
                    POSIX_SPAWN.call(
                            pid.address(), string(file), actions, attributes, words, environment);
            return error == 0
                    ? new Result.Started(pid.get(ValueLayout.JAVA_INT, 0))
                    : new Result.Failed(Math.abs(error));
        }

        boolean exists(String file) {
            return Libc.function("access").call(string(file), 0) == 0;
        }

        private long string(String text) {
            return Libc.string(arena, text.getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
