package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.testkit.Await;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./proa} from a fresh clone to its first start. */
@Order(1)
class LauncherIT {
    private static final Duration BUILD = Duration.ofMinutes(5);

    private Home home;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    private Proa start(ProcessBuilder builder) throws IOException {
        return new Proa(builder.start(), home.data("d"));
    }

    private static void is69(Proa proa, String... parts) throws InterruptedException {
        assertThat(proa.exit()).as(proa::toString).isEqualTo(69);
        assertThat(proa.err().lines()).as(proa::toString).hasSize(1);
        assertThat(proa.err()).startsWith("proa: ").contains(parts);
        assertThat(proa.out()).isEmpty();
    }

    /** One test, because a whole build is what takes its time. */
    @Test
    void afterAnInterruptedBuildTwoAtOnceBuildOnceAndTheNextStartDoesNot() throws Exception {
        var checkout = Checkout.copied(home);
        checkout.withNodeModules();
        interrupt(checkout);

        try (var one = start(checkout.proa("--version"));
                var other = start(checkout.proa("--version"))) {
            assertThat(one.exit(BUILD)).as(one::toString).isZero();
            assertThat(other.exit(BUILD)).as(other::toString).isZero();

            assertThat(one.out()).startsWith("proa ");
            assertThat(other.out()).isEqualTo(one.out());
            // Dying processes of the interrupted build may hold the lock a moment longer, so both
            // may have waited.
            assertThat(one.err() + other.err())
                    .contains("waiting for it")
                    .containsOnlyOnce("first build");
            assertThat(checkout.builds()).hasSize(1);
            assertThat(checkout.resolve("target/building")).doesNotExist();
        }

        staysAsItIs(checkout);
        knowsWhatItIsMadeFrom(checkout);
        runs(checkout);
    }

    private void interrupt(Checkout checkout) throws Exception {
        var build =
                checkout.prepare(
                        List.of("setsid", checkout.resolve("proa").toString(), "--version"));
        try (var interrupted = start(build)) {
            Await.until(
                    "half a build: " + interrupted,
                    BUILD,
                    () -> Files.exists(checkout.resolve("core/target/classes/module-info.class")));
            assertThat(
                            new ProcessBuilder("kill", "-KILL", "--", "-" + interrupted.pid())
                                    .start()
                                    .waitFor())
                    .isZero();
            assertThat(interrupted.exit()).isEqualTo(128 + 9);
        }
        Await.until("the build is gone", () -> home.processes().isEmpty());
        assertThat(checkout.resolve("target/building")).exists();
        // What a compiler leaves behind when it is interrupted while it writes.
        Files.write(checkout.resolve("core/target/classes/module-info.class"), new byte[] {1});
        assertThat(checkout.builds()).isEmpty();
    }

    private void staysAsItIs(Checkout checkout) throws Exception {
        var log = Files.getLastModifiedTime(checkout.resolve("target/build.log"));
        var builds = checkout.builds();
        try (var again = start(checkout.proa("version", "--json"))) {
            assertThat(again.exit()).isZero();
            assertThat(again.err()).isEmpty();
        }
        assertThat(checkout.builds()).isEqualTo(builds);
        assertThat(Files.getLastModifiedTime(checkout.resolve("target/build.log"))).isEqualTo(log);
    }

    private static void knowsWhatItIsMadeFrom(Checkout checkout) throws Exception {
        assertThat(stale(checkout)).isFalse();
        Files.writeString(checkout.resolve("core/src/test/java/Fresh.java"), "class Fresh {}");
        Files.writeString(checkout.resolve("README.md"), "changed");
        assertThat(stale(checkout)).as("after a change to tests and documents").isFalse();
        var source = checkout.resolve("core/src/main/java/module-info.java");
        var before = Files.getLastModifiedTime(source);
        Files.writeString(source, Files.readString(source));
        assertThat(stale(checkout)).as("after a change to a source").isTrue();
        Files.setLastModifiedTime(source, before);
        assertThat(stale(checkout)).isFalse();
    }

    private static boolean stale(Checkout checkout) throws Exception {
        var code =
                new ProcessBuilder("sh", checkout.resolve("build/stale.sh").toString())
                        .start()
                        .waitFor();
        assertThat(code).isIn(0, 1);
        return code == 0;
    }

