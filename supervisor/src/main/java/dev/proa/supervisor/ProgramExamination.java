package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.Template;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks for what would keep a sidecar from being started, without starting it. */
public final class ProgramExamination {
    private final Path dataFolder;
    private final Map<String, String> environment;

    public ProgramExamination(Path dataFolder, Map<String, String> environment) {
        this.dataFolder = dataFolder;
        this.environment = Map.copyOf(environment);
    }

    /** What is wrong with its working folder and its program. */
    public List<Problem> of(SidecarSpec spec) {
        var found = new ArrayList<Problem>();
        if (!Files.isDirectory(spec.cwd())) {
            found.add(
                    new Problem(
                            Ports.place(spec, "/cwd"),
                            "the working folder " + spec.cwd() + " is not there",
                            "Make the folder, or name another one"));
        } else if (!spec.command().isEmpty()) {
            program(spec).ifPresent(found::add);
        }
        return found;
    }

    private Optional<Problem> program(SidecarSpec spec) {
        Template.Names names =
                name -> name.equals("data") ? dataFolder.toString() : "${" + name + "}";
        var first = spec.command().getFirst();
        var program = first.resolve(names);
        if (program.contains("${")) {
            return Optional.empty(); // only a run can tell
        }
        var path = spec.env().get("PATH");
        var folders = path == null ? environment.getOrDefault("PATH", "") : path.resolve(names);
        var file = ProgramFault.find(program, spec.cwd(), folders);
        if (file.isEmpty()) {
            return Optional.of(
                    new Problem(
                            first.where(),
                            "\"" + program + "\" is not on the PATH",
                            "Install it or give an absolute path"));
        }
        return ProgramFault.seen(file.get())
                .map(fault ->
                        new Problem(
                                first.where(),
                                file.get() + " cannot be run: " + fault.what(),
                                fault.remedy()));
    }

    /** Who has the port that it cannot do without; empty if it is free or it needs none. */
    public Optional<LoopbackPort> fixedPort(SidecarSpec spec) {
        return spec.port() instanceof SidecarSpec.Port.Fixed fixed
                ? Optional.of(fixed.port())
                : Optional.empty();
    }
}
