package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every case of {@code problems.txt}: a manifest and exactly the lines that are said about it. A
 * case is {@code === name}, the manifest (a line {@code HEAD} stands for the first three lines of a
 * right one), {@code ---}, and the lines.
 */
class ProblemTableTest {
    private static final String HEAD =
            "proa: 1\napp: {id: dev.example.qa, name: QA, version: 1.0.0}\nui: {dir: web}\n";

    @TempDir Path temp;

    private record Case(String name, String manifest, List<String> lines) {}

    @TestFactory
    Stream<DynamicTest> saysExactly() {
        return cases().stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c)));
    }

    private void check(Case c) throws IOException {
        var app = new AppFolder(temp);
        app.environment.put("PRICE", "cost ${port} $5");
        app.manifest(c.manifest());

        assertThat(app.problems()).containsExactlyElementsOf(c.lines());
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (var block : text().split("(?m)^=== ", -1)) {
            if (!block.isBlank()) {
                var parts = (block + "\n").split("\n---\n", 2);
                var name = parts[0].lines().findFirst().orElseThrow();
                var manifest =
                        parts[0].substring(name.length()).stripLeading().replace("HEAD\n", HEAD);
                cases.add(
                        new Case(
                                name,
                                manifest.replace("\\t", "\t") + "\n",
                                Arrays.stream(parts[1].split("\n", -1))
                                        .filter(l -> !l.isBlank())
                                        .toList()));
            }
        }
        return cases;
    }

    private static String text() {
        try (var in = ProblemTableTest.class.getResourceAsStream("problems.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
