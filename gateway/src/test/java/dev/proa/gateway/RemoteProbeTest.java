package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import dev.proa.core.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class RemoteProbeTest {
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Instant NOW = Instant.EPOCH;
    private static final RemoteState.Outcome GOOD = new RemoteState.Outcome.Good();
    private static final RemoteState.Outcome BAD = new RemoteState.Outcome.Bad("It is away.");

    private static RemoteState fold(RemoteState.Outcome... outcomes) {
        var state = RemoteState.first(NOW);
        for (var outcome : outcomes) {
            state = state.after(outcome, 2, EVERY, NOW);
        }
        return state;
    }

    @Test
    void isAwayAfterTwoFailuresInARowAndBackAfterOneAnswer() {
        var next = NOW.plus(EVERY);

        assertThat(fold()).isEqualTo(new RemoteState.Connecting(0, NOW));
        assertThat(fold(BAD)).isEqualTo(new RemoteState.Connecting(1, next));
        assertThat(fold(BAD, BAD)).isEqualTo(new RemoteState.Offline(2, "It is away.", next));
        assertThat(fold(GOOD, BAD)).isEqualTo(new RemoteState.Online(1, next));
        assertThat(fold(GOOD, BAD, GOOD, BAD)).isEqualTo(new RemoteState.Online(1, next));
        assertThat(fold(BAD, BAD, BAD)).isEqualTo(new RemoteState.Offline(3, "It is away.", next));
        assertThat(fold(BAD, BAD, GOOD)).isEqualTo(new RemoteState.Online(0, next));
    }

    private static RemoteState next(BlockingQueue<RemoteState> states) {
        try {
            var state = states.poll(10, TimeUnit.SECONDS);
            if (state == null) {
                throw new AssertionError("no probe has ended within 10 s");
            }
            return state;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void seesAServerOverTlsComeGoAndReturn() {
        var states = new LinkedBlockingQueue<RemoteState>();
        var answer = new AtomicReference<>("200 OK");
        var head = new AtomicReference<>("");
        try (var upstream =
                ScriptedUpstream.secure(
                        "right",
                        line -> {
                            for (var text = line.head(); !text.isEmpty(); text = line.head()) {
                                head.set(text);
                                line.send(
                                        "HTTP/1.1 "
                                                + answer.get()
                                                + "\r\nContent-Length: 0\r\n\r\n");
                            }
                        })) {
            var server =
                    RemoteServer.at(
                            URI.create("https://localhost:" + upstream.port() + "/base"),
                            Optional.of(TestTls.authority()));
            var options =
                    new RemoteProbe.Options(
                            server,
                            Optional.of(Secret.of("probe-token")),
                            "/health/ready",
                            Duration.ofMillis(20),
                            Duration.ofSeconds(5),
                            2);
            try (var probe = new RemoteProbe(options, new MonotonicTime(), states::add).start()) {
                assertThat(next(states)).isInstanceOf(RemoteState.Online.class);
                assertThat(head.get())
                        .startsWith("GET /base/health/ready HTTP/1.1\r\n")
                        .contains("Authorization: Bearer probe-token\r\n");
                answer.set("503 No");
                var state = next(states);
                while (!(state instanceof RemoteState.Offline)) {
                    state = next(states);
                }
                assertThat(((RemoteState.Offline) state).reason()).contains("503", "/health/ready");
                answer.set("204 Fine");
                while (!(state instanceof RemoteState.Online)) {
                    state = next(states);
                }
                assertThat(probe.state()).isInstanceOf(RemoteState.class);
            }
        }
    }

    @Test
    void saysWhyAServerCannotBeReached() {
        int nobody;
        try (var gone = ScriptedUpstream.answering("")) {
            nobody = gone.port();
        }
        var states = new LinkedBlockingQueue<RemoteState>();
        var options =
                new RemoteProbe.Options(
                        RemoteServer.at(URI.create("http://127.0.0.1:" + nobody), Optional.empty()),
                        Optional.empty(),
                        "/",
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(5),
                        1);
        try (var probe = new RemoteProbe(options, new MonotonicTime(), states::add).start()) {
            assertThat(next(states))
                    .isInstanceOfSatisfying(
                            RemoteState.Offline.class,
                            state -> assertThat(state.reason()).contains("cannot be reached"));
            probe.hurry();
            assertThat(next(states).failures()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host",
                "https:///path",
                "http://user:secret@host",
                "http://host?q",
                "http://host#f",
                "http://host/../x",
                "http://host:99999",
                "host:80"
            })
    void refusesWhatIsNoAddressOfAServer(String address) {
        assertThatThrownBy(() -> RemoteServer.at(URI.create(address), Optional.empty()))
                .isInstanceOf(ProaException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void refusesAFileWithoutCertificates() {
        assertThatThrownBy(() ->
                        RemoteServer.at(
                                URI.create("https://host"), Optional.of(TestTls.file("right.key"))))
                .isInstanceOf(ProaException.class)
                .hasMessageContaining("right.key");
    }
}
