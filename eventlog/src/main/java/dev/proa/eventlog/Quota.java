package dev.proa.eventlog;

import dev.proa.core.ProseRedaction;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * What a provider says of its own limits, as readers see it.
 *
 * @param provider claude or codex
 * @param status available, unavailable or error
 * @param credits JSON text {@code {has_credits, unlimited, balance}}
 */
record Quota(
        String provider,
        String agentType,
        String status,
        @Nullable String source,
        @Nullable Long updatedMillis,
        @Nullable String account,
        @Nullable String plan,
        @Nullable String limitId,
        @Nullable String limitName,
        @Nullable String error,
        Optional<Window> primary,
        Optional<Window> secondary,
        @Nullable String credits) {
    static final List<String> PROVIDERS = List.of("claude", "codex");

    private static final BigDecimal FULL = BigDecimal.valueOf(100);

    /**
     * One of a provider's windows.
     *
     * @param usedPercent from 0 to 100
     */
    record Window(
            BigDecimal usedPercent, @Nullable Long resetsMillis, @Nullable Long windowMinutes) {
        static Optional<Window> of(JsonNode input) {
            var used = input.path("used_percent");
            if (!used.isNumber()) {
                return Optional.empty();
            }
            var minutes = input.path("window_minutes");
            return Optional.of(
                    new Window(
                            used.decimalValue().max(BigDecimal.ZERO).min(FULL),
                            reset(input.path("resets_at")),
                            minutes.isNumber() && minutes.doubleValue() < 1e9
                                    ? (Long) Math.max(0, Math.round(minutes.doubleValue()))
                                    : null));
        }

        /** Seconds since 1970, as a number or its text, or an ISO time. */
        private static @Nullable Long reset(JsonNode input) {
            var text = input.isString() ? input.stringValue().strip() : input.toString();
            if (text.matches("\\d{1,11}(\\.\\d{1,9})?")) {
                return new BigDecimal(text).movePointRight(3).longValue();
            }
            var millis = JsDate.parse(text, ZoneId.of("UTC"));
            return millis.isPresent() ? (Long) millis.getAsLong() : null;
        }

        /** When it began, if it is known how long it is and when it ends. */
        @Nullable Long startedMillis() {
            return resetsMillis == null || windowMinutes == null
                    ? null
                    : (Long) (resetsMillis - Duration.ofMinutes(windowMinutes).toMillis());
        }

        void write(JsonGenerator out) {
            out.writeStartObject();
            out.writeNumberProperty("used_percent", usedPercent);
            out.writeNumberProperty("remaining_percent", FULL.subtract(usedPercent));
            Json.time(out, "resets_at", resetsMillis);
            Json.whole(out, "window_minutes", windowMinutes);
            out.writeEndObject();
        }
    }

    /** Of a provider that has said nothing yet. */
    static Quota unknown(String provider) {
        return new Quota(
                provider,
                agent(provider),
                "unavailable",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Optional.empty(),
                Optional.empty(),
                null);
    }

    private static String agent(String provider) {
        return provider.equals("claude") ? "claude_code" : provider;
    }

    /** What a provider's snapshot says that arrived at a moment, or that was stored. */
    static Quota of(String provider, JsonNode input, long now) {
        var primary = Window.of(input.path("primary"));
        var secondary = Window.of(input.path("secondary"));
        var said = text(input, "status");
        var usual = primary.isPresent() || secondary.isPresent() ? "available" : "unavailable";
        var updated = text(input, "updated_at");
        var millis =
                updated == null ? OptionalLong.empty() : JsDate.parse(updated, ZoneId.of("UTC"));
        var agent = text(input, "agent_type");
        return new Quota(
                provider,
                agent == null ? agent(provider) : agent,
                said == null ? usual : said,
                text(input, "source"),
                millis.orElse(now),
                text(input, "account_label"),
                text(input, "plan_type"),
                text(input, "limit_id"),
                text(input, "limit_name"),
                text(input, "error_message"),
                primary,
                secondary,
                credits(input.path("credits")));
    }

    /** Without secrets: what went wrong may be told with the header of a request. */
    private static @Nullable String text(JsonNode input, String name) {
        var value = input.path(name);
        return value.isString() ? ProseRedaction.of(value.stringValue()) : null;
    }

    private static @Nullable String credits(JsonNode input) {
        if (!input.isObject()) {
            return null;
        }
        return Json.text(out -> {
            out.writeStartObject();
            out.writeBooleanProperty("has_credits", input.path("has_credits").asBoolean(false));
            out.writeBooleanProperty("unlimited", input.path("unlimited").asBoolean(false));
            Json.text(out, "balance", text(input, "balance"));
            out.writeEndObject();
        });
    }

    /** The windows that are known, the shorter one first. */
    List<Window> windows() {
        return Stream.of(primary, secondary).flatMap(Optional::stream).toList();
    }

    void write(JsonGenerator out) {
        out.writeStartObject();
        properties(out);
        out.writeEndObject();
    }

    /** The members of its JSON object. */
    void properties(JsonGenerator out) {
        Json.text(out, "provider", provider);
        Json.text(out, "agent_type", agentType);
        Json.text(out, "status", status);
        Json.text(out, "source", source);
        Json.time(out, "updated_at", updatedMillis);
        Json.text(out, "account_label", account);
        Json.text(out, "plan_type", plan);
        Json.text(out, "limit_id", limitId);
        Json.text(out, "limit_name", limitName);
        Json.text(out, "error_message", error);
        window(out, "primary", primary);
        window(out, "secondary", secondary);
        out.writeName("credits");
        out.writeRawValue(credits == null ? "null" : credits);
    }

    private static void window(JsonGenerator out, String name, Optional<Window> window) {
        out.writeName(name);
        window.ifPresentOrElse(each -> each.write(out), out::writeNull);
    }
}
