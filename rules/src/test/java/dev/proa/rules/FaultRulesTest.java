package dev.proa.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** That {@code docs/faults.md} tells of every fault, and names only tests that there are. */
class FaultRulesTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("proa.checkout"));
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (\\d+) \\|[^|]+\\|[^|]+\\|([^|]*)\\|([^|]*)\\|$");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final int TESTED = 32;
    private static final int ALL = 35;

    @Test
    void everyFaultHasARowWithTestsThatExistAndEvidence() throws IOException {
        var text = Files.readString(CHECKOUT.resolve("docs/faults.md"));
        var rows = new TreeMap<Integer, MatchResult>();
        ROW.matcher(text)
                .results()
                .forEach(row -> assertThat(rows.put(Integer.parseInt(row.group(1)), row)).isNull());

        assertThat(rows.keySet()).containsExactlyElementsOf(numbers(ALL));
        for (int number : numbers(TESTED)) {
            assertThat(quoted(rows.get(number).group(2)))
                    .as("tests of fault %d", number)
                    .isNotEmpty()
                    .allSatisfy(path -> assertThat(CHECKOUT.resolve(path)).isRegularFile());
            assertThat(quoted(rows.get(number).group(3)))
                    .as("evidence of fault %d", number)
                    .isNotEmpty();
        }
    }

    private static List<Integer> numbers(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    private static List<String> quoted(String cell) {
        return QUOTED.matcher(cell).results().map(found -> found.group(1)).toList();
    }
}
