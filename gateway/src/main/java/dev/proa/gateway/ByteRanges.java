package dev.proa.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads {@code Range} (RFC 9110 section 14) for something of known length. */
final class ByteRanges {
    /** What is to be sent. */
    sealed interface Wanted {
        /** Everything: no range is asked for, or none that is worth obeying. */
        record Whole() implements Wanted {}

        /** One part or more, in the order asked for, none twice. */
        record Parts(List<Part> parts) implements Wanted {
            public Parts {
                parts = List.copyOf(parts);
            }
        }

        /** 416: nothing of what is asked for exists. */
        record Nothing() implements Wanted {}
    }

    /** Bytes {@code first} to {@code last}, both included, counted from 0. */
    record Part(long first, long last) {
        long length() {
            return last - first + 1;
        }

        private boolean overlaps(Part other) {
            return first <= other.last && other.first <= last;
        }
    }

    /** More parts than this cost more than the whole; the section allows to send that instead. */
    private static final int MOST = 8;

    private static final Pattern UNIT =
            Pattern.compile("bytes[ \\t]*=(.*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern SPEC = Pattern.compile("(\\d*)-(\\d*)");

    private ByteRanges() {}

    /** {@code lines} are the values of the field; {@code length} is above or equal to zero. */
    static Wanted of(List<String> lines, long length) {
        var unit = UNIT.matcher(lines.size() == 1 ? lines.getFirst().strip() : "");
        if (!unit.matches()) {
            return new Wanted.Whole();
        }
        var asked = 0;
        var parts = new ArrayList<Part>();
        for (var each : unit.group(1).split(",", -1)) {
            if (each.isBlank()) {
                continue;
            }
            var spec = SPEC.matcher(each.strip());
            if (!spec.matches()
                    || !meaningful(spec.group(1), spec.group(2))
                    || ++asked > 2 * MOST) {
                return new Wanted.Whole();
            }
            var part = part(spec.group(1), spec.group(2), length);
            if (part.length() > 0) {
                if (parts.stream().anyMatch(part::overlaps)) {
                    return new Wanted.Whole();
                }
                parts.add(part);
            } else if (spec.group(1).isEmpty() && number(spec.group(2)) > 0) {
                // The end of what is empty exists, but cannot be written as a range.
                return new Wanted.Whole();
            }
        }
        if (asked == 0 || parts.size() > MOST) {
            return new Wanted.Whole();
        }
        return parts.isEmpty() ? new Wanted.Nothing() : new Wanted.Parts(parts);
    }

    private static boolean meaningful(String first, String last) {
        return first.isEmpty() ? !last.isEmpty() : last.isEmpty() || number(first) <= number(last);
    }

    /** The part that exists; empty, with a length of zero or less, if none does. */
    private static Part part(String first, String last, long length) {
        if (first.isEmpty()) {
            return new Part(length - Math.min(length, number(last)), length - 1);
        }
        var end = last.isEmpty() ? Long.MAX_VALUE : number(last);
        return new Part(number(first), Math.min(end, length - 1));
    }

    /** However long the digits are. */
    private static long number(String digits) {
        var plain = digits.replaceFirst("^0+(?=\\d)", "");
        return plain.length() > 18 ? Long.MAX_VALUE : Long.parseLong(plain);
    }
}
