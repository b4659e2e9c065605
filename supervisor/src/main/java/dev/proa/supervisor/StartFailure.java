package dev.proa.supervisor;

import java.util.Map;

/**
 * Why the guard could not start a program.
 *
 * @param errno of the step that failed; Linux numbers
 */
record StartFailure(Stage stage, int errno) {
    enum Stage {
        /** The guard refused the request. */
        FRAME,
        /** The guard could not make a process, or was killed meanwhile. */
        GUARD,
        /** The working folder. */
        CHDIR,
        /** The program. */
        EXEC,
        /** Its niceness. */
        NICE,
        /** Its PID namespace. */
        NAMESPACE;

        static Stage of(long number) {
            return switch ((int) number) {
                case 1 -> FRAME;
                case 3 -> CHDIR;
                case 4 -> EXEC;
                case 5 -> NICE;
                case 6 -> NAMESPACE;
                default -> GUARD;
            };
        }
    }

    static final int ENOENT = 2;
    static final int ENOEXEC = 8;
    static final int EACCES = 13;
    static final int ENOTDIR = 20;
    static final int ENOTSUP = 95;

    private static final Map<Integer, String> WORDS =
            Map.ofEntries(
                    Map.entry(ENOENT, "no such file"),
                    Map.entry(7, "the arguments and the environment are too long"),
                    Map.entry(
                            ENOEXEC, "not a program of this machine, nor a script with a #! line"),
                    Map.entry(1, "not permitted"),
                    Map.entry(9, "no such listener"),
                    Map.entry(10, "its guard was killed"),
                    Map.entry(11, "no further process is allowed"),
                    Map.entry(12, "out of memory"),
                    Map.entry(EACCES, "permission denied"),
                    Map.entry(ENOTDIR, "not a folder"),
                    Map.entry(24, "too many open files"),
                    Map.entry(26, "the program is being written"),
                    Map.entry(28, "no further one is allowed"),
                    Map.entry(40, "too many symbolic links"),
                    Map.entry(ENOTSUP, "its guard cannot do what this entry asks for"),
                    Map.entry(98, "the port is taken"));

    static StartFailure ofGuard() {
        return new StartFailure(Stage.GUARD, 10);
    }

    static StartFailure withoutListener() {
        return new StartFailure(Stage.GUARD, 9);
    }

    /** Whether another try would end the same way. */
    boolean lasting() {
        return switch (stage) {
            case CHDIR, FRAME, NICE -> true;
            case EXEC, NAMESPACE -> errno != 11 && errno != 12 && errno != 24 && errno != 26;
            case GUARD -> false;
        };
    }

    /** What went wrong, in plain words. */
    String words() {
        return switch (stage) {
            case FRAME, GUARD, CHDIR, EXEC -> words(errno);
            case NICE -> "its niceness cannot be had: " + words(errno);
            case NAMESPACE -> "a PID namespace cannot be had here: " + words(errno);
        };
    }

    /** An error number of Linux, in plain words. */
    static String words(int errno) {
        return WORDS.getOrDefault(errno, "error " + errno);
    }
}
