package dev.proa.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code proa version}. */
@Command(
        name = "version",
        description = "Print the version of Proa and of the Java it runs on.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  proa version --json")
final class VersionCommand implements Callable<Integer> {
    static final String VERSION = "0.1.0";

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    VersionCommand() {}

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        if (json.wanted) {
            out.println(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("proa", VERSION)
                            .put("java", Runtime.version().toString())
                            .put("os", System.getProperty("os.name"))
                            .put("arch", System.getProperty("os.arch")));
        } else {
            out.println(text());
        }
        return 0;
    }

    private static String text() {
        return "proa "
                + VERSION
                + " (Java "
                + Runtime.version()
                + ", "
                + System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")
                + ")";
    }

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {
        Version() {}

        @Override
        public String[] getVersion() {
            return new String[] {text()};
        }
    }
}
