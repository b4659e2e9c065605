package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One chain of guards. When it is lost, everybody under it is told of an exit at once, and of an
 * empty tree once the last guard of the chain is gone.
 */
final class GuardConnection {
    private static final Duration HELLO_TIME = Duration.ofSeconds(10);
    private static final int LAST_WORDS = 20;

    /** A process under the guard. */
    private static final class Ward {
        final GuardNews news;
        volatile Optional<ProcessHandle> guard = Optional.empty();
        volatile boolean started;
        volatile boolean exited;

        Ward(GuardNews news) {
            this.news = news;
        }
    }

    private final Process process;
    private final Consumer<String> onLost;
    private final Map<Long, Ward> wards = new ConcurrentHashMap<>();
    private final AtomicInteger lastId = new AtomicInteger();
    // Unbounded: a few frames per sidecar. An empty array ends the writer.
    private final BlockingQueue<byte[]> outbox = new LinkedBlockingQueue<>();
    private final CountDownLatch greeted = new CountDownLatch(1);
    private final List<String> lastWords = new ArrayList<>(); // guarded by itself
    private final List<Thread> threads = new ArrayList<>();
    private final HeldListeners listeners = new HeldListeners();
    private volatile GuardHello hello = new GuardHello(0, false, false);
    private volatile Optional<ProcessHandle> root = Optional.empty();
    private volatile boolean lost;
    private volatile boolean closing;

    private GuardConnection(Process process, Consumer<String> onLost) {
        this.process = process;
        this.onLost = onLost;
    }

