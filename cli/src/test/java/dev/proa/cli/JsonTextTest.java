package dev.proa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.cli.JsonText.Arr;
import dev.proa.cli.JsonText.Obj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonTextTest {
    @Test
    void knowsWhereEveryMemberBeginsAndEnds() {
        var text = " { \"a\\\"b\" : [ 1.5e3 , true,\"x\\\\\" ] ,\n\t\"é\":{} }\n";

        var root = (Obj) JsonText.parse("s.json", text).root();

        assertThat(text.substring(root.start(), root.end())).isEqualTo(text.strip());
        assertThat(root.children())
                .extracting(c -> text.substring(c.start(), c.end()))
                .containsExactly("\"a\\\"b\" : [ 1.5e3 , true,\"x\\\\\" ]", "\"é\":{}");
        assertThat(((Arr) root.children().getFirst().value()).children())
                .extracting(c -> text.substring(c.start(), c.end()))
                .containsExactly("1.5e3", "true", "\"x\\\\\"");
        assertThat(root.children()).extracting(c -> c.name()).containsExactly("a\"b", "é");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{\n  // mine\n  \"a\": 1}`|s.json:2:3: a comment was found",
                "`{\n  \"a\": 1, /* x */ \"b\": 2}`|s.json:2:11: a comment was found",
                "`{\n# x\n}`|s.json:2:1: a comment was found",
                "`{\"a\": 1,\n}`|s.json:1:8: a comma stands before the closing bracket",
                "`{\"a\": [1, 2, ]}`|s.json:1:12: a comma stands before the closing bracket",
                "`{\"a\": 1,\n \"b\": {}, \"a\": 2}`|s.json:2:11: the key \"a\" stands here a second",
                "`{\"a\": 1`|s.json:1:8: the text ends before the JSON value does",
                "`{\"a\": \"x`|s.json:1:9: the text ends before",
                "`{\"a\": 1 \"b\": 2}`|s.json:1:9: \"\"\" was found where JSON allows none",
                "`{'a': 1}`|s.json:1:2: \"'\" was found",
                "`{\"a\": NaN}`|s.json:1:7: \"NaN\" was found",
                "`{\"a\": tru}`|s.json:1:7: \"tru\" was found",
                "`{} {}`|s.json:1:4: there is more after the end",
                "`   `|s.json:1:1: the file is empty",
            })
    void saysInPlainWordsWhereATextIsNotStrictJson(String text, String expected) {
        assertThatThrownBy(() -> JsonText.parse("s.json", text))
                .hasMessageStartingWith(expected)
                .message()
                .doesNotContain("code ", "Feature");
    }

    @Test
    void refusesADocumentDeeperThanTheParserReads() {
        var text = "[".repeat(2_000) + "]".repeat(2_000);

        assertThatThrownBy(() -> JsonText.parse("s.json", text))
                .hasMessageContaining("too deep or too large");
    }
}
