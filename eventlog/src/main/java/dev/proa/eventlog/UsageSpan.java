package dev.proa.eventlog;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A stretch of time in a time zone.
 *
 * @param from its first millisecond since 1970
 * @param to the first millisecond after it
 */
record UsageSpan(OptionalLong from, OptionalLong to, ZoneId zone) {
    /** A parameter that cannot be understood, in words for its sender. */
    static final class Unclear extends Exception {
        private static final long serialVersionUID = 1;

        Unclear(String message) {
            super(message);
        }

        String words() {
            return String.valueOf(getMessage());
        }
    }

    /** Reads {@code from}, {@code to} and {@code zone}; a day as {@code to} is within the span. */
    static UsageSpan of(Parameters parameters) throws Unclear {
        var zone = zone(parameters.filled("zone").orElse("UTC"));
        var from = moment(parameters, "from", zone, 0);
        var to = moment(parameters, "to", zone, 1);
        if (from.isPresent() && to.isPresent() && from.getAsLong() > to.getAsLong()) {
            throw new Unclear("from must not be after to");
        }
        return new UsageSpan(from, to, zone);
    }

    private static ZoneId zone(String name) throws Unclear {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new Unclear("zone must be a time zone such as Europe/Berlin, was " + name);
        }
    }

    private static OptionalLong moment(
            Parameters parameters, String name, ZoneId zone, int daysLater) throws Unclear {
        var text = parameters.filled(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        var day = day(text.get());
        if (day.isPresent()) {
            return OptionalLong.of(start(day.get().plusDays(daysLater), zone));
        }
        var millis = JsDate.parse(text.get(), zone);
        if (millis.isEmpty()) {
            throw new Unclear(name + " must be an ISO timestamp or a day such as 2026-11-21");
        }
        return millis;
    }

    private static Optional<LocalDate> day(String text) {
        try {
            return text.length() == 10 ? Optional.of(LocalDate.parse(text)) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    static long start(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant().toEpochMilli();
    }

    LocalDate day(long millis) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(millis), zone);
    }

    /** The first moment of the day that a moment lies in. */
    long dayStart(long millis) {
        return start(day(millis), zone);
    }

    long dayAfter(long millis) {
        return start(day(millis).plusDays(1), zone);
    }

    long first() {
        return from.orElse(Long.MIN_VALUE);
    }

    long end() {
        return to.orElse(Long.MAX_VALUE);
    }

    /** The first moment not before this one that a grain begins with; an open span's end stays. */
    static long upTo(long millis, long grain) {
        return millis == Long.MIN_VALUE ? millis : downTo(millis + grain - 1, grain);
    }

    /** The last moment not after this one that a grain begins with. */
    static long downTo(long millis, long grain) {
        return millis == Long.MAX_VALUE ? millis : millis - Math.floorMod(millis, grain);
    }
}
