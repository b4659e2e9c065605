package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.Profile;
import dev.proa.profile.ProfileLoader;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code proa init}. */
@Command(
        name = "init",
        description = "Write a small proa.yaml for what is found in a folder; overwrites nothing.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa init                  write proa.yaml into the present folder",
            "  proa init ~/qa --print     only show what would be written"
        })
final class InitCommand implements Callable<Integer> {
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+(\\.\\d+)?");

    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            defaultValue = ".",
            description = "The app's folder (default: the present folder).")
    private Path dir = Path.of(".");

    @Option(names = "--print", description = "Print the manifest and write nothing.")
    private boolean print;

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    InitCommand() {}

    @Override
    public Integer call() throws IOException {
        var around = Surroundings.present();
        var folder = around.workingFolder().resolve(dir).normalize();
        if (!Files.isDirectory(folder)) {
            throw failure(ExitCode.USAGE, folder, "there is no such folder", "Make it first");
        }
        var file = folder.resolve(ProfileLoader.MANIFEST);
        var parts = new AppSearch(folder).parts();
        var text = text(folder, parts);
        if (!print) {
            write(file, text);
        }
        tell(file, parts, text, print ? List.of() : problems(folder, around));
        return ExitCode.OK.number();
    }

    private static ProaException failure(ExitCode code, Path where, String what, String remedy) {
        return new ProaException(code, new Problem(Where.of(where.toString()), what, remedy));
    }

    private static String text(Path folder, List<FoundPart> parts) {
        var node = new NodeFolder(folder, folder);
        var last = Optional.ofNullable(folder.getFileName()).map(Path::toString).orElse("app");
        var version = node.text("version").filter(v -> VERSION.matcher(v).matches());
        return ManifestDraft.of(
                schema(folder), node.text("name").orElse(last), version.orElse("0.1.0"), parts);
    }

    /** The schema of this build, if its documents lie beside it. */
    private static Optional<String> schema(Path folder) {
        var home = Path.of(System.getProperty("proa.home", ".")).toAbsolutePath().normalize();
        for (Path at = home; at != null; at = at.getParent()) {
            var file = at.resolve("docs/manifest.schema.json");
            if (Files.isRegularFile(file)) {
                return Optional.of(folder.relativize(file).toString().replace('\\', '/'));
            }
        }
        return Optional.empty();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException _) {
            throw failure(
                    ExitCode.CANNOT_CREATE,
                    file,
                    "the file is there already",
                    "Edit it, or show what would be written with --print");
        } catch (IOException e) {
            throw failure(
                    ExitCode.CANNOT_CREATE,
                    file,
                    "it cannot be written (%s)".formatted(e.getMessage()),
                    "Make the folder writable");
        }
    }

    /** What still keeps the new manifest from running, such as a program that is not installed. */
    private static List<Problem> problems(Path folder, Surroundings around) {
        try {
            ProfileLoader.load(
                    new Profile.Sources(folder, Map.of(), around.environment(), around.home()));
            return List.of();
        } catch (ProaException e) {
            return e.problems();
        }
    }

    private void tell(Path file, List<FoundPart> parts, String text, List<Problem> problems) {
        var out = spec.commandLine().getOut();
        if (json.wanted) {
            out.println(report(file, parts, text, problems));
            return;
        }
        if (print) {
            out.print(text);
            return;
        }
        if (parts.isEmpty()) {
            out.println(
                    "Nothing that Proa knows was found; the manifest says what can stand in it.");
        }
        parts.forEach(part -> out.println("found    %s: %s".formatted(part.folder(), part.what())));
        out.println("wrote    " + file);
        problems.forEach(p -> out.println("to do    " + p));
        out.println("next     proa plan " + dir + ", then proa run " + dir);
    }

    private Object report(Path file, List<FoundPart> parts, String text, List<Problem> problems) {
        var report = JsonNodeFactory.instance.objectNode();
        report.put("file", file.toString()).put("written", !print).put("content", text);
        var found = report.putArray("found");
        parts.forEach(p -> found.addObject().put("folder", p.folder()).put("what", p.what()));
        var told = report.putArray("problems");
        problems.forEach(p ->
                told.addObject()
                        .put("where", p.where().toString())
                        .put("what", p.what())
                        .put("remedy", p.remedy()));
        return report;
    }
}
