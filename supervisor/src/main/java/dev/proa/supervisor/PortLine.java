package dev.proa.supervisor;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The line of output by which a sidecar tells its port: the first group is the number. */
record PortLine(Pattern pattern) {
    /** What one line of stdout or stderr says. */
    Announcement in(String line) {
        var matcher = pattern.matcher(line);
        return matcher.find() ? of(matcher) : new Announcement.Silent();
    }

    /** What a match says. */
    static Announcement of(MatchResult match) {
        return match.groupCount() < 1 || match.group(1) == null
                ? new Announcement.Refused(
                        "printed "
                                + Announcement.quoted(match.group())
                                + ", which has no number where one is expected")
                : Announcement.ofNumber(match.group(1), "printed the port");
    }
}
