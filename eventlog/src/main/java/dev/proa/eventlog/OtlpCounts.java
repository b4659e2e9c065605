package dev.proa.eventlog;

import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What OTLP brought since the start. Safe to use from any thread. */
final class OtlpCounts {
    private static final class Signal {
        long requests;
        long received;
        long stored;
        long duplicates;
        long refused;
        final Map<String, Long> skipped = new TreeMap<>();
        @Nullable Long lastAt;
    }

    private record LastError(long at, String path, int status, String what) {}

    private final InstantSource clock;
    private final long since;
    private final Map<OtlpSignal, Signal> signals = new EnumMap<>(OtlpSignal.class);
    private @Nullable LastError lastError; // guarded by this, as all of it

    OtlpCounts(InstantSource clock) {
        this.clock = clock;
        this.since = clock.millis();
        for (var signal : OtlpSignal.values()) {
            signals.put(signal, new Signal());
        }
    }

    private Signal of(OtlpSignal signal) {
        var found = signals.get(signal);
        if (found == null) {
            throw new IllegalArgumentException(signal.toString());
        }
        return found;
    }

    synchronized void took(
            OtlpSignal signal, OtlpHarvest harvest, Appended.Stored stored, Telemetry telemetry) {
        var count = of(signal);
        count.requests++;
        count.received += harvest.count();
        count.stored += stored.ids().size() + telemetry.grown() + telemetry.fresh();
        count.duplicates += stored.duplicates() + telemetry.repeated();
        if (telemetry.unchanged() > 0) {
            var unchanged = OtlpHarvest.Skip.NO_INCREASE.key();
            count.skipped.merge(unchanged, (long) telemetry.unchanged(), Long::sum);
        }
        count.lastAt = clock.millis();
        harvest.skipped()
                .forEach((why, items) -> count.skipped.merge(why.key(), (long) items, Long::sum));
        if (harvest.rejected() > 0) {
            failed(signal, 200, harvest.complaint(signal));
        }
    }

    synchronized void refused(OtlpSignal signal, int status, String why) {
        var count = of(signal);
        count.requests++;
        count.refused++;
        failed(signal, status, why);
    }

    private void failed(OtlpSignal signal, int status, String what) {
        lastError = new LastError(clock.millis(), signal.path(), status, what);
    }

    synchronized void write(JsonGenerator out) {
        out.writeStartObject();
        Json.time(out, "since", since);
        for (var entry : signals.entrySet()) {
            out.writeName(entry.getKey().name().toLowerCase(Locale.ROOT));
            write(out, entry.getValue());
        }
        out.writeName("last_error");
        var error = lastError;
        if (error == null) {
            out.writeNull();
        } else {
            out.writeStartObject();
            Json.time(out, "at", error.at());
            out.writeStringProperty("path", error.path());
            out.writeNumberProperty("status", error.status());
            out.writeStringProperty("error", error.what());
            out.writeEndObject();
        }
        out.writeName("names");
        names(out);
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, Signal signal) {
        out.writeStartObject();
        out.writeNumberProperty("requests", signal.requests);
        out.writeNumberProperty("refused", signal.refused);
        out.writeNumberProperty("received", signal.received);
        out.writeNumberProperty("stored", signal.stored);
        out.writeNumberProperty("duplicates", signal.duplicates);
        out.writeName("skipped");
        out.writeStartObject();
        signal.skipped.forEach(out::writeNumberProperty);
        out.writeEndObject();
        Json.time(out, "last_at", signal.lastAt);
        out.writeEndObject();
    }

    /** The table of names, so that nobody has to guess what is read. */
    private static void names(JsonGenerator out) {
        out.writeStartObject();
        for (var field : OtlpField.values()) {
            out.writeName(field.name().toLowerCase(Locale.ROOT));
            out.writeStartArray();
            for (var source : field.sources()) {
                out.writeStartObject();
                out.writeStringProperty("convention", source.convention());
                out.writeName("names");
                out.writeStartArray();
                source.names().forEach(out::writeString);
                out.writeEndArray();
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }
}
