package dev.proa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs({OS.LINUX, OS.MAC})
final class HookProcessTest {
    private static final byte[] PAYLOAD =
            "{\"session_id\":\"s1\",\"hook_event_name\":\"Stop\"}".getBytes(UTF_8);

    @TempDir Path home;
    private HookProcess hook;

    @BeforeEach
    void open() throws IOException, InterruptedException {
        hook = new HookProcess(home);
    }

    @AfterEach
    void noneIsLeft() throws InterruptedException {
        hook.settle();
        assertThat(hook.running()).isEmpty();
    }

    private void silent(HookProcess.Seen seen) {
        assertThat(seen).isEqualTo(new HookProcess.Seen(0, ""));
    }

    /** Where the system shows it: a session of its own is what the agent's signals do not reach. */
    private static void leadsItsSession(ProcessHandle process) throws IOException {
        var stat = Path.of("/proc/" + process.pid() + "/stat");
        if (Files.exists(stat)) {
            var fields = Files.readString(stat).replaceFirst(".*\\) ", "").split(" ", -1);
            assertThat(fields[3]).isEqualTo(Long.toString(process.pid()));
        }
    }

    @Test
    void deliversHostileBytesExactlyUnderAnIdOfTheirOwn() throws Exception {
        var bytes = new byte[700_000];
        new Random(7).nextBytes(bytes);
        try (var ingest = new RawIngest(RawIngest.status(204))) {
            hook.discover(ingest.url());

            silent(hook.run(bytes));

            var request = ingest.next();
            assertThat(request.line()).isEqualTo("POST /api/hooks/claude-code HTTP/1.1");
            assertThat(request.body()).isEqualTo(bytes);
            assertThat(request.id()).matches("[0-9a-f]{32}");
            assertThat(request.headers())
                    .containsEntry("content-type", "application/json")
                    .containsEntry("host", ingest.url().substring("http://".length()))
                    .hasEntrySatisfying(
                            "proa-hook-time",
                            t -> assertThat(t).matches("2\\d{3}(-\\d\\d){2}T[\\d:]{8}\\.\\d{3}Z"))
                    .doesNotContainKeys("origin", "sec-fetch-site");
        }
        hook.settle();
        assertThat(hook.spooled()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec \"$HOOK\" claude",
                // A descriptor that the agent leaked holds its pipe open just as stdout does.
                "exec 7>&1; exec \"$HOOK\" claude",
            })
    void letsTheAgentGoWhileTheMonitorHangs(String script) throws Exception {
        try (var ingest = RawIngest.held()) {
            hook.discover(ingest.url());

            silent(HookProcess.finish(hook.shell(script), PAYLOAD));

            // The output has ended, yet the delivery is under way: it holds nothing of the agent's.
            assertThat(ingest.next().body()).isEqualTo(PAYLOAD);
            assertThat(hook.running()).singleElement().satisfies(HookProcessTest::leadsItsSession);
            ingest.release();
            hook.settle();
            assertThat(hook.spooled()).isEmpty();
        }
    }

    @Test
    void keepsAPayloadThatAHangingMonitorDoesNotTake() throws Exception {
        try (var ingest = RawIngest.held()) {
            hook.discover(ingest.url());

            silent(hook.run(PAYLOAD));

            hook.settle();
            assertThat(hook.spooled())
                    .singleElement()
                    .satisfies(f -> assertThat(f).hasBinaryContent(PAYLOAD));
        }
    }

    @Test
    void spoolsWhenNobodyListensAndDeliversLaterInOrderUnderTheSameIds() throws Exception {
        hook.discover("http://127.0.0.1:" + RawIngest.deadPort());
        for (var body : new String[] {"{\"n\":1}", "{\"n\":2}"}) {
            silent(hook.run(body.getBytes(UTF_8)));
            hook.settle();
        }
        var waiting = hook.spooled();
        assertThat(waiting).hasSize(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(waiting.getFirst())))
                .isEqualTo("rw-------");

