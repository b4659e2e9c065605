package dev.proa.cli;

import dev.proa.core.ExitCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code proa open}. */
@Command(
        name = "open",
        description =
                "Open the window of the running instance, or print a one-time address of its page.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  proa open", "  proa open --print"})
final class OpenCommand implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Mixin private Json json = new Json();

    @Option(
            names = "--print",
            description = "Only print the address; it is good for one use within 10 minutes.")
    private boolean print;

    @Spec private CommandSpec spec = CommandSpec.create();

    OpenCommand() {}

    @Override
    public Integer call() throws IOException {
        var found = target.find(Surroundings.present());
        if (found.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        var out = spec.commandLine().getOut();
        var mapper = new JsonMapper();
        if (!print) {
            var answer = found.get().call("POST", "/_proa/open");
            if (answer.status() == 200
                    && mapper.readTree(answer.body()).path("opened").asBoolean()) {
                out.println(
                        json.wanted
                                ? "{\"opened\":true}"
                                : "Opened a window of " + found.get().file().appId() + ".");
                return ExitCode.OK.number();
            }
        }
        var url =
                mapper.readTree(found.get().call("POST", "/_proa/boot?printed=true").body())
                        .path("url")
                        .asString();
        out.println(json.wanted ? "{\"opened\":false,\"url\":\"" + url + "\"}" : url);
        return ExitCode.OK.number();
    }
}
