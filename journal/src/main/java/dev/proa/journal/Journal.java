package dev.proa.journal;

/** Takes note of what the runtime does; never blocks for long and never fails its caller. */
public interface Journal {
    /** Appends one event with the present time. */
    void record(RuntimeEvent event);
}
