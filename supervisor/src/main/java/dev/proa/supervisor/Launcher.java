package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.core.Where;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.Template;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Turns a manifest entry into a process: port, words, environment, and the guard. */
final class Launcher {
    /** A process on its way, or why there will be none. */
    sealed interface Result {
        record Handed(GuardClient.Handle handle) implements Result {}

        record Refused(Input.Failure failure) implements Result {}
    }

    private final SupervisorSetup setup;
    private final GuardClient guard;
    private final Ports ports;
    private final SidecarEnvironment environment;
    private final Map<String, SidecarSpec> specs = new LinkedHashMap<>();

    Launcher(SupervisorSetup setup, GuardClient guard, Ports ports) {
        this.setup = setup;
        this.guard = guard;
        this.ports = ports;
        this.environment = new SidecarEnvironment(setup);
        setup.sidecars().forEach(spec -> specs.put(spec.id(), spec));
    }

    Optional<LoopbackPort> port(SidecarSpec spec) {
        return ports.of(spec.id());
    }

    Path log(String name) {
        return setup.dataFolder().resolve("logs").resolve(name + ".log");
    }

    Result launch(SidecarSpec spec, Secret token, GuardNews news) {
        try {
            return switch (ports.choose(spec)) {
                case Ports.Choice.Taken(var problem) ->
                        new Result.Refused(new Input.Failure.Configured(problem));
                case Ports.Choice.Chosen(var port) -> launch(spec, Optional.of(port), token, news);
                case Ports.Choice.None _ -> launch(spec, Optional.empty(), token, news);
            };
        } catch (IOException e) {
            return new Result.Refused(
                    new Input.Failure.Passing("could not be started: " + e.getMessage()));
        } catch (IllegalArgumentException e) {
            return new Result.Refused(
                    new Input.Failure.Configured(
                            new Problem(
                                    spec.command().getFirst().where(),
                                    "the command of "
                                            + spec.id()
                                            + " cannot be run: "
                                            + e.getMessage(),
                                    "Correct the command or the environment of this entry")));
        }
    }

    private Result launch(
            SidecarSpec spec, Optional<LoopbackPort> port, Secret token, GuardNews news)
            throws IOException {
        var unresolved = new IOException[1];
        Template.Names names =
                name -> {
                    try {
                        return late(name, port);
                    } catch (IOException e) {
                        unresolved[0] = e;
                        return "";
                    }
                };
        var command = spec.command().stream().map(word -> word.resolve(names)).toList();
        var launch = new Launch(command, spec.cwd(), environment.of(spec, port, token, names));
        if (unresolved[0] != null) {
            throw unresolved[0];
        }
        return new Result.Handed(guard.spawn(launch, news));
    }

    private String late(String name, Optional<LoopbackPort> port) throws IOException {
        if (name.equals("port") && port.isPresent()) {
            return port.get().toString();
        }
        if (name.equals("data")) {
            return setup.dataFolder().toString();
        }
        if (name.startsWith("sidecars.") && name.endsWith(".port")) {
            var other =
                    specs.get(
                            name.substring("sidecars.".length(), name.length() - ".port".length()));
            if (other != null) {
                return ports.promised(other).toString();
            }
        }
        throw new IllegalArgumentException("${" + name + "} has no value");
    }

    /**
     * Who has taken the port that was chosen for a sidecar which has no process now, in plain
     * words. The sidecar then gets another one at its next start.
     */
    Optional<String> portTakenBy(SidecarSpec spec) {
        var port = ports.of(spec.id());
        if (port.isEmpty() || !(spec.port() instanceof SidecarSpec.Port.Assigned)) {
            return Optional.empty();
        }
        try {
            if (ports.free(port.get())) {
                return Optional.empty();
            }
            ports.forget(spec.id());
            return Optional.of(ports.holder(port.get()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Makes a sidecar whose port was chosen for it get another one at its next start. */
    void forgetPort(SidecarSpec spec) {
        if (!(spec.port() instanceof SidecarSpec.Port.Fixed)) {
            ports.forget(spec.id());
        }
    }

    /** Who has the port of a sidecar that has no process now, in plain words; empty if nobody. */
    Optional<String> portHolder(SidecarSpec spec) {
        var port = ports.of(spec.id());
        try {
            return port.isEmpty() || ports.free(port.get())
                    ? Optional.empty()
                    : Optional.of(ports.holder(port.get()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What a failed start means for the restart rules and for people. */
    Input.Failure explain(SidecarSpec spec, StartFailure failure) {
        if (!failure.lasting()) {
            return new Input.Failure.Passing("could not be started: " + failure.words());
        }
        return new Input.Failure.Configured(
                failure.stage() == StartFailure.Stage.CHDIR
                        ? folder(spec, failure)
                        : program(spec, failure));
    }

    private static Problem folder(SidecarSpec spec, StartFailure failure) {
        var place = spec.command().getFirst().where();
        return new Problem(
                new Where(place.file(), 0, 0, "/sidecars/" + spec.id() + "/cwd"),
                "the working folder %s cannot be entered: %s"
                        .formatted(spec.cwd(), failure.words()),
                "Make the folder, or name another one");
    }

    private Problem program(SidecarSpec spec, StartFailure failure) {
        var first = spec.command().getFirst();
        var program =
                first.resolve(name ->
                        name.equals("data") ? setup.dataFolder().toString() : "${" + name + "}");
        boolean missing = failure.errno() == StartFailure.ENOENT;
        if (missing && !program.contains("/")) {
            return new Problem(
                    first.where(),
                    "\"" + program + "\" is not on the PATH",
                    "Install it or give an absolute path");
        }
        return new Problem(
                first.where(),
                "%s cannot be run: %s"
                        .formatted(
                                program,
                                missing
                                        ? "no such file, or its interpreter is missing"
                                        : failure.words()),
                missing
                        ? "Install it or correct the path"
                        : "Correct the path, or make it a program that runs here");
    }

    /** The number of a stop signal; those of the manifest, on Linux. */
    static int signal(String name) {
        return switch (name) {
            case "HUP" -> 1;
            case "INT" -> 2;
            case "QUIT" -> 3;
            case "USR1" -> 10;
            case "USR2" -> 12;
            case "TERM" -> 15;
            default -> throw new IllegalArgumentException("no stop signal: " + name);
        };
    }
}
