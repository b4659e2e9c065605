package dev.proa.supervisor;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The native guard beside the jars: whether it is the one that this build made. What it must be is
 * written inside the jar, so that a changed program is not believed by a changed file beside it.
 */
final class GuardProgram {
    private static final String DIGEST = "proa-guard.sha256"; // and behind it the name
    private static final int DIGEST_LENGTH = 64;

    // Magic number, word size and byte order; then the type; then the processor.
    private static final int ELF_CLASS_END = 6;
    private static final int ELF_MACHINE = 18;
    private static final int ELF_HEAD = 20;

    private final Path file;

    GuardProgram(Path file) {
        this.file = file;
    }

    /** Why it must not be started; takes a few milliseconds. */
    Optional<String> objection() {
        if (!Files.isRegularFile(file)) {
            return Optional.of("it is not there");
        }
        try {
            var bytes = Files.readAllBytes(file);
            var wanted = digestOfBuild();
            if (wanted.isEmpty()) {
                return Optional.of("this build does not tell its digest");
            }
            if (!wanted.get().equals(digest(bytes))) {
                return Optional.of("it is not the one that this build made");
            }
            if (!ofThisMachine(bytes)) {
                return Optional.of("it was built for another kind of processor");
            }
        } catch (IOException e) {
            return Optional.of("it cannot be read: " + e.getMessage());
        }
        return Files.isExecutable(file)
                ? Optional.empty()
                : Optional.of("it is not executable, or lies where nothing may be executed");
    }

    /**
     * Compares the processor of the file with that of the running Java. To try and see would be
     * wrong: Java hands what the kernel does not execute to a shell.
     */
    static boolean ofThisMachine(byte[] program) throws IOException {
        try (var java = new FileInputStream("/proc/self/exe")) {
            var head = java.readNBytes(ELF_HEAD);
            return program.length >= ELF_HEAD
                    && Arrays.equals(head, 0, ELF_CLASS_END, program, 0, ELF_CLASS_END)
                    && Arrays.equals(head, ELF_MACHINE, ELF_HEAD, program, ELF_MACHINE, ELF_HEAD);
        }
    }

    /** As {@link #objection()}, and also whether it runs here, by asking for its version. */
    Optional<String> trial() {
        return objection().or(this::failureToRun);
    }

    private Optional<String> failureToRun() {
        try {
            var process =
                    new ProcessBuilder(file.toString(), "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            process.getOutputStream().close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of("it does not answer");
            }
            return process.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of("it ended with " + process.exitValue());
        } catch (IOException e) {
            return Optional.of(reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("it was not waited for");
        }
    }

    /** What the system said, without the words of Java around it. */
    static String reason(IOException failure) {
        var text = String.valueOf(failure.getMessage());
        int error = text.indexOf("error=");
        return "it does not run here: " + (error < 0 ? text : text.substring(error));
    }

    private static Optional<String> digestOfBuild() throws IOException {
        try (var resource = GuardProgram.class.getResourceAsStream(DIGEST)) {
            return resource == null
                    ? Optional.empty()
                    : Optional.of(
                            new String(
                                    resource.readNBytes(DIGEST_LENGTH), StandardCharsets.US_ASCII));
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
