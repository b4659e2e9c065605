package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackPort;
import dev.proa.core.MonotonicTime;
import dev.proa.core.Where;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Attach;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.SidecarSpec.Taken;
import dev.proa.profile.Template;
import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault 22: a backend that somebody else runs dies, returns, and returns as another. */
class AttachTest {
    private static final String OURS = "{\"service\":\"qa\",\"contract_version\":1}";
    private static final String TOKEN = "attach-token-of-the-test";
    private static final String LISTEN =
            "import os,socket,time; s=socket.socket();"
                    + " s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1);"
                    + " s.bind(('127.0.0.1', int(os.environ['PROA_PORT']))); s.listen();"
                    + " time.sleep(1000)";

    @TempDir Path data;
    private final List<String> heads = Collections.synchronizedList(new ArrayList<>());

    private OtherBackend backend(int port, int status, String identity) throws IOException {
        return new OtherBackend(port, status, identity, heads);
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static Attach attach(int port) {
        return new Attach(
                URI.create("http://127.0.0.1:" + port),
                "/runtime/info",
                Map.of("/service", "\"qa\"", "/contract_version", "1"),
                Optional.of(new Template(TOKEN, Where.of("proa.yaml"))));
    }

    private static Specs attached(int port) {
        return Specs.sidecar("api")
                .runs()
                .attach(attach(port))
                .ready(
                        new SidecarSpec.Ready(
                                new Check.Tcp(),
                                Duration.ofSeconds(60),
                                Duration.ofMillis(50),
                                3,
                                Optional.empty()));
    }

    @Test
    void isLostReturnsAndIsRefusedWhenAnotherReturns() throws IOException {
        var fault = Fault.number(22, "attached backend dies, returns, returns as another");
        for (int i = 0; i < fault.trials(1, 10); i++) {
            lostReturnsAndRefused();
            fault.tried(heads.stream().noneMatch(head -> head.contains(TOKEN)));
        }
        fault.conclude();
    }

    private void lostReturnsAndRefused() throws IOException {
        int port = freePort();
        var first = backend(port, 200, OURS);
        try (var bench = TestBench.of(data, attached(port))) {
            var status = bench.start().await("api", SidecarPhase.ATTACHED);
            assertThat(status.ready()).isTrue();
            assertThat(status.pid()).isEmpty();
            assertThat(bench.supervisor().upstream("api")).contains(new LoopbackPort(port));
            assertThat(bench.supervisor().token("api").reveal()).isEqualTo(TOKEN);

            first.close();
            status = bench.await("api", SidecarPhase.DEGRADED);
            assertThat(status.reason()).isEqualTo("it does not listen on port " + port);
            assertThat(status.problem()).isPresent();
            assertThat(bench.supervisor().upstream("api")).isEmpty();

            var again = backend(port, 200, OURS);
            bench.await("api", SidecarPhase.ATTACHED);
            again.close();
            bench.await("api", SidecarPhase.DEGRADED);

            var another = backend(port, 200, OURS.replace("qa", "other"));
            Await.until(
                    "the other one is seen",
                    () -> bench.status("api").reason().startsWith("another one answers"));
            assertThat(bench.status("api").state()).isEqualTo(SidecarPhase.DEGRADED);
            assertThat(bench.status("api").reason())
                    .isEqualTo("another one answers: it says /service is \"other\", not \"qa\"");
            bench.supervisor().stop("api");
            bench.await("api", SidecarPhase.STOPPED);
            assertThat(another.port()).isEqualTo(port); // nobody ended it
            another.close();
            assertThat(heads).isNotEmpty().noneMatch(head -> head.contains(TOKEN));
        }
    }

    @Test
    void theAppsEndLeavesItRunning() throws IOException, InterruptedException {
        int port = freePort();
        var other = backend(port, 200, OURS);
        var bench = TestBench.of(data, attached(port));
        bench.start().await("api", SidecarPhase.ATTACHED);
        bench.close();

        assertThat(
                        new IdentityChallenge(
                                        attached(port).done(), attach(port), new MonotonicTime())
                                .ask())
                .isEqualTo(new IdentityChallenge.Outcome.Held());
        other.close();
    }

    @Test
    void tellsASilentOneFromAnotherOne() throws IOException, InterruptedException {
        int port = freePort();
        var spec = attached(port).done();
        var challenge = new IdentityChallenge(spec, attach(port), new MonotonicTime());
        assertThat(challenge.ask()).isInstanceOf(IdentityChallenge.Outcome.Gone.class);
        record Case(int status, String body, Class<?> outcome) {}
        for (var one :
                List.of(
                        new Case(200, OURS, IdentityChallenge.Outcome.Held.class),
                        new Case(503, OURS, IdentityChallenge.Outcome.Silent.class),
                        new Case(404, OURS, IdentityChallenge.Outcome.Other.class),
                        new Case(302, OURS, IdentityChallenge.Outcome.Other.class),
                        new Case(200, "<html>", IdentityChallenge.Outcome.Other.class),
                        new Case(200, "[]", IdentityChallenge.Outcome.Other.class),
                        new Case(
                                200,
                                "{\"service\":\"qa\",\"contract_version\":2}",
                                IdentityChallenge.Outcome.Other.class))) {
            try (var _ = backend(port, one.status(), one.body())) {
                assertThat(challenge.ask()).as(one.toString()).isInstanceOf(one.outcome());
            }
        }
    }

    private static Specs either(int port) {
        return Specs.sidecar("api")
                .python(LISTEN)
                .port(new Port.Fixed(new LoopbackPort(port), Taken.ATTACH))
                .attach(attach(port))
                .ready(new Check.Tcp());
    }

    @Test
    void whoHasTheFixedPortIsUsedIfItIsTheExpectedOne() throws IOException {
        int port = freePort();
        var other = backend(port, 200, OURS);
        try (var bench = TestBench.of(data, either(port))) {
            bench.start().await("api", SidecarPhase.ATTACHED);
            other.close();
            bench.await("api", SidecarPhase.DEGRADED);

            // Nothing is started behind a person's back, but on request.
            bench.supervisor().restart("api");
            assertThat(bench.await("api", SidecarPhase.READY).pid()).isPresent();
        }
    }

    @Test
    void whoHasTheFixedPortAndIsAnotherIsNamed() throws IOException {
        int port = freePort();
        var other = backend(port, 200, "{\"service\":\"other\"}");
        try (var bench = TestBench.of(data, either(port))) {
            var status = bench.start().await("api", SidecarPhase.FAILED_CONFIG);

            assertThat(status.problem().orElseThrow().what())
                    .startsWith(port + " is taken by pid " + ProcessHandle.current().pid());
            assertThat(heads).noneMatch(head -> head.contains(TOKEN));
        } finally {
            other.close();
        }
    }

    @Test
    void aFreeFixedPortMeansThatOurOwnIsStarted() throws IOException {
        try (var bench = TestBench.of(data, either(freePort()))) {
            assertThat(bench.start().await("api", SidecarPhase.READY).pid()).isPresent();
            bench.supervisor().stop("api");
            bench.await("api", SidecarPhase.STOPPED);
            bench.supervisor().start("api");
            bench.await("api", SidecarPhase.READY);
        }
    }
}
