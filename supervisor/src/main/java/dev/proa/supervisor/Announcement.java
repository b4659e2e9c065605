package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;

/** What a sidecar has said about the port that it chose itself. */
sealed interface Announcement {
    /** Nothing yet. */
    record Silent() implements Announcement {}

    record Told(LoopbackPort port) implements Announcement {}

    /** Something that names no port; {@code what} as the second half of "it ...". */
    record Refused(String what) implements Announcement {}

    /** The port of a decimal number as text; {@code source} says where it stood. */
    static Announcement ofNumber(String text, String source) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= 65_535 && Character.isDigit(text.charAt(0))) {
                return new Told(new LoopbackPort(number));
            }
        } catch (NumberFormatException e) {
            return refused(text, source);
        }
        return refused(text, source);
    }

    private static Announcement refused(String text, String source) {
        return new Refused(source + " " + quoted(text) + ", which is no port (1 to 65535)");
    }

    /** What a sidecar wrote, short and on one line. */
    static String quoted(String text) {
        var plain = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return '"' + (plain.length() > 60 ? plain.substring(0, 60) + "..." : plain) + '"';
    }
}
