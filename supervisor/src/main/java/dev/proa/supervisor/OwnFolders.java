package dev.proa.supervisor;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;

/** The folders of a data folder that only this user may look into. */
final class OwnFolders {
    private OwnFolders() {}

    /**
     * Makes them.
     *
     * @throws ProaException if that is not possible
     */
    static void make(SupervisorSetup setup) {
        try {
            AtomicFile.ownFolder(setup.dataFolder().resolve("logs"));
            var first = SidecarEnvironment.portFile(setup.dataFolder(), "any").getParent();
            AtomicFile.ownFolder(setup.dataFolder().resolve("runtime"));
            if (first != null) {
                AtomicFile.ownFolder(first);
            }
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.CANNOT_CREATE,
                    new Problem(
                            Where.of(setup.dataFolder().toString()),
                            "the folders for logs cannot be made: " + e.getMessage(),
                            "Give this user the right to write there, or name another data folder"),
                    e);
        }
    }
}