    private void runs(Checkout checkout) throws Exception {
        var run =
                checkout.proa(
                        "run",
                        checkout.resolve("apps/agent-monitor").toString(),
                        "--window",
                        "none",
                        "--json",
                        "--data-dir",
                        home.data("d").toString(),
                        "--ingest-port",
                        "0");
        run.environment().put("HOME", home.folder().toString());
        try (var proa = start(run)) {
            proa.event("ready");
            assertThat(proa.ingest("/api/events", Samples.event("e1")).statusCode()).isEqualTo(201);
            assertThat(proa.get("/").body()).containsIgnoringCase("<!doctype html>");
            proa.signal("TERM");
            assertThat(proa.exit()).as(proa::toString).isZero();
        }
    }

    @Test
    void aBuildThatFailsShowsTheLinesThatMatterAndThePlaceOfTheLog() throws Exception {
        var checkout = Checkout.copied(home);
        Files.writeString(
                checkout.resolve("core/src/main/java/dev/proa/core/Where.java"),
                "package dev.proa.core; broken");

        try (var proa = start(checkout.proa("--version"))) {
            assertThat(proa.exit(BUILD)).as(proa::toString).isEqualTo(70);

            assertThat(proa.err())
                    .contains("the build failed")
                    .contains("Where.java")
                    .contains(checkout.resolve("target/build.log").toString())
                    .doesNotContain("\tat ")
                    .doesNotContain("mvn")
                    .doesNotContain("re-run");
            assertThat(proa.err().lines().count()).as(proa::toString).isLessThan(20);
            assertThat(proa.out()).isEmpty();
        }
    }

    @Test
    void withoutACompilerItSaysSoAndBuildsNothing() throws Exception {
        var checkout = Checkout.copied(home);
        var builder = checkout.proa("--version");
        builder.environment()
                .put("PATH", pathWithout(Set.of("musl-gcc", "cc", "gcc", "c99", "c89")));
        builder.environment().remove("CC");

        try (var proa = start(builder)) {
            is69(proa, "no C compiler", "musl-gcc", "apt install");
            assertThat(checkout.builds()).isEmpty();
        }
    }

    @Test
    void withoutNodeOrWithAnOldOneItSaysSoAndBuildsNothing() throws Exception {
        var checkout = Checkout.copied(home);
        var path = pathWithout(Set.of("node", "npm"));
        var builder = checkout.proa("--version");
        builder.environment().put("PATH", path);
        try (var proa = start(builder)) {
            is69(proa, "Node 20.19 or newer", "none on the PATH", "install");
        }

        script(Path.of(path), "node", "echo v18.20.0");
        script(Path.of(path), "npm", "exit 1");
        try (var proa = start(builder)) {
            is69(proa, "Node 20.19 or newer", "found: 18.20.0");
        }
        assertThat(checkout.builds()).isEmpty();
    }

    @Test
    void withoutAJdk25ItSaysWhereItSearched() throws Exception {
        assumeTrue(Home.ROOT, "only root can hide the JDKs of this machine");
        var hide =
                """
                for place in /usr/lib/jvm /usr/lib64/jvm /usr/local/lib/jvm /opt/*jdk* /opt/java; do
                    [ ! -d "$place" ] || mount -t tmpfs tmpfs "$place" || exit 1
                done
                exec "$@"
                """;
        var command =
                Stream.concat(
                                Stream.of("unshare", "--mount", "sh", "-c", hide, "sh"),
                                Home.launcher("--version").stream())
                        .toList();
        var builder = home.prepare(command);
        builder.environment().keySet().removeAll(List.of("JAVA_HOME"));
        builder.environment().put("PATH", pathWithout(Set.of("java", "javac")));

        try (var proa = start(builder)) {
            is69(proa, "no JDK 25 was found", "PROA_JAVA_HOME", "/usr/lib/jvm", "install");
        }
    }

    private static void script(Path folder, String name, String text) throws IOException {
        var file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** A folder that stands for the PATH, with every program but a few. */
    private String pathWithout(Set<String> names) throws IOException {
        var folder = Files.createDirectories(home.folder().resolve("bin"));
        for (var place : System.getenv("PATH").split(File.pathSeparator, -1)) {
            if (!Files.isDirectory(Path.of(place))) {
                continue;
            }
            for (var program : programs(Path.of(place))) {
                var name = program.getFileName().toString();
                if (!names.contains(name)) {
                    link(folder.resolve(name), program);
                }
            }
        }
        return folder.toString();
    }

    private static List<Path> programs(Path place) throws IOException {
        try (var entries = Files.list(place)) {
            return entries.collect(Collectors.toList());
        }
    }

    private static void link(Path link, Path program) throws IOException {
        try {
            Files.createSymbolicLink(link, program);
        } catch (FileAlreadyExistsException e) {
            assertThat(link).isSymbolicLink(); // an earlier folder of the PATH has it, and wins
        }
    }
}
