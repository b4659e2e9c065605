package dev.proa.gateway;

import dev.proa.core.Secret;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;

/**
 * Asks a remote server again and again whether it is there. One thread asks; others read the state.
 * It begins with {@link #start} and ends with {@link #close}.
 */
public final class RemoteProbe implements AutoCloseable {
    /**
     * What is asked, and how often.
     *
     * @param token sent as {@code Authorization: Bearer}
     * @param path below the server's base, such as {@code /health/ready}; any 2xx is good
     * @param every between the end of a probe and the next, above zero
     * @param timeout of one probe, above zero
     * @param failures in a row before the server counts as away, at least 1
     */
    public record Options(
            RemoteServer server,
            Optional<Secret> token,
            String path,
            Duration every,
            Duration timeout,
            int failures) {
        public Options {
            if (Target.of(path).isEmpty()) {
                throw new IllegalArgumentException("a probe needs a plain path, was " + path);
            }
            if (!every.isPositive() || !timeout.isPositive() || failures < 1) {
                throw new IllegalArgumentException(
                        "a probe needs time and a failure, was %s, %s, %d"
                                .formatted(every, timeout, failures));
            }
        }
    }

    private final Options options;
    private final InstantSource clock;
    private final Consumer<RemoteState> listener;
    private volatile HttpClient client;
    private final Thread thread;
    private final Semaphore wakes = new Semaphore(0);
    private volatile RemoteState state;
    private volatile boolean closing;

    /**
     * A probe that waits for {@link #start}.
     *
     * @param listener told the state after each probe, on the probe's thread
     */
    public RemoteProbe(Options options, InstantSource clock, Consumer<RemoteState> listener) {
        this.options = options;
        this.clock = clock;
        this.listener = listener;
        this.state = RemoteState.first(clock.instant());
        this.client = client();
        options.server().whenDoubted(this::hurry);
        this.thread = Thread.ofVirtual().name("proa-remote-probe").unstarted(this::run);
    }

    /** It speaks what requests speak: HTTP/2 where it can be agreed on, which is over TLS alone. */
    private HttpClient client() {
        boolean secure = options.server().trust().isPresent();
        var builder =
                HttpClient.newBuilder()
                        .version(secure ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(options.timeout());
        options.server().trust().ifPresent(trust -> builder.sslContext(trust.plain()));
        return builder.build();
    }

    /** A connection that has failed is not asked again; HTTP/2 would keep it. */
    private void anew() {
        var failed = client;
        client = client();
        failed.shutdownNow();
        failed.close();
    }

    /** Begins to ask; may be called once. */
    public RemoteProbe start() {
        thread.start();
        return this;
    }

    /** What is known now. */
    public RemoteState state() {
        return state;
    }

    /** Asks at once instead of at the next time, which a request that failed does too. */
    public void hurry() {
        wakes.release();
    }

    private void run() {
        try {
            while (!closing) {
                var outcome = ask();
                if (closing) {
                    return;
                }
                state =
                        state.after(
                                outcome,
                                options.failures(),
                                options.every(),
                                clock.instant(),
                                RandomGenerator.getDefault());
                listener.accept(state);
                pauseUntil(state.nextAt());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pauseUntil(Instant next) throws InterruptedException {
        var left = Duration.between(clock.instant(), next);
        while (left.isPositive() && !closing) {
            if (wakes.tryAcquire(left.toNanos(), TimeUnit.NANOSECONDS)) {
                wakes.drainPermits();
                return;
            }
            left = Duration.between(clock.instant(), next);
        }
    }

    private RemoteState.Outcome ask() throws InterruptedException {
        var request =
                HttpRequest.newBuilder(options.server().address(options.path()))
                        .timeout(options.timeout())
                        .GET();
        options.token()
                .ifPresent(token -> request.header("Authorization", "Bearer " + token.reveal()));
        try {
            var status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
            return status / 100 == 2
                    ? new RemoteState.Outcome.Good()
                    : bad("answers %d to %s".formatted(status, options.path()));
        } catch (HttpTimeoutException e) {
            anew();
            return bad("does not answer within %d ms".formatted(options.timeout().toMillis()));
        } catch (SSLException e) {
            anew();
            return bad("cannot be trusted over TLS: " + e.getMessage());
        } catch (IOException e) {
            anew();
            return bad("cannot be reached: " + reason(e));
        }
    }

    private static String reason(IOException failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null && deepest.getMessage() == null) {
            deepest = deepest.getCause();
        }
        var message = deepest.getMessage();
        return message == null ? "nobody accepts connections there" : message;
    }

    private RemoteState.Outcome bad(String what) {
        return new RemoteState.Outcome.Bad("The backend at " + options.server() + " " + what + ".");
    }

    /** Stops asking; its thread has ended afterwards. */
    @Override
    public void close() {
        closing = true;
        wakes.release();
        client.shutdownNow();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
