package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Confinement;
import dev.proa.profile.SidecarSpec.Isolation;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    @TempDir Path data;

    @Test
    void theScrubListOfTheManualIsTheOneInForce() throws IOException {
        var manual = Files.readString(Path.of("../docs/sidecars.md"));
        var from = manual.indexOf("**scrub list**");
        var table =
                manual.substring(
                        manual.indexOf("|", from),
                        manual.indexOf("\n\n", manual.indexOf("|---", from)));
        var named = new TreeSet<String>();
        var words = Pattern.compile("`([A-Z_a-z0-9]+\\*?)`").matcher(table);
        while (words.find()) {
            assertThat(named.add(words.group(1))).as(words.group(1) + " is there once").isTrue();
        }

        assertThat(named).isEqualTo(new TreeSet<>(SidecarEnvironment.SCRUBBED));
    }

    @Test
    void takesAwayWhatIsOnTheListAndNothingElse() {
        var before = new HashMap<String, String>();
        for (var name : SidecarEnvironment.SCRUBBED) {
            before.put(name.replace("*", "ANY"), "x");
        }
        for (var kept :
                new String[] {
                    "PATH",
                    "HOME",
                    "VIRTUAL_ENV",
                    "NODE_EXTRA_CA_CERTS",
                    "HTTP_PROXY",
                    "NO_PROXY",
                    "LANG",
                    "LDAP",
                    "ENVOY",
                    "JAVA_HOME",
                    "PYTHONUNBUFFERED"
                }) {
            before.put(kept, "y");
        }

        assertThat(SidecarEnvironment.inherited(before)).hasSize(11).doesNotContainValue("x");
    }

    @Test
    void withoutAPortNoneIsNamedAndAnAnnouncedOneIsZero() throws IOException {
        var script = "echo \"port=$${PROA_PORT-none} $0\"; exec sleep 1000";
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("none").shell(script),
                        Specs.sidecar("own")
                                .runs("sh", "-c", script, "${port}")
                                .port(new Port.Announce(Optional.empty())))) {
            bench.start();
            Await.until("lines", () -> hasLine(bench, "none") && hasLine(bench, "own"));

            assertThat(bench.log("none")).startsWith("port=none ");
            assertThat(bench.log("own")).isEqualTo("port=0 0\n");
        }
    }

    @Test
    void whatTheGuardInJavaCannotDoIsSaid() throws IOException {
        var limits =
                new Confinement(
                        Isolation.NONE,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalLong.of(64L << 20),
                        OptionalInt.of(50));
        // The guard in Java has no control groups, wherever it runs.
        try (var bench =
                TestBench.with(
                        data.resolve("no-guard"),
                        data,
                        Map.of(),
                        Specs.sidecar("limited").runs("sleep", "1000").confined(limits),
                        Specs.sidecar("nice")
                                .runs("sleep", "1000")
                                .confined(
                                        new Confinement(
                                                Isolation.NONE,
                                                OptionalInt.empty(),
                                                OptionalInt.of(7),
                                                OptionalLong.empty(),
                                                OptionalInt.empty())),
                        Specs.sidecar("free").runs("sleep", "1000"))) {
            bench.start().await("free", SidecarPhase.READY);
            assertThat(bench.await("nice", SidecarPhase.FAILED_CONFIG).problem())
                    .hasValueSatisfying(
                            problem -> assertThat(problem.remedy()).contains("proa doctor"));

            assertThat(bench.await("limited", SidecarPhase.READY).problem())
                    .hasValueSatisfying(problem -> {
                        assertThat(problem.where().pointer()).isEqualTo("/sidecars/limited/limits");
                        assertThat(problem.what()).contains("without its limits");
                    });
            assertThat(bench.status("free").problem()).isEmpty();
            assertThat(String.join("\n", bench.story())).contains("without its limits");
        }
    }

    @Test
    void theTokenIsInNoCommandLineAndNoJournal() throws IOException {
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .python(
                                        "import os,socket,time; s=socket.socket();"
                                                + " s.bind(('127.0.0.1', int(os.environ['PROA_PORT'])));"
                                                + " s.listen(); print('up', flush=True); time.sleep(1000)")
                                .port()
                                .ready(new Check.Tcp()))) {
            bench.start().await("api", SidecarPhase.READY);
            var token = bench.supervisor().token("api").reveal();

            try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                for (var process : processes) {
                    assertThat(read(process.resolve("cmdline"))).doesNotContain(token);
                }
            }
            assertThat(bench.log("api")).isEqualTo("up\n");
            assertThat(String.join("\n", bench.story())).doesNotContain(token);
            assertThat(
                            read(
                                    Path.of(
                                            "/proc/"
                                                    + bench.status("api").pid().orElseThrow()
                                                    + "/environ")))
                    .contains("PROA_TOKEN=" + token);
        }
    }

    @Test
    void umaskAndNicenessAreThoseOfTheManifest() throws IOException {
        var confined =
                new Confinement(
                        Isolation.NONE,
                        OptionalInt.of(0027),
                        OptionalInt.of(7),
                        OptionalLong.empty(),
                        OptionalInt.empty());
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .shell("echo \"$(umask) $(nice)\"; exec sleep 1000")
                                .confined(confined))) {
            bench.start();
            Await.until("a line", () -> hasLine(bench, "api"));
            assertThat(bench.log("api")).isEqualTo("0027 7\n");
        }
    }

    private boolean hasLine(TestBench bench, String id) throws IOException {
        return Files.exists(data.resolve("logs").resolve(id + ".log"))
                && bench.log(id).contains("\n");
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // gone, or somebody else's
        }
    }
}
