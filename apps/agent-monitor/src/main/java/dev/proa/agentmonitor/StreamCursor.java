package dev.proa.agentmonitor;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A client's place in the stream, {@code epoch-number}: after which event of which log it is.
 *
 * @param epoch the log's
 * @param number the event's id; 0 is before the first
 */
record StreamCursor(long epoch, long number) {
    private static final Pattern FORM = Pattern.compile("(?:(\\d{1,18})-)?(\\d{1,18})");

    /** Reads an id of the stream; a number alone is one of the log with this epoch. */
    static Optional<StreamCursor> of(String text, long epoch) {
        var form = FORM.matcher(text.strip());
        if (!form.matches()) {
            return Optional.empty();
        }
        var its = form.group(1);
        return Optional.of(
                new StreamCursor(
                        its == null ? epoch : Long.parseLong(its), Long.parseLong(form.group(2))));
    }

    @Override
    public String toString() {
        return epoch + "-" + number;
    }
}
