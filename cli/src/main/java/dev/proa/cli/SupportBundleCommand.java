package dev.proa.cli;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.Profile;
import dev.proa.profile.ProfileLoader;
import dev.proa.runtime.RunningInstance;
import dev.proa.runtime.SupportBundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code proa support-bundle}. */
@Command(
        name = "support-bundle",
        description =
                "Write what is needed to find out why an app does not run into a ZIP file, without secrets; works offline.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa support-bundle                          of the only instance running",
            "  proa support-bundle examples/hello -o /tmp/hello.zip",
            "  proa support-bundle --data-dir /tmp/d        of a run that has ended"
        })
final class SupportBundleCommand implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Mixin private Json json = new Json();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "The file to write; it must not exist (default: proa-support-APP-TIME.zip here).")
    @Nullable
    private Path output;

    @Spec private CommandSpec spec = CommandSpec.create();

    SupportBundleCommand() {}

    @Override
    public Integer call() throws IOException {
        var around = Surroundings.present();
        var running = target.find(around);
        var folder = running.map(RunningInstance::dataFolder).or(() -> target.dataFolder(around));
        if (folder.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        if (running.isEmpty() && !Files.isDirectory(folder.get())) {
            throw new ProaException(
                    ExitCode.UNAVAILABLE,
                    new Problem(
                            Where.of(folder.get().toString()),
                            "There is no such data folder, so nothing is known of a run",
                            "Name the right one with --data-dir, or start the app first"));
        }
        var profile =
                running.isPresent() ? Optional.<Profile>empty() : profile(around, folder.get());
        var bytes =
                running.isPresent()
                        ? running.get().bundle()
                        : offline(around, folder.get(), profile);
        var appId =
                running.map(each -> each.file().appId())
                        .or(() -> profile.map(each -> each.app().id()))
                        .orElse("app");
        var file = write(around, appId, bytes);
        var out = spec.commandLine().getOut();
        out.println(
                json.wanted
                        ? JsonNodeFactory.instance
                                .objectNode()
                                .put("file", file.toString())
                                .put("bytes", bytes.length)
                                .put("running", running.isPresent())
                        : file);
        return ExitCode.OK.number();
    }

    /** The app's profile, if DIR is given; a manifest that is wrong is one reason for a bundle. */
    private Optional<Profile> profile(Surroundings around, Path dataFolder) {
        if (target.dir == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    ProfileLoader.load(
                            new Profile.Sources(
                                    around.workingFolder().resolve(target.dir).normalize(),
                                    Map.of("data-dir", dataFolder.toString()),
                                    around.environment(),
                                    around.home())));
        } catch (ProaException e) {
            e.problems().forEach(spec.commandLine().getErr()::println);
            return Optional.empty();
        }
    }

    private static byte[] offline(Surroundings around, Path folder, Optional<Profile> profile)
            throws IOException {
        var bytes = new ByteArrayOutputStream();
        SupportBundle.offline(folder, profile, around.environment())
                .versions(VersionCommand.VERSION)
                .write(bytes);
        return bytes.toByteArray();
    }

    private Path write(Surroundings around, String appId, byte[] bytes) {
        var name = SupportBundle.fileName(appId, new MonotonicTime().instant());
        var file =
                around.workingFolder().resolve(output == null ? Path.of(name) : output).normalize();
        try {
            if (Files.exists(file)) {
                throw new IOException("it exists already");
            }
            new AtomicFile(file).write(bytes);
            return file;
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.CANNOT_CREATE,
                    new Problem(
                            Where.of(file.toString()),
                            "The bundle cannot be written there (" + e.getMessage() + ")",
                            "Name another file with -o"),
                    e);
        }
    }
}
