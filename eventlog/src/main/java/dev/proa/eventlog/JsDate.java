package dev.proa.eventlog;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads times as JavaScript's {@code Date} reads ISO forms (ECMA-262, 21.4.1.32): a date alone is
 * UTC, a date with a time but no offset is local. A space for the {@code T}, small letters and an
 * offset without a colon are taken as engines take them.
 */
final class JsDate {
    private static final Pattern FORM =
            Pattern.compile(
                    "(\\d{4}|[+-]\\d{6})(?:-(\\d{2})(?:-(\\d{2}))?)?"
                            + "(?:[Tt ](\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9})\\d*)?)?"
                            + "\\s*([Zz]|[+-]\\d{2}:?\\d{2})?)?");
    private static final long MOST_MILLIS = 8_640_000_000_000_000L;

    private JsDate() {}

    /** Milliseconds since 1970; empty if it is no time. */
    static OptionalLong parse(String text, ZoneId local) {
        var form = FORM.matcher(text.strip());
        if (!form.matches() || form.group(1).equals("-000000")) {
            return OptionalLong.empty();
        }
        try {
            var millis = millis(form, local);
            return Math.abs(millis) > MOST_MILLIS ? OptionalLong.empty() : OptionalLong.of(millis);
        } catch (DateTimeException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    /** Whether a {@code Date} can be that moment. */
    static boolean possible(Instant at) {
        return Math.abs(at.getEpochSecond()) < MOST_MILLIS / 1_000;
    }

    private static long millis(Matcher form, ZoneId local) {
        var date = date(form);
        if (form.group(4) == null) {
            return date.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        }
        var time = time(form, date);
        var offset = form.group(8);
        if (offset == null) {
            return time.atZone(local).toInstant().toEpochMilli();
        }
        return time.toInstant(offset(offset)).toEpochMilli();
    }

    private static LocalDate date(Matcher form) {
        var month = form.group(2) == null ? 1 : Integer.parseInt(form.group(2));
        var day = form.group(3) == null ? 1 : Integer.parseInt(form.group(3));
        if (day < 1 || day > 31) {
            throw new DateTimeException("no such day");
        }
        // Engines count the 30th of February on into March.
        return LocalDate.of(Integer.parseInt(form.group(1)), month, 1).plusDays(day - 1L);
    }

    private static LocalDateTime time(Matcher form, LocalDate date) {
        var hour = Integer.parseInt(form.group(4));
        var minute = Integer.parseInt(form.group(5));
        var second = form.group(6) == null ? 0 : Integer.parseInt(form.group(6));
        var nanos = nanos(form.group(7));
        if (hour == 24 && minute == 0 && second == 0 && nanos == 0) {
            return date.plusDays(1).atStartOfDay();
        }
        return date.atTime(LocalTime.of(hour, minute, second, nanos));
    }

    private static int nanos(@Nullable String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "000000000").substring(0, 9));
    }

    private static ZoneOffset offset(String text) {
        if (text.equalsIgnoreCase("Z")) {
            return ZoneOffset.UTC;
        }
        var digits = text.replace(":", "");
        var hours = Integer.parseInt(digits.substring(1, 3));
        var minutes = Integer.parseInt(digits.substring(3, 5));
        if (hours > 23 || minutes > 59) {
            throw new DateTimeException("no such offset");
        }
        var seconds = hours * 3600 + minutes * 60;
        return ZoneOffset.ofTotalSeconds(text.startsWith("-") ? -seconds : seconds);
    }
}
