package dev.proa.eventlog;

import java.util.List;

/**
 * What is stored all or none.
 *
 * @param readings of meters, each of which may become an event
 */
record Intake(List<NewEvent> events, List<MeterReading> readings, List<NewSpan> spans) {
    Intake {
        events = List.copyOf(events);
        readings = List.copyOf(readings);
        spans = List.copyOf(spans);
    }

    static Intake of(List<NewEvent> events) {
        return new Intake(events, List.of(), List.of());
    }

    boolean isEmpty() {
        return size() == 0;
    }

    int size() {
        return events.size() + readings.size() + spans.size();
    }

    /** About how many bytes it takes in memory. */
    long weight() {
        return events.stream().mapToLong(NewEvent::weight).sum()
                + readings.stream().mapToLong(MeterReading::weight).sum()
                + spans.stream().mapToLong(NewSpan::weight).sum();
    }
}
