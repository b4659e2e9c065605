package dev.proa.supervisor;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A short command beside a sidecar. It runs under a guard of its own, so nothing that it starts
 * outlives it; of its output only the last lines are kept.
 */
final class SideCommand {
    private static final Duration CLEARING = Duration.ofSeconds(1);
    private static final int WORDS = 200;

    private final LineRing ring = new LineRing();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Optional<Exit> exit = Optional.empty();
    private volatile Optional<String> failure = Optional.empty();
    private volatile @Nullable Thread reader;
    private volatile GuardClient.@Nullable Handle handle;

    /** Starts it. */
    static SideCommand start(GuardClient guard, Launch launch, String name) throws IOException {
        var command = new SideCommand();
        command.handle = guard.spawn(name, launch, command.news(name));
        return command;
    }

    /** Whether it and everything it started are gone. */
    boolean over() {
        return over.getCount() == 0;
    }

    /**
     * Waits until it has ended; kills it when {@code timeout} is over.
     *
     * @return why it did not succeed, as the second half of "it ..."; empty if it exited with 0
     */
    Optional<String> failure(Duration timeout) throws InterruptedException {
        try {
            boolean inTime = over.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
            var ended = exit;
            if (!inTime) {
                kill();
                over.await(CLEARING.toMillis(), TimeUnit.MILLISECONDS);
            }
            if (failure.isPresent()) {
                return failure.map(why -> "could not be run: " + why);
            }
            if (ended.isEmpty()) {
                return Optional.of("did not end within " + timeout.toMillis() + " ms");
            }
            return ended.get().success()
                    ? Optional.empty()
                    : Optional.of(ended.get().words() + lastWords());
        } catch (InterruptedException e) {
            kill();
            throw e;
        }
    }

    private void kill() {
        var given = handle;
        if (given != null) {
            given.kill();
        }
    }

    private String lastWords() throws InterruptedException {
        var thread = reader;
        if (thread != null) {
            thread.join(CLEARING);
        }
        return ring.tail().reversed().stream()
                .filter(line -> !line.isBlank())
                .findFirst()
                .map(line ->
                        ": " + line.strip().substring(0, Math.min(WORDS, line.strip().length())))
                .orElse("");
    }

    private void read(InputStream output) {
        var bytes = new byte[8 * 1024];
        try (output) {
            for (int count = output.read(bytes); count >= 0; count = output.read(bytes)) {
                ring.take(bytes, count, new LineWatch());
            }
        } catch (IOException e) {
            return; // its guard has gone; what was read is kept
        } finally {
            ring.end(new LineWatch());
        }
    }

    private GuardNews news(String name) {
        return new GuardNews() {
            @Override
            public void started(long pid, long guardPid, InputStream output) {
                // A platform thread: a blocked pipe read would hold a carrier of the virtual ones.
                reader = Thread.ofPlatform().name(name).daemon(true).start(() -> read(output));
            }

            @Override
            public void failed(StartFailure start) {
                failure = Optional.of(start.words());
                over.countDown();
            }

            @Override
            public void exited(Exit how) {
                exit = Optional.of(how);
            }

            @Override
            public void emptied(int survivors) {
                over.countDown();
            }

            @Override
            public void notEmpty(List<Long> pids) {
                // Told by over(): nobody starts another one meanwhile.
            }
        };
    }
}
