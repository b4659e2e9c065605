package dev.proa.eventlog;

/** What a sender sent, as a message may repeat it. */
final class Shown {
    private static final int LONGEST = 80;

    private Shown() {}

    /** At most {@value #LONGEST} characters, none of them a control character. */
    static String of(String text) {
        var clean = text.replaceAll("\\p{Cntrl}", " ");
        return clean.length() > LONGEST ? clean.substring(0, LONGEST) + "..." : clean;
    }
}
