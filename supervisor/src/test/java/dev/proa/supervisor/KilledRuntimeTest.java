package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Fault;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of the runtime, in a box that nothing can get out of. */
class KilledRuntimeTest {
    private static final int TRIALS = Integer.getInteger("proa.trials", 20);

    @TempDir Path folder;

    @Test
    void killingTheRuntimeTwentyTimesLeavesNothing() throws IOException, InterruptedException {
        var said = inABox(ManyDeaths.class, guard(), Integer.toString(TRIALS), "kill");

        assertThat(said).contains(TRIALS + " of " + TRIALS + " left nothing");
    }

    @Test
    void theNextLaunchEndsWhatIsLeftWhenTheRuntimeAndAllItsGuardsAreKilled()
            throws IOException, InterruptedException {
        int trials = Math.max(5, TRIALS / 4);

        var said = inABox(AllKilled.class, guard(), Integer.toString(trials), nasty());

        assertThat(said).contains(trials + " of " + trials + ": ");
        System.out.print("all killed, " + said);
    }

    @Test
    void theGuardInJavaLeavesNothingEither() throws IOException, InterruptedException {
        int trials = Math.max(3, TRIALS / 10);
        var none = folder.resolve("no-guard");

        assertThat(inABox(ManyDeaths.class, none, Integer.toString(trials), "kill"))
                .contains(trials + " of " + trials + " left nothing");
        assertThat(inABox(AllKilled.class, none, Integer.toString(trials), nasty()))
                .contains(trials + " of " + trials + ": ");
    }

    @Test
    void aProcessThatInheritsTheRuntimesPipesKeepsNobodyAlive() throws Exception {
        var fault = Fault.number(10, "a native process that inherits pipes keeps nobody alive");
        boxed(fault, "heir", fault.trials(1, 20));
        fault.conclude();
    }

    @Test
    void aRuntimeThatEndsItselfInAnyWayLeavesNothing() throws Exception {
        var fault =
                Fault.number(30, "a runtime that crashes, halts or has no memory leaves nothing");
        for (var how : List.of("segv", "halt", "oom")) {
            boxed(fault, how, fault.trials(1, 10));
            fault.figure(how, fault.trials(1, 10));
        }
        fault.conclude();
    }

    /** All of them in one box, which stops at the first that fails. */
    private void boxed(Fault fault, String how, int trials) throws Exception {
        fault.hold(() -> {
            var said = inABox(ManyDeaths.class, guard(how), Integer.toString(trials), how);
            assertThat(said).contains(trials + " of " + trials + " left nothing, by " + how);
        });
        for (int i = 1; i < trials; i++) {
            fault.tried(true);
        }
    }

    private Path guard() throws IOException {
        return guard("");
    }

    private Path guard(String use) throws IOException {
        return Files.copy(
                Path.of(System.getProperty("proa.guard")),
                folder.resolve("proa-guard" + use),
                java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** A sidecar that does everything to outlive its guards. */
    private String nasty() throws IOException, InterruptedException {
        var program = folder.resolve("nasty").toString();
        var source = Path.of(System.getProperty("proa.checkout"), "native/guard/tests/nasty.c");
        var compiler =
                new ProcessBuilder("cc", "-O2", "-o", program, source.toString())
                        .inheritIO()
                        .start();
        assertThat(compiler.waitFor()).isZero();
        return program;
    }

    /** What a program with its own PID namespace says; its first argument is a folder for data. */
    private String inABox(Class<?> program, Path guard, String... more)
            throws IOException, InterruptedException {
        open(folder);
        var data = open(Files.createTempDirectory(folder, "data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
        var box = Path.of(System.getProperty("proa.checkout"), "native/guard/tests/box.sh");
        var command =
                new ArrayList<>(
                        List.of(
                                box.toString(),
                                "800",
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx64m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dproa.guard=" + guard,
                                "-cp",
                                readableClasses(data.getFileName().toString()),
                                program.getName(),
                                data.toString()));
        command.addAll(List.of(more));

        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** The classes of this test, copied to where the box's user, who is nobody, can read them. */
    private String readableClasses(String use) throws IOException {
        var paths = new LinkedHashSet<String>();
        for (var property : List.of("java.class.path", "jdk.module.path")) {
            paths.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator)));
        }
        // With modules the test's own classes are patched in, and on neither path.
        paths.add(Path.of("target/test-classes").toAbsolutePath().toString());
        var copies = new ArrayList<String>();
        for (var path : paths) {
            if (!path.isEmpty() && Files.exists(Path.of(path))) {
                var copy = folder.resolve(use + "classes" + copies.size());
                copyTree(Path.of(path), copy);
                copies.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.collect(Collectors.toList())) {
                var target = to.resolve(from.relativize(file).toString());
                Files.copy(file, target);
                if (Files.isDirectory(target)) {
                    open(target);
                }
            }
        }
    }

    private static Path open(Path directory) throws IOException {
        return Files.setPosixFilePermissions(
                directory, Set.copyOf(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
}
