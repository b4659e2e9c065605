package dev.proa.core;

/** The exit codes of the command line, after {@code sysexits.h}. */
public enum ExitCode {
    OK(0),
    /** The command line itself is wrong. */
    USAGE(64),
    /** Input that was handed over is not what it should be. */
    BAD_DATA(65),
    /** Something needed is not there: no instance, no JDK, no browser. */
    UNAVAILABLE(69),
    /** A defect of Proa. */
    BUG(70),
    /** A file or folder could not be made. */
    CANNOT_CREATE(73),
    /** Busy: the same call may succeed later. */
    TRY_LATER(75),
    /** Manifest, profile or environment are wrong. */
    BAD_CONFIG(78);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** What the process exits with. */
    public int number() {
        return number;
    }
}
