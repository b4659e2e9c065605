package dev.proa.supervisor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the native guard cannot be used, the one in Java keeps its promises. */
class JavaGuardTest {
    @TempDir Path data;

    private TestBench bench(Specs... sidecars) {
        return TestBench.with(data.resolve("no-guard"), data, Map.of(), sidecars);
    }

    private Path guard(byte[] content, String rights) throws IOException {
        var file = Files.write(data.resolve("guard"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
    }

    private static byte[] real() throws IOException {
        return Files.readAllBytes(Path.of(System.getProperty("proa.guard")));
    }

    @Test
    void theNativeGuardOfThisBuildIsTheOneInForce() {
        try (var bench = TestBench.of(data)) {
            assertThat(bench.supervisor().tier()).isIn(Tier.ofNative(), Tier.ofNativeWithGroups());
            assertThat(bench.supervisor().problems()).isEmpty();
        }
        assertThat(Tier.expected(Path.of(System.getProperty("proa.guard"))))
                .isEqualTo(Tier.ofNative());
    }

    @Test
    void anAlteredGuardIsNotStartedAndTheReasonIsSaid() throws IOException {
        var altered = real();
        altered[altered.length - 1] ^= 1;
        var file = guard(altered, "rwxr-xr-x");

        try (var bench =
                TestBench.with(file, data, Map.of(), Specs.sidecar("a").runs("sleep", "1000"))) {
            bench.start().await("a", SidecarPhase.READY);

            assertThat(bench.supervisor().tier().name()).isEqualTo("java");
            assertThat(bench.supervisor().problems()).hasSize(1);
            assertThat(bench.supervisor().problems().getFirst().toString())
                    .contains("it is not the one that this build made");
        }
    }

    @Test
    void aGuardWithoutTheRightToRunIsReplaced() throws IOException {
        var file = guard(real(), "rw-r--r--");

        assertThat(Tier.expected(file).reason().orElseThrow()).contains("not executable");
    }

    @Test
    void aGuardOnADiskThatRunsNothingIsReplaced() throws IOException {
        var fault = Fault.number(31, "guard on a disk mounted noexec");
        try (var disk = SmallDisk.mount("4m,noexec")) {
            var file = Files.write(disk.folder().resolve("guard"), real());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            for (int i = 0; i < fault.trials(1, 10); i++) {
                var place = Files.createDirectory(data.resolve("noexec" + i));
                var bench =
                        TestBench.with(
                                file, place, Map.of(), Specs.sidecar("a").runs("sleep", "1000"));
                // Not the bench itself is closed: it would take the disk's holder for a leftover.
                try (var _ = bench.supervisor()) {
                    bench.start().await("a", SidecarPhase.READY);
                    var problems = bench.supervisor().problems().toString();
                    assertThat(problems).contains("lies where nothing may be executed");
                    fault.tried(bench.supervisor().tier().name().equals("java"));
                }
            }
        }
        fault.conclude();
    }

    @Test
    void aProgramOfAnotherProcessorIsRecognised() throws IOException {
        var foreign = real();
        assertThat(GuardProgram.ofThisMachine(foreign)).isTrue();
        foreign[18] ^= (byte) 0xf3;

        assertThat(GuardProgram.ofThisMachine(foreign)).isFalse();
        assertThat(GuardProgram.ofThisMachine("#!/bin/sh\nexit\n".getBytes(UTF_8))).isFalse();
    }

    @Test
    void keepsOutputToTheLastByteAndTellsTheExit() throws IOException {
        try (var bench =
                bench(
                        Specs.sidecar("a")
                                .shell("head -c 3000000 /dev/zero | tr '\\0' x; printf end; exit 7")
                                .restarts(RestartPolicy.NEVER))) {
            bench.start();
            Await.until("it has ended", () -> bench.status("a").lastExit().isPresent());
            var status = bench.await("a", SidecarPhase.STOPPED);

            assertThat(status.lastExit().orElseThrow().code()).hasValue(7);
            assertThat(bench.log("a")).hasSize(3_000_003).endsWith("xend");
        }
    }

    @Test
    void stopsWithGraceAndKillsTheDeaf() {
        try (var bench =
                bench(
                        Specs.sidecar("polite")
                                .shell("trap 'exit 4' TERM; echo up; while :; do sleep 0.02; done")
                                .ready(new Check.Log(Pattern.compile("up"))),
                        Specs.sidecar("deaf")
                                .shell("trap '' TERM; echo up; while :; do sleep 0.02; done")
                                .ready(new Check.Log(Pattern.compile("up")))
                                .grace(Duration.ofMillis(300)))) {
            bench.start().await("polite", SidecarPhase.READY);
            bench.await("deaf", SidecarPhase.READY);
            bench.supervisor().stop("polite");
            bench.supervisor().stop("deaf");

            assertThat(bench.await("polite", SidecarPhase.STOPPED).lastExit().orElseThrow().code())
                    .hasValue(4);
            assertThat(bench.await("deaf", SidecarPhase.STOPPED).lastExit().orElseThrow().signal())
                    .hasValue(9);
        }
    }

    @Test
    void countsAndEndsWhatAMainProcessLeft() {
        try (var bench =
                bench(
                        Specs.sidecar("a")
                                .shell("setsid sleep 1000 & setsid sleep 1000 & echo up; wait")
                                .ready(new Check.Log(Pattern.compile("up")))
                                .restarts(RestartPolicy.NEVER))) {
            long pid = bench.start().await("a", SidecarPhase.READY).pid().orElseThrow();
            Await.until(
                    "both children run",
                    () -> ProcessHandle.of(pid).orElseThrow().descendants().count() == 2);
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();

            assertThat(bench.await("a", SidecarPhase.STOPPED).leftBehind()).isEqualTo(2);
        }
    }

    @Test
    void whatCannotBeStartedIsToldAsByTheNativeGuard() {
        try (var bench =
                bench(
                        Specs.sidecar("missing").runs("no-such-program"),
                        Specs.sidecar("folder").runs("true").in(data.resolve("none")))) {
            bench.start();

            assertThat(bench.await("missing", SidecarPhase.FAILED_CONFIG).problem().orElseThrow())
                    .hasToString(
                            "proa.yaml:7:3 /sidecars/missing/command/0: \"no-such-program\" is not on the PATH. Install it or give an absolute path.");
            assertThat(bench.await("folder", SidecarPhase.FAILED_CONFIG).problem().orElseThrow())
                    .asString()
                    .contains("cannot be entered: no such file");
        }
    }

    @Test
    void theDeathOfTheGuardEndsItsSidecarsAndANewOneTakesOver() {
        try (var bench = bench(Specs.sidecar("a").runs("sleep", "1000"))) {
            long first = bench.start().await("a", SidecarPhase.READY).pid().orElseThrow();
            ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);

            Await.until(
                    "it runs again",
                    () -> bench.status("a").restarts() == 1 && bench.status("a").ready());
            assertThat(ProcessHandle.of(first)).isEmpty();
            assertThat(bench.events(RuntimeEvent.GuardLost.class)).hasSize(1);
        }
    }
}
