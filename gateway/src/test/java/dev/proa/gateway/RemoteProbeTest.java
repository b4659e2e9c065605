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
import java.util.SplittableRandom;
import java.util.TreeSet;
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
            state = state.after(outcome, 2, EVERY, NOW, new SplittableRandom(1));
        }
        return state;
    }

    @Test
    void isAwayAfterTwoFailuresInARowAndBackAfterOneAnswer() {
        var next = NOW.plus(EVERY);
        var soon = NOW.plusSeconds(1);

        assertThat(fold()).isEqualTo(new RemoteState.Connecting(0, NOW, NOW));
        assertThat(fold(BAD)).isEqualTo(new RemoteState.Connecting(1, NOW, soon));
        assertThat(fold(BAD, BAD))
                .isEqualTo(new RemoteState.Offline(2, 1, "It is away.", NOW, soon));
        assertThat(fold(GOOD)).isEqualTo(new RemoteState.Online(0, NOW, next));
        assertThat(fold(GOOD, BAD)).isEqualTo(new RemoteState.Online(1, NOW, soon));
        assertThat(fold(GOOD, BAD, GOOD, BAD)).isEqualTo(new RemoteState.Online(1, NOW, soon));
        assertThat(fold(BAD, BAD, GOOD)).isEqualTo(new RemoteState.Online(0, NOW, next));
    }

    @Test
    void tellsSinceWhenItIsThereWhateverSingleProbesSay() {
        var dice = new SplittableRandom(1);
        var state = RemoteState.first(NOW);
        var outcomes = new RemoteState.Outcome[] {BAD, GOOD, GOOD, BAD, GOOD, BAD, BAD, BAD, GOOD};
        var since = new long[] {0, 2, 2, 2, 2, 2, 7, 7, 9};
        for (int i = 0; i < outcomes.length; i++) {
            state = state.after(outcomes[i], 2, EVERY, NOW.plusSeconds(i + 1), dice);

            assertThat(state.since()).as("%d: %s", i, state).isEqualTo(NOW.plusSeconds(since[i]));
        }
    }

    @Test
    void asksOneThatIsAwayEverMoreRarelyUpToTenSecondsAndNotInStep() {
        var dice = new SplittableRandom(7);
        var wishes = new long[] {1000, 2000, 4000, 8000, 10_000, 10_000, 10_000};
        var state = fold(BAD);
        var pauses = new TreeSet<Long>();
        for (int i = 0; i < 2000; i++) {
            var now = NOW.plusSeconds(20L * i);
            state = state.after(BAD, 2, EVERY, now, dice);
            var pause = Duration.between(now, state.nextAt()).toMillis();
            var wish = wishes[Math.min(i, wishes.length - 1)];

            assertThat(pause).as("pause %d", i).isBetween(Math.max(1000, wish * 3 / 4), wish);
            assertThat(state)
                    .isInstanceOfSatisfying(
                            RemoteState.Offline.class,
                            away -> assertThat(away.since()).isEqualTo(NOW));
            pauses.add(pause);
        }
        assertThat(pauses).hasSizeGreaterThan(100);
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
    void asksAServerThatSpeaksHttp2Alone() {
        var states = new LinkedBlockingQueue<RemoteState>();
        try (var peer = new Http2Peer((stream, _, _) -> stream.answer(true, "204"))) {
            var options =
                    new RemoteProbe.Options(
                            peer.remote().server(),
                            Optional.empty(),
                            "/health/ready",
                            Duration.ofMillis(20),
                            Duration.ofSeconds(5),
                            1);
            try (var probe = new RemoteProbe(options, new MonotonicTime(), states::add).start()) {
                assertThat(next(states)).isInstanceOf(RemoteState.Online.class);
                assertThat(peer.head().path()).hasToString("/health/ready");
                assertThat(probe.state()).isInstanceOf(RemoteState.Online.class);
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