        try (var ingest = new RawIngest(RawIngest.status(204))) {
            hook.discover(ingest.url());
            silent(hook.run("{\"n\":3}".getBytes(UTF_8)));

            assertThat(ingest.next().body()).asString().isEqualTo("{\"n\":3}");
            for (int i = 0; i < 2; i++) {
                var repeat = ingest.next();
                assertThat(repeat.body()).asString().isEqualTo("{\"n\":" + (i + 1) + "}");
                assertThat(waiting.get(i).getFileName().toString())
                        .endsWith("-" + repeat.id() + ".json");
            }
            hook.settle();
            assertThat(hook.spooled()).isEmpty();
            assertThat(ingest.unread()).isZero();
        }
    }

    /** Several run within one millisecond, which is as far as an event's time goes. */
    @Test
    void hooksThatFollowEachOtherFastKeepTheirOrder() throws Exception {
        hook.discover("http://127.0.0.1:" + RawIngest.deadPort());

        var shell = hook.shell("for n in $(seq 100 299); do echo $n | \"$HOOK\" claude; done");

        assertThat(shell.waitFor()).isZero();
        hook.settle();
        var bodies = new ArrayList<String>();
        for (var file : hook.spooled()) {
            bodies.add(Files.readString(file).strip());
        }
        assertThat(bodies).hasSize(200).isSorted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Not what the ingest says: something else has the port.
                "HTTP/1.1 200 x\r\n\r\n",
                "HTTP/1.1 429 x\r\n\r\n",
                "HTTP/1.1 503 x\r\n\r\n",
                "HTTP/1.1 404 x\r\n\r\n",
                "HTTP/1.1 302 x\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
                "SSH-2.0-x\r\n",
                "",
            })
    void keepsThePayloadForAnotherDay(String answer) throws Exception {
        try (var ingest = new RawIngest(answer)) {
            hook.discover(ingest.url());

            silent(hook.run(PAYLOAD));

            var id = ingest.next().id();
            hook.settle();
            assertThat(hook.spooled())
                    .singleElement()
                    .satisfies(f -> assertThat(f.toString()).endsWith(id + ".json"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 400, 422})
    void keepsNothingOnceTheMonitorHasDecided(int status) throws Exception {
        try (var ingest = new RawIngest(RawIngest.status(status))) {
            hook.discover(ingest.url());

            silent(hook.run(PAYLOAD));

            ingest.next();
            hook.settle();
            assertThat(hook.spooled()).isEmpty();
        }
    }

    @Test
    void takesAnySuccessForAnAnswerWhereTheUserChoseTheAddress() throws Exception {
        try (var ingest = new RawIngest(RawIngest.status(200))) {
            hook.set("AGENTMONITOR_URL", ingest.url());

            silent(hook.run(PAYLOAD));

            assertThat(ingest.next().body()).isEqualTo(PAYLOAD);
            hook.settle();
            assertThat(hook.spooled()).isEmpty();
        }
    }

    static List<String> addresses() throws IOException {
        var addresses = new ArrayList<>(List.of("127.0.0.1", "0.0.0.0"));
        var six = Path.of("/proc/net/if_inet6");
        if (Files.exists(six) && Files.readString(six).contains(" lo")) {
            addresses.addAll(List.of("::", "::1", "::ffff:127.0.0.1"));
        }
        return addresses;
    }

    /** Run by somebody who is not root, the listener is our own and has to get everything. */
    @ParameterizedTest
    @EnabledOnOs(OS.LINUX)
    @MethodSource("addresses")
    void handsNothingToAListenerOfAnotherUser(String address) throws Exception {
        hook.discover("http://127.0.0.1:" + RawIngest.deadPort());
        silent(hook.run(PAYLOAD));
        hook.settle();
        try (var listener = new ListenerProcess(address)) {
            hook.discover(listener.url());

            silent(hook.run(PAYLOAD));
            hook.settle();

            assertThat(hook.spooled()).hasSize(listener.foreign() ? 2 : 0);
            assertThat(listener.heard()).isEqualTo(listener.foreign() ? 0 : 2);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void handsAPayloadToWhomeverTheUserChose() throws Exception {
        try (var listener = new ListenerProcess("127.0.0.1")) {
            hook.set("AGENTMONITOR_URL", listener.url());

            silent(hook.run(PAYLOAD));
            hook.settle();

            assertThat(hook.spooled()).isEmpty();
            assertThat(listener.heard()).isOne();
        }
    }

    @Test
    void stopsRepeatingWhenTheMonitorIsBusyAgain() throws Exception {
        hook.discover("http://127.0.0.1:" + RawIngest.deadPort());
        silent(hook.run(PAYLOAD));
        hook.settle();
        try (var ingest = new RawIngest(RawIngest.status(503))) {
            hook.discover(ingest.url());
            silent(hook.run(PAYLOAD));
            hook.settle();

            assertThat(ingest.unread()).isOne();
            assertThat(hook.spooled()).hasSize(2);
        }
    }

    @Test
    void prefersTheEnvironmentWithAPathAndNeverAsksAProxy() throws Exception {
        try (var named = new RawIngest(RawIngest.status(204));
                var other = new RawIngest(RawIngest.status(204))) {
            hook.discover(other.url());
            hook.set("AGENTMONITOR_URL", named.url() + "/team/a/");
            for (var proxy : new String[] {"http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"}) {
                hook.set(proxy, other.url());
            }

            silent(hook.run(PAYLOAD));

            assertThat(named.next().line())
                    .isEqualTo("POST /team/a/api/hooks/claude-code HTTP/1.1");
            hook.settle();
            assertThat(other.unread()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://127.0.0.1:1", "127.0.0.1:1", "http://", "http://h:0", "http://u@h"})
    void spoolsRatherThanSendElsewhereWhenTheNamedAddressIsNone(String url) throws Exception {
        try (var other = new RawIngest(RawIngest.status(204))) {
            hook.discover(other.url());
            hook.set("AGENTMONITOR_URL", url);

            silent(hook.run(PAYLOAD));

            hook.settle();
            assertThat(hook.spooled()).hasSize(1);
            assertThat(other.unread()).isZero();
        }
    }

    @Test
    void looksUpAHostOnlyWhenTheUserNamedOne() throws Exception {
        try (var ingest = new RawIngest(RawIngest.status(204))) {
            hook.set("AGENTMONITOR_URL", ingest.url().replace("127.0.0.1", "localhost"));
            silent(hook.run(PAYLOAD));
            assertThat(ingest.next().body()).isEqualTo(PAYLOAD);
            hook.settle();

            // Reserved by RFC 6761 6.4: never resolves.
            hook.set("AGENTMONITOR_URL", "http://monitor.invalid:80");
            silent(hook.run(PAYLOAD));
            hook.settle();
            assertThat(hook.spooled()).hasSize(1);
        }
    }

    @Test
    void deliversSixteenAtOnceUnderSixteenIds() throws Exception {
        try (var ingest = new RawIngest(RawIngest.status(204))) {
            hook.discover(ingest.url());
            var processes = new ArrayList<Process>();
            for (int i = 0; i < 16; i++) {
                processes.add(hook.start());
            }
            for (int i = 0; i < 16; i++) {
                silent(HookProcess.finish(processes.get(i), ("{\"n\":" + i + "}").getBytes(UTF_8)));
            }

            var ids = new HashSet<String>();
            var bodies = new HashSet<String>();
            for (int i = 0; i < 16; i++) {
                var request = ingest.next();
                ids.add(request.id());
                bodies.add(new String(request.body(), UTF_8));
            }
            assertThat(ids).hasSize(16);
            assertThat(bodies).hasSize(16);
        }
    }

    @Test
    void goesOnWithWhatItHasWhenStdinNeverEnds() throws Exception {
        try (var ingest = new RawIngest(RawIngest.status(204))) {
            hook.discover(ingest.url());
            var process = hook.start();
            var in = process.getOutputStream();
            in.write(PAYLOAD);
            in.flush();

            assertThat(process.waitFor()).isZero();

            assertThat(ingest.next().body()).isEqualTo(PAYLOAD);
            in.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec \"$HOOK\" claude <&-",
                "exec \"$HOOK\" claude <&- >&- 2>&-",
                "exec \"$HOOK\" claude </dev/null",
                "exec \"$HOOK\" other",
                "exec \"$HOOK\"",
                "exec \"$HOOK\" claude <.",
            })
    void isSilentWhenThereIsNothingToTake(String script) throws Exception {
        var process = hook.shell(script);

        assertThat(process.getInputStream().readAllBytes()).isEmpty();
        assertThat(process.waitFor()).isZero();
        assertThat(hook.running()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "relative", "/dev/null", "/proc/nowhere"})
    void neverFailsWithoutAPlaceForItsState(String state) throws Exception {
        hook.set("AGENTMONITOR_URL", "http://127.0.0.1:" + RawIngest.deadPort());
        hook.unset("HOME");
        hook.set("XDG_STATE_HOME", state);

        silent(hook.run(PAYLOAD));
    }
}
