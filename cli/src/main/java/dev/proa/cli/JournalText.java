package dev.proa.cli;

import dev.proa.journal.JournalEntry;
import dev.proa.runtime.TerminalText;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** An entry of the journal as a line for a person: time, mark, words. */
final class JournalText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    private JournalText() {}

    static String of(JournalEntry entry, ZoneId zone) {
        var mark =
                switch (entry.level()) {
                    case INFO -> "     ";
                    case WARN -> "warn ";
                    case ERROR -> "ERROR";
                };
        return "%s  %s  %s"
                .formatted(
                        TIME.format(entry.at().atZone(zone)), mark, TerminalText.of(entry.text()));
    }
}
