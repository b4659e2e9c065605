package dev.proa.supervisor;

import dev.proa.core.MonotonicTime;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A guard of sidecars for machines on which the native one does not run. It speaks the same
 * protocol, and is as many processes as the native one but for the warden: a JVM for all sidecars
 * ({@link JavaRootGuard}), and below it one for each ({@link JavaChildGuard}).
 *
 * <p>This class is the program they are, and what both have: an owner thread with an inbox, which
 * also buries the dead and is the only one that signals.
 */
abstract class JavaGuard {
    static final int BAD_DATA = 65;
    static final int UNAVAILABLE = 69;

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    protected final InstantSource time = new MonotonicTime();
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Semaphore mayWait = new Semaphore(1);
    private boolean waiting = true; // owner thread only

    /** {@code --parent PID} is the guard of all; {@code --child APPLICATION ROOT} that of one. */
    public static void main(String[] words) {
        try {
            if (words.length == 2 && words[0].equals("--parent")) {
                new JavaRootGuard(Long.parseLong(words[1])).run();
            } else if (words.length == 3 && words[0].equals("--child")) {
                new JavaChildGuard(Long.parseLong(words[1]), Long.parseLong(words[2])).run();
            } else {
                leave(64, "usage: --parent PID");
            }
        } catch (IOException | RuntimeException e) {
            leave(70, "the Java guard cannot go on: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            leave(70, "the Java guard was interrupted");
        }
    }

    /** The command that starts it, for this process as its parent. */
    static List<String> command(String... words) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        // Nothing but frames may come out of it; and no signal is the JVM's.
                        "-Xlog:disable",
                        "-Xlog:all=off",
                        "-XX:+DisplayVMOutputToStderr",
                        "-XX:ErrorFile=/dev/null",
                        "-Xrs",
                        "-Xms4m",
                        "-Xmx24m",
                        "-Xss512k",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:CICompilerCount=1",
                        "-XX:-UseDynamicNumberOfCompilerThreads",
                        "-XX:ReservedCodeCacheSize=8m",
                        "-XX:-UsePerfData",
                        "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath(),
                        JavaGuard.class.getName()));
        command.addAll(List.of(words));
        return command;
    }

    /** Where this class and those it needs lie: two jars, or two folders of a build. */
    private static String classPath() {
        var places = new LinkedHashSet<String>();
        for (var type : List.of(JavaGuard.class, MonotonicTime.class)) {
            try {
                places.add(
                        Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                                .toString());
            } catch (URISyntaxException e) {
                throw new IllegalStateException("the classes of the guard lie nowhere", e);
            }
        }
        return String.join(":", places);
    }

    /** Says why, and ends this process at once. */
    static void leave(int code, String why) {
        say(why);
        Runtime.getRuntime().halt(code);
    }

    /** A line for the application; nobody may listen any more. */
    static void say(String line) {
        if (line.isEmpty()) {
            return;
        }
        try {
            new FileOutputStream(FileDescriptor.err)
                    .write(("proa-guard: " + line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return; // then it is not said
        }
    }

    static DataInputStream orders() {
        return new DataInputStream(new FileInputStream(FileDescriptor.in));
    }

    static OutputStream reports() {
        return new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
    }

    static Frame refused(long id, StartFailure.Stage stage, int errno) {
        int number =
                switch (stage) {
                    case FRAME -> 1;
                    case GUARD -> 2;
                    case CHDIR -> 3;
                    case EXEC -> 4;
                    case NICE -> 5;
                    case NAMESPACE -> 6;
                };
        return Frame.of(Frame.SPAWN_FAILED)
                .with(Frame.ID, id)
                .with(Frame.STAGE, number)
                .with(Frame.ERRNO, errno);
    }

    /** Puts something into the inbox. */
    final void tell(Runnable task) {
        inbox.add(task);
    }

    /** Reads orders on a thread of its own until they end. */
    final void hearOrders(DataInputStream in) {
        start(
                "orders",
                () -> {
                    try {
                        for (var order = GuardOrder.read(in);
                                order.isPresent();
                                order = GuardOrder.read(in)) {
                            var each = order.get();
                            tell(() -> obey(each));
                        }
                        tell(() -> doom(0, ""));
                    } catch (GuardOrder.Malformed e) {
                        tell(() -> doom(BAD_DATA, String.valueOf(e.getMessage())));
                    } catch (IOException e) {
                        tell(() -> doom(0, ""));
                    }
                });
    }

    /** Watches the processes that this one works for, by pidfd. */
    final void watch(int... descriptors) {
        start(
                "watch",
                () -> {
                    GuardCalls.awaitReadable(descriptors);
                    tell(() -> doom(0, ""));
                });
    }

    /** Waits for deaths; they are buried by the owner. */
    final void watchChildren() {
        start(
                "deaths",
                () -> {
                    while (true) {
                        mayWait.acquireUninterruptibly();
                        GuardCalls.awaitDeath();
                        tell(() -> waiting = false);
                    }
                });
    }

    static Thread start(String name, Runnable task) {
        // Platform threads: each of them waits in the kernel.
        return Thread.ofPlatform().name("guard-" + name).daemon(true).start(task);
    }

    /** What happens in the inbox, and what follows from it, for ever. */
    final void loop() throws InterruptedException {
        while (true) {
            var left = Duration.between(time.instant(), wakeAt()).toMillis();
            var limit = Math.clamp(left, 0, LONGEST_WAIT.toMillis());
            for (var task = inbox.poll(limit, TimeUnit.MILLISECONDS);
                    task != null;
                    task = inbox.poll()) {
                task.run();
            }
            boolean childless = decide();
            if (!childless && !waiting) {
                waiting = true;
                mayWait.release();
            }
        }
    }

    /** Owner thread. */
    abstract void obey(GuardOrder order);

    /** Nobody is left to work for; or the application cannot be understood. Owner thread. */
    abstract void doom(int code, String why);

    /** After an event, what follows from it; whether there is no child. Owner thread. */
    abstract boolean decide();

    /** When {@link #decide()} is due without an event. Owner thread. */
    abstract Instant wakeAt();
}
