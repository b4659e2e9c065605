package dev.proa.cli;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** The hook program: shipped with Proa, run from a place that no build and no update moves. */
final class HookProgram {
    private static final String RIGHTS = "rwxr-xr-x";

    private HookProgram() {}

    /** The program as shipped, if this Proa has one. */
    static Optional<Path> shipped() {
        var named = System.getProperty("proa.hook");
        var home = System.getProperty("proa.home");
        var program =
                named != null
                        ? Path.of(named)
                        : Path.of(home == null ? "." : home, "libexec", "proa-hook");
        return Files.isRegularFile(program) ? Optional.of(program) : Optional.empty();
    }

    /**
     * Copies the shipped program to its place, whole and executable before it takes the name.
     *
     * @return whether anything had to be done
     * @throws ProaException if none is shipped or the place cannot be written
     */
    static boolean install(Path target) {
        var source =
                shipped()
                        .orElseThrow(() ->
                                new ProaException(
                                        ExitCode.UNAVAILABLE,
                                        new Problem(
                                                Where.of("proa-hook"),
                                                "this Proa was built without its hook program",
                                                "Install a C compiler and build Proa again")));
        try {
            if (isSame(source, target)) {
                return false;
            }
            Files.createDirectories(target.toAbsolutePath().getParent());
            new AtomicFile(target)
                    .write(
                            Files.readAllBytes(source),
                            Optional.of(PosixFilePermissions.fromString(RIGHTS)),
                            () -> {});
            return true;
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.CANNOT_CREATE,
                    new Problem(
                            Where.of(target.toString()),
                            "the hook program cannot be put there (%s %s)"
                                    .formatted(e.getClass().getSimpleName(), e.getMessage()),
                            "Check the rights of the folder, or set XDG_DATA_HOME"),
                    e);
        }
    }

    /** Whether the installed program is the shipped one and can be run. */
    static boolean isSame(Path source, Path target) throws IOException {
        return Files.isRegularFile(target)
                && Files.isExecutable(target)
                && Files.mismatch(source, target) < 0;
    }
}
