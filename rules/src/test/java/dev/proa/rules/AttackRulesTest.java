package dev.proa.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That {@code docs/attacks.md} tells of every attack, and names only tests that there are. */
class AttackRulesTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("proa.checkout"));
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| ([AFP]\\d+) \\|[^|]+\\|[^|]+\\|([^|]*)\\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final int ATTACKS = 25;
    private static final int MESSAGES = 18;
    private static final int MISTAKES = 11;

    @Test
    void everyAttackHasARowWithTestsThatExist() throws IOException {
        var sources = tests();
        var rows = new ArrayList<String>();
        var missing = new ArrayList<String>();
        ROW.matcher(Files.readString(CHECKOUT.resolve("docs/attacks.md")))
                .results()
                .forEach(row -> {
                    rows.add(row.group(1));
                    var named = TEST.matcher(row.group(2)).results().toList();
                    assertThat(named).as("tests of %s", row.group(1)).isNotEmpty();
                    for (var test : named) {
                        var source = sources.getOrDefault(test.group(1), "");
                        if (!source.contains("void " + test.group(2) + "(")) {
                            missing.add(row.group(1) + " " + test.group());
                        }
                    }
                });

        assertThat(missing).isEmpty();
        assertThat(rows)
                .containsExactlyElementsOf(
                        Stream.of(
                                        numbered("A", ATTACKS),
                                        numbered("F", MESSAGES),
                                        numbered("P", MISTAKES))
                                .flatMap(List::stream)
                                .toList());
    }

    private static List<String> numbered(String letter, int last) {
        return IntStream.rangeClosed(1, last).mapToObj(number -> letter + number).toList();
    }

    /** The text of every test class by its name. */
    private static Map<String, String> tests() throws IOException {
        var sources = new HashMap<String, String>();
        try (var files = Files.walk(CHECKOUT)) {
            for (var file : files.filter(AttackRulesTest::isTest).toList()) {
                var name = file.getFileName().toString().replace(".java", "");
                sources.put(name, Files.readString(file));
            }
        }
        return sources;
    }

    private static boolean isTest(Path file) {
        var text = file.toString();
        return text.contains("/src/test/") && text.matches(".*(Test|IT)\\.java");
    }
}
