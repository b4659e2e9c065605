package dev.proa.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which instance is meant, for a command whose own argument takes the place of DIR. */
final class TargetOptions {
    @Option(
            names = "--app",
            paramLabel = "DIR",
            description = "The app's folder, where its proa.yaml is.")
    private @Nullable Path app;

    @Option(
            names = "--data-dir",
            paramLabel = "D",
            description = "The data folder of the instance.")
    private @Nullable Path dataDir;

    TargetOptions() {}

    Target target() {
        return Target.of(app, dataDir);
    }
}
