package dev.proa.cli;

import dev.proa.profile.Profile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments that decide what is started. */
final class RunFlags {
    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            defaultValue = ".",
            description = "The app's folder, where its proa.yaml is (default: the present folder).")
    private Path dir = Path.of(".");

    @Option(names = "--mode", paramLabel = "M", description = "The mode to run in.")
    @Nullable
    private String mode;

    @Option(
            names = "--profile",
            paramLabel = "F",
            description = "The profile file of this installation.")
    @Nullable
    private String profile;

    @Option(names = "--data-dir", paramLabel = "D", description = "Where the app keeps its data.")
    @Nullable
    private String dataDir;

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "The gateway's port (0: any free one).")
    @Nullable
    private String port;

    @Option(
            names = "--ingest-port",
            paramLabel = "P",
            description = "The ingest listener's port (0: any free one).")
    @Nullable
    private String ingestPort;

    RunFlags() {}

    /** These flags with the environment, in the form the profile is made from. */
    Profile.Sources sources(Surroundings around) {
        Map<String, String> flags = new HashMap<>();
        put(flags, "mode", mode);
        put(flags, "profile", profile);
        put(flags, "data-dir", dataDir);
        put(flags, "port", port);
        put(flags, "ingest-port", ingestPort);
        return new Profile.Sources(
                around.workingFolder().resolve(dir).normalize(),
                flags,
                around.environment(),
                around.home());
    }

    private static void put(Map<String, String> flags, String name, @Nullable String value) {
        if (value != null) {
            flags.put(name, value);
        }
    }
}