    /**
     * Starts a chain and waits for its greeting.
     *
     * @param command that starts a guard for this process
     * @param instance part of the names of the sidecars' cgroups: letters, digits and dashes
     * @param onLost told why, if the chain ends without having been asked to
     * @throws IOException if it does not greet; the message says what it said instead
     */
    static GuardConnection open(List<String> command, String instance, Consumer<String> onLost)
            throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        var connection = new GuardConnection(builder.start(), onLost);
        connection.begin(instance);
        return connection;
    }

    /** With the native guard. */
    static GuardConnection open(Path program, String instance, Consumer<String> onLost)
            throws IOException {
        return open(nativeCommand(program), instance, onLost);
    }

    /** The command that starts the native guard for this process. */
    static List<String> nativeCommand(Path program) {
        return List.of(program.toString(), "--parent", Long.toString(OwnProcess.pid()));
    }

    private void begin(String instance) throws IOException {
        // Platform threads: a blocked pipe read pins a carrier of the virtual ones.
        run("proa-guard-words", this::readWords);
        run("proa-guard-orders", this::writeOrders);
        run("proa-guard-news", this::readNews);
        send(
                Frame.of(Frame.HELLO)
                        .with(Frame.VERSION, Frame.VERSION_SPOKEN)
                        .with(Frame.INSTANCE, instance));
        try {
            if (greeted.await(HELLO_TIME.toMillis(), TimeUnit.MILLISECONDS) && !lost) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closing = true;
        process.destroyForcibly();
        throw new IOException(words().orElse("the guard did not answer"));
    }

    private void run(String name, Runnable task) {
        threads.add(Thread.ofPlatform().name(name).daemon(true).start(task));
    }

    boolean lost() {
        return lost;
    }

    GuardHello hello() {
        return hello;
    }

    /**
     * Has the guard listen on the loopback for as long as the chain lives; whoever connects waits
     * until a process that was given the socket accepts. A chain after this one has to be asked
     * again.
     *
     * @param name the handle for {@link Launch#listener} and {@link #unlisten}
     * @param port 0: any that is free
     * @throws java.net.BindException if somebody else has the port
     * @throws IOException if it cannot be had for another reason, in plain words
     * @throws IllegalStateException if that name is in use
     */
    LoopbackPort listen(String name, int port) throws IOException {
        send(listeners.open(name, port));
        if (lost) {
            listeners.lose();
        }
        return listeners.answer(name);
    }

    /** The port of a socket that it holds already. */
    Optional<LoopbackPort> listening(String name) throws IOException {
        return listeners.id(name).isPresent()
                ? Optional.of(listeners.answer(name))
                : Optional.empty();
    }

    /** Gives a port back; those who have the socket already keep it. */
    void unlisten(String name) {
        listeners.close(name).ifPresent(this::send);
    }

    /**
     * Asks for a process; its id is the handle for {@link #stop} and {@link #kill}.
     *
     * @throws IllegalArgumentException if the guard would not take the words
     */
    long spawn(Launch launch, GuardNews news) {
        long id = lastId.incrementAndGet();
        if (launch.listener().filter(name -> listeners.id(name).isEmpty()).isPresent()) {
            // It went with the chain that held it.
            news.failed(StartFailure.withoutListener());
            return id;
        }
        var bytes = request(id, launch).bytes();
        wards.put(id, new Ward(news));
        outbox.add(bytes);
        if (lost && wards.remove(id) != null) {
            news.failed(StartFailure.ofGuard());
        }
        return id;
    }

    private Frame request(long id, Launch launch) {
        var frame =
                Frame.of(Frame.SPAWN).with(Frame.ID, id).with(Frame.CWD, launch.cwd().toString());
        launch.command().forEach(word -> frame.with(Frame.ARG, word));
        launch.environment().forEach((name, value) -> frame.with(Frame.ENV, name + "=" + value));
        launch.listener()
                .flatMap(listeners::id)
                .ifPresent(number -> frame.with(Frame.LISTENER, number));
        var confinement = launch.confinement();
        confinement.umask().ifPresent(umask -> frame.with(Frame.UMASK, umask));
        confinement.nice().ifPresent(nice -> frame.with(Frame.NICE, nice));
        confinement.memory().ifPresent(bytes -> frame.withLong(Frame.MEMORY_MAX, bytes));
        confinement.pids().ifPresent(count -> frame.with(Frame.PIDS_MAX, count));
        switch (confinement.isolation()) {
            case NONE -> {}
            case PIDNS -> frame.with(Frame.NAMESPACE, 1);
        }
        return frame;
    }

    void stop(long id, int signal, Duration grace) {
        send(
                Frame.of(Frame.STOP)
                        .with(Frame.ID, id)
                        .with(Frame.SIGNAL, signal)
                        .with(Frame.GRACE_MS, grace.toMillis()));
    }

    void kill(long id) {
        send(Frame.of(Frame.KILL).with(Frame.ID, id));
    }

    private void send(Frame frame) {
        outbox.add(frame.bytes());
    }

    /**
     * Ends the chain: whatever still runs under it is killed.
     *
     * @return whether it ended in time, which proves that nothing is left
     */
    boolean close(Duration patience) throws InterruptedException {
        closing = true;
        outbox.add(new byte[0]);
        boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        for (var thread : threads) {
            thread.join(ended ? patience : Duration.ofMillis(100));
        }
        return ended;
    }

    private void writeOrders() {
        try (OutputStream orders = process.getOutputStream()) {
            for (var bytes = outbox.take(); bytes.length > 0; bytes = outbox.take()) {
                orders.write(bytes);
                orders.flush();
            }
        } catch (IOException e) {
            note("the guard takes no orders: " + e.getMessage()); // the reader sees its end
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readWords() {
        try (var words = process.errorReader(StandardCharsets.UTF_8)) {
            for (var line = words.readLine(); line != null; line = words.readLine()) {
                note(line);
            }
        } catch (IOException e) {
            note("the guard's words cannot be read: " + e.getMessage());
        }
    }

    private void note(String line) {
        synchronized (lastWords) {
            lastWords.add(line);
            if (lastWords.size() > LAST_WORDS) {
                lastWords.removeFirst();
            }
        }
    }

    private Optional<String> words() {
        synchronized (lastWords) {
            return lastWords.isEmpty()
                    ? Optional.empty()
                    : Optional.of(String.join("; ", lastWords));
        }
    }

    private void readNews() {
        try (var news = new DataInputStream(process.getInputStream())) {
            for (var frame = Frame.read(news); frame.isPresent(); frame = Frame.read(news)) {
                hear(frame.get());
            }
        } catch (IOException e) {
            note("the guard's news cannot be read: " + e.getMessage());
        }
        lose();
    }

    private void hear(Frame frame) {
        long id = frame.number(Frame.ID);
        var ward = wards.get(id);
        if (frame.type() == Frame.SAYS_HELLO) {
            hello =
                    new GuardHello(
                            frame.number(Frame.PID),
                            frame.number(Frame.CGROUP_OK) == 1,
                            frame.number(Frame.PIDNS_OK) == 1);
            root = ProcessHandle.of(hello.rootPid());
            greeted.countDown();
        } else if (frame.type() == Frame.LISTENING || frame.type() == Frame.LISTEN_FAILED) {
            listeners.hear(frame);
        } else if (ward == null) {
            note("news of an unknown process " + id);
        } else {
            hear(id, ward, frame);
        }
    }

    private void hear(long id, Ward ward, Frame frame) {
        switch (frame.type()) {
            case Frame.STARTED -> started(id, ward, frame);
            case Frame.SPAWN_FAILED -> {
                wards.remove(id);
                var stage = StartFailure.Stage.of(frame.number(Frame.STAGE));
                ward.news.failed(new StartFailure(stage, (int) frame.number(Frame.ERRNO)));
            }
            case Frame.EXITED -> {
                ward.exited = true;
                int value = (int) frame.number(Frame.VALUE);
                ward.news.exited(
                        switch ((int) frame.number(Frame.HOW)) {
                            case 0 -> new Exit.Code(value);
                            case 1 -> new Exit.Signal(value);
                            default -> new Exit.Unknown();
                        });
            }
            case Frame.EMPTY -> {
                wards.remove(id);
                ward.news.emptied((int) frame.number(Frame.SURVIVORS));
            }
            case Frame.NOT_EMPTY -> ward.news.notEmpty(frame.numbers(Frame.PID));
            default -> note("a frame of type " + frame.type());
        }
    }

    private void started(long id, Ward ward, Frame frame) {
        long guardPid = frame.number(Frame.GUARD_PID);
        ward.guard = ProcessHandle.of(guardPid); // none if it has ended already
        ward.started = true;
        ward.news.placed(
                new Placement(
                        frame.text(Frame.CGROUP).map(Path::of),
                        !frame.has(Frame.LIMITS) || frame.number(Frame.LIMITS) == 1));
        try {
            // The pipe's own read end, opened once more: it cannot block, and no byte is lost.
            var output =
                    new FileInputStream(
                            "/proc/" + hello.rootPid() + "/fd/" + frame.number(Frame.OUT_FD));
            ward.news.started(frame.number(Frame.PID), guardPid, output);
        } catch (IOException e) {
            // The root guard is dying; what comes next is its loss.
            note(
                    "the output of process "
                            + frame.number(Frame.PID)
                            + " cannot be opened: "
                            + e.getMessage());
            ward.news.started(
                    frame.number(Frame.PID), guardPid, java.io.InputStream.nullInputStream());
        }
        send(Frame.of(Frame.OPENED).with(Frame.ID, id));
    }

    /** The stream of news has ended: the root guard is gone. */
    private void lose() {
        lost = true;
        listeners.lose();
        greeted.countDown();
        outbox.add(new byte[0]);
        var left = new ArrayList<>(wards.values());
        for (var ward : left) {
            if (ward.started && !ward.exited) {
                ward.news.exited(new Exit.Unknown());
            }
        }
        awaitGuards(left);
        if (!closing) {
            onLost.accept(words().orElse("the guard was killed"));
        }
        for (var id : List.copyOf(wards.keySet())) {
            var ward = wards.remove(id);
            if (ward != null && ward.started) {
                ward.news.emptied(0);
            } else if (ward != null) {
                ward.news.failed(StartFailure.ofGuard());
            }
        }
    }

    /**
     * The warden ends when everything below it is gone. Should it have been killed as well, then
     * the child guards do the same, each for its own tree.
     */
    private void awaitGuards(List<Ward> left) {
        process.onExit().join();
        root.ifPresent(handle -> handle.onExit().join());
        for (var ward : left) {
            ward.guard.ifPresent(handle -> handle.onExit().join());
        }
    }
}
