package dev.proa.eventlog;

import java.util.function.LongFunction;

/**
 * What a meter that only sums up has come to. How much is new only the log knows, which keeps the
 * last reading of every meter.
 *
 * @param meter names the meter and its start: one that begins again is another one
 * @param total the running total from the start on, in the event's unit
 * @param atNanos when it was read, in nanoseconds since 1970; 0 if that is not said
 * @param event makes the event of an increment, which is over 0
 */
record MeterReading(String meter, long total, long atNanos, LongFunction<NewEvent> event) {
    long weight() {
        return 1_024;
    }
}
