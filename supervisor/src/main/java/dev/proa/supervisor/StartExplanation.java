package dev.proa.supervisor;

import dev.proa.core.Problem;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.Template;

/** What it means for the restart rules and for people that a program could not be started. */
record StartExplanation(SupervisorSetup setup) {
    /** What a failed start means for the restart rules and for people. */
    Input.Failure of(SidecarSpec spec, StartFailure failure) {
        if (!failure.lasting()) {
            return new Input.Failure.Passing("could not be started: " + failure.words());
        }
        if (failure.stage() == StartFailure.Stage.FRAME
                && failure.errno() == StartFailure.ENOTSUP) {
            var remedy =
                    "Run proa doctor, which says why the native guard is not used,"
                            + " or do without nice, isolation and inherit";
            return new Input.Failure.Configured(refused(spec, "", failure, remedy));
        }
        return new Input.Failure.Configured(
                switch (failure.stage()) {
                    case CHDIR -> folder(spec, failure);
                    case EXEC -> program(spec, failure);
                    case NICE -> refused(spec, "/nice", failure, "Choose a niceness from 0 to 19");
                    case NAMESPACE ->
                            refused(spec, "/isolation", failure, "Remove isolation: pidns");
                    case FRAME, GUARD ->
                            refused(spec, "/command", failure, "Shorten command and environment");
                });
    }

    private static Problem refused(
            SidecarSpec spec, String key, StartFailure failure, String remedy) {
        return new Problem(
                Ports.place(spec, key),
                spec.id() + " could not be started: " + failure.words(),
                remedy);
    }

    private static Problem folder(SidecarSpec spec, StartFailure failure) {
        return new Problem(
                Ports.place(spec, "/cwd"),
                "the working folder %s cannot be entered: %s"
                        .formatted(spec.cwd(), failure.words()),
                "Make the folder, or name another one");
    }

    private Problem program(SidecarSpec spec, StartFailure failure) {
        var first = spec.command().getFirst();
        Template.Names names =
                name -> name.equals("data") ? setup.dataFolder().toString() : "${" + name + "}";
        var program = first.resolve(names);
        var path = spec.env().get("PATH");
        var file =
                ProgramFault.find(
                        program,
                        spec.cwd(),
                        path == null
                                ? setup.environment().getOrDefault("PATH", "")
                                : path.resolve(names));
        if (file.isEmpty()) {
            return new Problem(
                    first.where(),
                    "\"" + program + "\" is not on the PATH",
                    "Install it or give an absolute path");
        }
        var fault = ProgramFault.of(file.get(), failure);
        return new Problem(
                first.where(), file.get() + " cannot be run: " + fault.what(), fault.remedy());
    }
}
