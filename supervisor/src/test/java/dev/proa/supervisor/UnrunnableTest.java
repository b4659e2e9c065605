package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.journal.RuntimeEvent;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault 16: what cannot be run is named with what is wrong with it, and never tried again. */
class UnrunnableTest {
    private static final Fault FAULT =
            Fault.number(16, "what cannot be run is named and never tried again");

    @TempDir Path data;

    @AfterAll
    static void conclude() {
        FAULT.conclude();
    }

    private Path program(String name, byte[] content) throws IOException {
        var file = Files.write(data.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path script(String name, String content) throws IOException {
        return program(name, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** A real program of this machine, with one byte of its head changed. */
    private Path changed(String name, int at, int value) throws IOException {
        var bytes = Files.readAllBytes(Path.of("/bin/true").toRealPath());
        bytes[at] = (byte) value;
        return program(name, bytes);
    }

    private void isRefused(Specs spec, String path, String... words) throws Exception {
        FAULT.hold(() -> refuse(spec, path, words));
    }

    private void refuse(Specs spec, String path, String... words) {
        try (var bench = TestBench.of(data, spec)) {
            var status = bench.start().await("api", SidecarPhase.FAILED_CONFIG);
            var problem = status.problem().orElseThrow();

            assertThat(problem.what()).startsWith(path).contains(words);
            assertThat(problem.where().pointer()).startsWith("/sidecars/api");
            assertThat(status.restarts()).isZero();
            assertThat(status.budget().used()).isZero();
            assertThat(bench.events(RuntimeEvent.SidecarStarted.class)).isEmpty();
        }
    }

    private void isRefused(Path file, String... words) throws Exception {
        isRefused(Specs.sidecar("api").runs(file.toString()), file + " cannot be run: ", words);
    }

    @Test
    void aFileThatIsNotThere() throws Exception {
        isRefused(data.resolve("none"), "there is no such file");
    }

    @Test
    void aFolder() throws Exception {
        isRefused(Files.createDirectory(data.resolve("folder")), "it is a folder");
    }

    @Test
    void aFileThatIsNotExecutable() throws Exception {
        isRefused(
                Files.writeString(data.resolve("plain"), "#!/bin/sh\n"),
                "it is not executable by this user");
    }

    @Test
    void aScriptWithoutAFirstLineOfItsOwn() throws Exception {
        isRefused(script("text", "echo\n"), "neither a program of this machine nor a script");
    }

    @Test
    void aScriptWhoseInterpreterIsMissing() throws Exception {
        isRefused(script("nope", "#!/nope -x\n"), "its interpreter /nope does not exist");
    }

    @Test
    void aScriptOnThePathWhoseInterpreterIsMissing() throws Exception {
        var file = script("on-the-path", "#!/nope\n");
        isRefused(
                Specs.sidecar("api").runs("on-the-path").with("PATH", "/none:" + data),
                file + " cannot be run: ",
                "its interpreter /nope does not exist");
    }

    @Test
    void aScriptWithTheLineEndsOfWindows() throws Exception {
        isRefused(script("dos", "#!/bin/sh\r\necho\r\n"), "its lines end as on Windows");
    }

    @Test
    void aScriptWhoseInterpreterIsAFolder() throws Exception {
        isRefused(script("odd", "#!/tmp\n"), "its interpreter /tmp is not a program");
    }

    @Test
    void aProgramOfAnotherMachine() throws Exception {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        isRefused(
                changed("alien", 18, arm ? 62 : 183),
                arm ? "it is a program for x86-64" : "it is a program for ARM with 64 bits",
                "and this machine is");
    }

    @Test
    void anObjectFile() throws Exception {
        isRefused(changed("object.o", 16, 1), "it is an object file or a core dump");
    }

    @Test
    void aProgramWhoseLoaderIsMissing() throws Exception {
        var bytes = Files.readAllBytes(Path.of("/bin/true").toRealPath());
        var text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        int at = text.indexOf("/ld-linux");
        bytes[at + 1] = 'X';
        bytes[at + 2] = 'X';
        assertThat(at).isPositive();
        isRefused(program("unloaded", bytes), "it needs the loader /lib", "which does not exist");
    }

    @Test
    void anEmptyFileAndOneThatWasCutOff() throws Exception {
        isRefused(program("empty", new byte[0]), "it is empty");
        isRefused(script("cut", "\u007fELF"), "it is a program that was cut off");
    }

    @Test
    void aProgramOfWindows() throws Exception {
        isRefused(script("app.exe", "MZ\u0000\u0000"), "it is a program for Windows");
    }

    @Test
    void aWorkingFolderThatIsNotThere() throws Exception {
        isRefused(
                Specs.sidecar("api").runs("true").in(data.resolve("none")),
                "the working folder " + data.resolve("none") + " cannot be entered",
                "no such file");
    }
}
