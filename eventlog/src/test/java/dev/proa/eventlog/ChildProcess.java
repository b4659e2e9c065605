package dev.proa.eventlog;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A main class of the tests in a process of its own. */
final class ChildProcess {
    private ChildProcess() {}

    static Process started(Class<?> main, String... arguments) throws IOException {
        var separator = System.getProperty("path.separator");
        var path =
                Set.of("jdk.module.path", "java.class.path", "surefire.test.class.path").stream()
                        .map(property -> System.getProperty(property, ""))
                        .filter(value -> !value.isEmpty())
                        .reduce((a, b) -> a + separator + b)
                        .orElseThrow();
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Xshare:auto",
                                "-Xmx128m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                "target/test-classes"
                                        + separator
                                        + "target/classes"
                                        + separator
                                        + path,
                                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
