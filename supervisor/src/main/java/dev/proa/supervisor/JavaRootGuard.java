package dev.proa.supervisor;

import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The guard of all sidecars: speaks with the application, and starts one guard per sidecar. */
final class JavaRootGuard extends JavaGuard {
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final int ENOTSUP = 95;
    private static final int ESHUTDOWN = 108;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final byte[] END = new byte[0];

    /** One sidecar and its guard. Owner thread only, but for the queue. */
    private static final class Ward {
        final long id;
        final long guard;
        final BlockingQueue<byte[]> orders = new LinkedBlockingQueue<>();
        int output; // read end; -1 once the application has it
        long main;
        boolean exited;
        boolean ended; // EMPTY or SPAWN_FAILED is said
        boolean silent; // its guard says nothing any more
        boolean guardDead;
        boolean abandoned; // its guard died before it was empty: the tree is now ours
        long survivors;

        Ward(long id, long guard, int output) {
            this.id = id;
            this.guard = guard;
            this.output = output;
        }
    }

    private final long application;
    private final Map<Long, Ward> wards = new HashMap<>();
    private final GuardFamily family = new GuardFamily(time, this::guards, this::buried);
    private final BlockingQueue<byte[]> news = new LinkedBlockingQueue<>();
    private final Thread writer =
            Thread.ofPlatform().daemon(true).unstarted(() -> write(news, reports()));
    private boolean greeted;
    private boolean closing; // no new sidecars
    private boolean doomed; // nobody to work for: end everything at once
    private int code;

    JavaRootGuard(long application) {
        this.application = application;
    }

    void run() throws InterruptedException {
        GuardCalls.becomeGuard();
        int descriptor = ProcessSignals.open(application);
        if (descriptor < 0 || GuardCalls.parent() != application) {
            leave(UNAVAILABLE, "the application that started this guard is gone, or pidfd is");
        }
        if (ProcessEntry.of(OwnProcess.pid()).isEmpty()) {
            leave(UNAVAILABLE, "/proc is not mounted; it is needed to find processes");
        }
        writer.start();
        hearOrders(orders());
        watch(descriptor);
        watchChildren();
        loop();
    }

