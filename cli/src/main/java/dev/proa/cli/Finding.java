package dev.proa.cli;

/**
 * One thing that doctor looked at.
 *
 * @param grade what it means for the app
 * @param remedy what to do; empty when all is well
 */
record Finding(String name, Grade grade, String found, String remedy) {
    enum Grade {
        OK,
        /** Something is left out or less convenient. */
        NOTE,
        /** The app will not work. */
        WRONG
    }

    static Finding ok(String name, String found) {
        return new Finding(name, Grade.OK, found, "");
    }

    static Finding note(String name, String found, String remedy) {
        return new Finding(name, Grade.NOTE, found, remedy);
    }

    static Finding wrong(String name, String found, String remedy) {
        return new Finding(name, Grade.WRONG, found, remedy);
    }
}
