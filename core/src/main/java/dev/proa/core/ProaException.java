package dev.proa.core;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Carries every problem found to the person who must fix them, with the exit code a command ends
 * with.
 */
public final class ProaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;
    private final transient List<Problem> problems;

    /**
     * Wraps problems found together.
     *
     * @throws IllegalArgumentException if there is none
     */
    public ProaException(ExitCode exitCode, List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("an exception without a problem helps nobody");
        }
        this.exitCode = exitCode;
        this.problems = List.copyOf(problems);
    }

    /** Wraps the only problem found. */
    public ProaException(ExitCode exitCode, Problem problem) {
        this(exitCode, List.of(problem));
    }

    /** Wraps the only problem found, with the failure behind it for {@code --debug}. */
    public ProaException(ExitCode exitCode, Problem problem, Throwable cause) {
        this(exitCode, List.of(problem));
        initCause(cause);
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    /** All problems, never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