    /** Writes what is queued, until the empty array; the last word is then said. */
    private static void write(BlockingQueue<byte[]> queue, OutputStream to) {
        try (to) {
            for (var bytes = queue.take(); bytes.length > 0; bytes = queue.take()) {
                to.write(bytes);
                if (queue.isEmpty()) {
                    to.flush();
                }
            }
        } catch (IOException e) {
            return; // the reader is gone, which is seen elsewhere too
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(Frame event) {
        news.add(event.bytes());
    }

    private Set<Long> guards() {
        var guards = new HashSet<Long>();
        wards.values().stream()
                .filter(ward -> !ward.guardDead)
                .forEach(ward -> guards.add(ward.guard));
        return guards;
    }

    @Override
    void obey(GuardOrder order) {
        if (doomed) {
            return;
        }
        var wrong = order.objection(greeted);
        if (wrong.isPresent()) {
            doom(BAD_DATA, "the application sent " + wrong.get());
            return;
        }
        var ward = Optional.ofNullable(wards.get(order.id()));
        switch (order.type()) {
            case Frame.HELLO -> {
                greeted = true;
                say(
                        Frame.of(Frame.SAYS_HELLO)
                                .with(Frame.VERSION, Frame.VERSION_SPOKEN)
                                .with(Frame.PID, OwnProcess.pid()));
            }
            case Frame.SPAWN -> spawn(order);
            case Frame.OPENED -> ward.ifPresent(JavaRootGuard::takeOver);
            case Frame.SHUTDOWN -> {
                closing = true;
                wards.values().forEach(each -> pass(each, stop(each.id, order)));
            }
            case Frame.LISTEN ->
                    say(
                            Frame.of(Frame.LISTEN_FAILED)
                                    .with(Frame.ID, order.id())
                                    .with(Frame.ERRNO, ENOTSUP));
            case Frame.UNLISTEN -> {} // there is none
            default -> ward.ifPresent(each -> pass(each, framed(order.body())));
        }
    }

    private static void takeOver(Ward ward) {
        if (ward.output >= 0) {
            GuardCalls.close(ward.output);
            ward.output = -1;
        }
    }

    private static byte[] stop(long id, GuardOrder order) {
        return Frame.of(Frame.STOP)
                .with(Frame.ID, id)
                .with(Frame.SIGNAL, order.signalOrTerm())
                .with(Frame.GRACE_MS, order.graceMillis())
                .bytes();
    }

    private static byte[] framed(byte[] body) {
        return ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array();
    }

    private void pass(Ward ward, byte[] order) {
        if (!ward.guardDead) {
            // Somebody may have stopped the guard; only a running one can obey.
            GuardCalls.signalChild(ward.guard, ProcessSignals.CONTINUE);
            ward.orders.add(order);
        }
    }

    private void spawn(GuardOrder order) {
        if (order.unsupported()) {
            refuse(order.id(), StartFailure.Stage.FRAME, ENOTSUP);
        } else if (order.words().isEmpty() || order.umask().orElse(0) > 0777) {
            refuse(order.id(), StartFailure.Stage.FRAME, EINVAL);
        } else if (wards.containsKey(order.id())) {
            refuse(order.id(), StartFailure.Stage.FRAME, EEXIST);
        } else if (closing) {
            refuse(order.id(), StartFailure.Stage.FRAME, ESHUTDOWN);
        } else {
            try {
                startGuard(order);
            } catch (IOException e) {
                say("no guard can be started: " + e.getMessage());
                refuse(order.id(), StartFailure.Stage.GUARD, 24);
            }
        }
    }

    private void refuse(long id, StartFailure.Stage stage, int errno) {
        say(refused(id, stage, errno));
    }

    private void startGuard(GuardOrder order) throws IOException {
        var orders = GuardCalls.pipe();
        var reports = GuardCalls.pipe();
        var output = GuardCalls.pipe();
        var toGuard = new FileOutputStream("/proc/self/fd/" + orders.write());
        var fromGuard = new FileInputStream("/proc/self/fd/" + reports.read());
        var words = new ArrayList<byte[]>();
        for (var word :
                command("--child", Long.toString(application), Long.toString(OwnProcess.pid()))) {
            words.add(word.getBytes(StandardCharsets.UTF_8));
        }
        var result =
                GuardSpawn.start(
                        words,
                        List.of(),
                        Map.of(
                                0,
                                orders.read(),
                                1,
                                reports.write(),
                                JavaChildGuard.OUTPUT,
                                output.write()));
        for (int end :
                new int[] {
                    orders.read(), orders.write(), reports.read(), reports.write(), output.write()
                }) {
            GuardCalls.close(end);
        }
        switch (result) {
            case GuardSpawn.Result.Started(long pid) -> {
                var ward = new Ward(order.id(), pid, output.read());
                wards.put(order.id(), ward);
                ward.orders.add(framed(order.body()));
                start("to-" + pid, () -> write(ward.orders, toGuard));
                start("from-" + pid, () -> hear(ward, new DataInputStream(fromGuard)));
            }
            case GuardSpawn.Result.Failed(int errno) -> {
                toGuard.close();
                fromGuard.close();
                GuardCalls.close(output.read());
                refuse(order.id(), StartFailure.Stage.GUARD, errno);
            }
        }
    }

    private void hear(Ward ward, DataInputStream reports) {
        try (reports) {
            for (var report = Frame.read(reports);
                    report.isPresent();
                    report = Frame.read(reports)) {
                var each = report.get();
                tell(() -> passOn(ward, each));
            }
        } catch (IOException e) {
            say("the guard " + ward.guard + " cannot be heard: " + e.getMessage());
        }
        tell(() -> ward.silent = true);
    }

    private void passOn(Ward ward, Frame report) {
        switch (report.type()) {
            case Frame.STARTED -> {
                ward.main = report.number(Frame.PID);
                say(report.with(Frame.GUARD_PID, ward.guard).with(Frame.OUT_FD, ward.output));
            }
            case Frame.SPAWN_FAILED -> {
                ward.ended = true;
                takeOver(ward);
                say(report);
            }
            case Frame.EXITED -> {
                ward.exited = true;
                say(report);
            }
            case Frame.EMPTY -> {
                ward.ended = true;
                say(report);
            }
            default -> say(report);
        }
    }

    private void buried(GuardCalls.Death death) {
        for (var ward : wards.values()) {
            if (!ward.guardDead && ward.guard == death.pid()) {
                ward.guardDead = true;
                ward.orders.add(END);
                return;
            }
        }
        for (var ward : wards.values()) {
            if (ward.guardDead && ward.main == death.pid() && !ward.exited) {
                ward.exited = true;
                say(death.exited(ward.id));
                return;
            }
        }
        if (death.killed()) {
            wards.values().stream()
                    .filter(ward -> ward.abandoned)
                    .findFirst()
                    .ifPresent(ward -> ward.survivors++);
        }
    }

    @Override
    void doom(int reason, String why) {
        say(why);
        if (!doomed) {
            doomed = true;
            code = reason;
        }
        wards.values()
                .forEach(ward -> pass(ward, Frame.of(Frame.KILL).with(Frame.ID, ward.id).bytes()));
    }

    @Override
    boolean decide() {
        boolean childless = family.reap();
        for (var ward : wards.values()) {
            if (ward.guardDead && ward.silent && !ward.ended && !ward.abandoned) {
                say("the guard of sidecar " + ward.id + " died; ending what it kept");
                ward.abandoned = true;
            }
        }
        sweepOrphans();
        for (var ward : List.copyOf(wards.values())) {
            if (ward.ended && ward.guardDead && ward.silent && (ward.output < 0 || doomed)) {
                takeOver(ward);
                wards.remove(ward.id);
            }
        }
        if ((doomed || closing) && wards.isEmpty() && !family.sweeping() && childless) {
            news.add(END);
            lastWords();
        }
        return childless;
    }

    /** Not longer than a moment: nobody may read any more. */
    private void lastWords() {
        try {
            writer.join(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        leave(code, "");
    }

    /** Orphans are children that are no guards; without one, every abandoned tree is empty. */
    private void sweepOrphans() {
        boolean abandoned = wards.values().stream().anyMatch(ward -> ward.abandoned && !ward.ended);
        if (!abandoned && !family.sweeping()) {
            return;
        }
        if (family.all().isEmpty()) {
            family.endSweep();
            wards.values().stream()
                    .filter(ward -> ward.abandoned && !ward.ended)
                    .forEach(this::empty);
            return;
        }
        family.beginSweep();
        family.sweep();
        var stubborn = family.reportDue();
        if (!stubborn.isEmpty()) {
            wards.values().stream()
                    .filter(ward -> ward.abandoned && !ward.ended)
                    .forEach(ward -> notEmpty(ward, stubborn));
        }
    }

    private void notEmpty(Ward ward, List<Long> pids) {
        var event = Frame.of(Frame.NOT_EMPTY).with(Frame.ID, ward.id);
        pids.stream().limit(64).forEach(pid -> event.with(Frame.PID, pid));
        say(event);
    }

    private void empty(Ward ward) {
        ward.ended = true;
        if (ward.main == 0) {
            takeOver(ward);
            refuse(ward.id, StartFailure.Stage.GUARD, GuardCalls.ECHILD);
            return;
        }
        if (!ward.exited) {
            // Its guard buried it and died before it could say how it ended.
            say(Frame.of(Frame.EXITED).with(Frame.ID, ward.id).with(Frame.HOW, 2));
        }
        say(Frame.of(Frame.EMPTY).with(Frame.ID, ward.id).with(Frame.SURVIVORS, ward.survivors));
    }

    @Override
    Instant wakeAt() {
        return family.sweeping() ? family.next() : time.instant().plus(Duration.ofMinutes(1));
    }
}
