package dev.proa.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for every source file. */
class SourceRulesTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("proa.checkout"));
    private static final Pattern ACCESSOR =
            Pattern.compile(
                    "^ {4}(public |protected |static |final )*[\\w<>\\[\\], .?]+ (get|set)[A-Z]\\w*\\(.*\\{");

    @Test
    void noJavaFileHasMoreThan400Lines() throws IOException {
        assertThat(sources("*.java")).filteredOn(file -> lines(file).size() > 400).isEmpty();
    }

    @Test
    void everyModuleHasADescriptorAndANullMarkedPackage() throws IOException {
        var mains =
                sources("package-info.java")
                        .filter(file -> file.toString().contains("src/main"))
                        .toList();

        assertThat(mains)
                .hasSizeGreaterThan(8)
                .allSatisfy(file -> {
                    assertThat(file).content().contains("@NullMarked").contains("first.");
                    assertThat(file.resolve("../../../../module-info.java").normalize()).exists();
                });
    }

    @Test
    void noMethodIsNamedLikeAnAccessor() throws IOException {
        var accessors =
                sources("*.java")
                        .filter(file -> file.toString().contains("src/main"))
                        .flatMap(file -> {
                            var lines = lines(file);
                            return Stream.iterate(0, i -> i < lines.size(), i -> i + 1)
                                    .filter(i ->
                                            ACCESSOR.matcher(lines.get(i)).find()
                                                    && (i == 0
                                                            || !lines.get(i - 1)
                                                                    .contains("@Override")))
                                    .map(i -> file.getFileName() + ":" + (i + 1) + lines.get(i));
                        });

        assertThat(accessors).isEmpty();
    }

    @Test
    void noTestSleeps() throws IOException {
        assertThat(sources("*Test.java").filter(file -> !file.endsWith("SourceRulesTest.java")))
                .allSatisfy(file ->
                        assertThat(file).content().doesNotContain("Thread.sleep", "@Disabled"));
    }

    @Test
    void everyDecisionRecordSaysStatusContextDecisionAndConsequences() throws IOException {
        try (var records = Files.list(CHECKOUT.resolve("docs/decisions"))) {
            assertThat(records)
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(file)
                                    .content()
                                    .contains(
                                            "Status",
                                            "## Context",
                                            "## Decision",
                                            "## Consequences"));
        }
    }

    private static Stream<Path> sources(String glob) throws IOException {
        var matcher = CHECKOUT.getFileSystem().getPathMatcher("glob:" + glob);
        try (var files = Files.walk(CHECKOUT)) {
            return files
                    .filter(file -> matcher.matches(file.getFileName()))
                    .filter(file ->
                            !file.toString().contains("/target/")
                                    && !file.toString().contains("/node_modules/"))
                    .toList()
                    .stream();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
