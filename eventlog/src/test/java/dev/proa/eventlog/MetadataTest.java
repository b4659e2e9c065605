package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MetadataTest {
    @Test
    void keepsExactlyTheCapAndCutsOneByteMore() {
        var text = "{\"a\":\"" + "x".repeat(Metadata.CAP - 8) + "\"}";

        var fits = Metadata.of(Json.read(text)).within(Metadata.CAP);
        var over = Metadata.of(Json.read(text.replace("x\"}", "xx\"}"))).within(Metadata.CAP);

        assertThat(text).hasSize(10_240);
        assertThat(fits).isEqualTo(new Metadata(text, false));
        assertThat(over)
                .isEqualTo(new Metadata("{\"_truncated\":true,\"_original_bytes\":10241}", true));
    }

    @Test
    void countsBytesOfUtf8AndNotCharacters() {
        var text = "{\"a\":\"" + "ä".repeat(6_000) + "\"}";

        assertThat(Metadata.of(Json.read(text)).within(Metadata.CAP).truncated()).isTrue();
    }

    @Test
    void keepsTheTellingKeysOfWhatItCuts() {
        var value =
                """
                {"blob":"%s","type":"t","path":"p","tool_name":"n","message":"m","error":{"e":1},
                 "pattern":"r","query":"q","file_path":"f","command":"c","other":"o"}\
                """
                        .formatted("x".repeat(20_000));

        var metadata = Metadata.of(Json.read(value)).within(Metadata.CAP);

        assertThat(metadata.truncated()).isTrue();
        assertThat(metadata.json())
                .startsWith("{\"_truncated\":true,\"_original_bytes\":20")
                .endsWith(
                        ",\"command\":\"c\",\"file_path\":\"f\",\"query\":\"q\",\"pattern\":\"r\","
                                + "\"error\":{\"e\":1},\"message\":\"m\",\"tool_name\":\"n\","
                                + "\"path\":\"p\",\"type\":\"t\"}");
    }

    @Test
    void keepsOnlyTheMarkIfTheTellingKeysAreTooLong() {
        var value = "{\"command\":\"" + "x".repeat(20_000) + "\",\"file_path\":\"f\"}";

        assertThat(Metadata.of(Json.read(value)).within(Metadata.CAP).json())
                .isEqualTo("{\"_truncated\":true,\"_original_bytes\":20030}");
    }

    @Test
    void keepsNothingIfEvenTheMarkIsTooLong() {
        assertThat(Metadata.of(Json.read("{\"a\":\"" + "x".repeat(50) + "\"}")).within(20))
                .isEqualTo(new Metadata("{}", true));
    }

    @Test
    void marksALongListOrTextToo() {
        var list = Json.read("[\"" + "x".repeat(11_000) + "\"]");
        var text = Json.read("\"" + "x".repeat(11_000) + "\"");

        assertThat(Metadata.of(list).within(Metadata.CAP).json())
                .isEqualTo("{\"_truncated\":true,\"_original_bytes\":11004}");
        assertThat(Metadata.of(text).within(Metadata.CAP).json())
                .isEqualTo("{\"_truncated\":true,\"_original_bytes\":11002}");
    }

    @Test
    void neverSplitsACharacter() {
        var cut = HookMetadata.cut("a😀😀", 6);

        assertThat(cut).isEqualTo("a😀");
        assertThat(cut.getBytes(StandardCharsets.UTF_8)).hasSize(5);
        assertThat(HookMetadata.cut("a😀😀", 9)).isEqualTo("a😀😀");
    }
}
