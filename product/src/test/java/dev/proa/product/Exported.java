package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;

/**
 * What an exporter sent for a session, to be found again in a running monitor. Metrics go to a
 * session of their own, called as the other one with {@code -metrics} behind it.
 */
record Exported(long logs, long tokens, BigDecimal dollars, long spans) {
    /** Looks for all of it, and for nothing else. */
    void isStored(Proa proa, String session) throws IOException {
        var one = "/api/events?limit=1&session_id=";
        assertThat(proa.json(one + session + "&event_type=llm_request").path("total").asLong())
                .as("log records")
                .isEqualTo(logs);
        assertThat(proa.json(one + session).path("total").asLong()).isEqualTo(logs);
        var metered = proa.json("/api/sessions/" + session + "-metrics").path("session");
        assertThat(metered.path("tokens_in").asLong()).as("tokens").isEqualTo(tokens);
        assertThat(metered.path("total_cost_usd").decimalValue())
                .as("dollars")
                .isEqualByComparingTo(dollars);
        var found = proa.json("/api/sessions/" + session + "/spans?limit=10000");
        assertThat(found.path("spans").size()).as("spans").isEqualTo((int) spans);
        assertThat(found.path("total").asLong()).isEqualTo(spans);
        // A rejected item would be an error of status 200, a refused request that of another test.
        var error = proa.json("/api/otel/status").path("last_error");
        assertThat(error.path("status").asInt(413)).as(error::toString).isEqualTo(413);
    }
}
