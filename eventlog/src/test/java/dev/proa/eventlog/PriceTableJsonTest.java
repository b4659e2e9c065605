package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PriceTableJsonTest {
    private static final String PRICES = "\"input_per_mtok\":1,\"output_per_mtok\":2";

    /** A class under a mistyped name would be paid by another price. */
    @Test
    void aNameThatIsNotKnownIsAFault() {
        var read =
                PriceTableJson.model(
                        Json.read(
                                "{%s,\"cache_read_per_mtoken\":0.1,\"tiers\":[{\"above_prompt_tokens\":5,%s,\"note\":1}]}"
                                        .formatted(PRICES, PRICES)),
                        "m");

        assertThat(read.found()).isEmpty();
        assertThat(read.problems())
                .extracting(PriceTableJson.Fault::pointer)
                .containsExactlyInAnyOrder("/cache_read_per_mtoken", "/tiers/0/note");
    }

    @Test
    void whatIsWrittenIsRead() {
        var table =
                Json.text(out -> {
                    out.writeStartObject();
                    out.writeName("models");
                    out.writeStartArray();
                    PriceTableJson.models(
                                    Json.read(
                                            "{\"models\":[{\"model\":\"m\",\"aliases\":[\"n\"],%s}]}"
                                                    .formatted(PRICES)),
                                    false)
                            .found()
                            .forEach(price -> PriceTableJson.write(out, price));
                    out.writeEndArray();
                    out.writeEndObject();
                });

        assertThat(PriceTableJson.models(Json.read(table), false).problems()).isEmpty();
        assertThat(PriceTableJson.models(Json.read(table), false).found()).hasSize(1);
    }
}
