package dev.proa.gateway;

import java.nio.file.Path;
import java.util.List;

/**
 * What a second start of an app gives to the first one.
 *
 * @param arguments what it was told to open, in order; at most 10,000, without the character NUL
 * @param folder the working folder that relative names among them start from; absolute
 * @param raise whether it wants the window to come up
 */
public record HandOver(List<String> arguments, Path folder, boolean raise) {
    static final int MOST_ARGUMENTS = 10_000;

    public HandOver {
        arguments = List.copyOf(arguments);
        if (arguments.size() > MOST_ARGUMENTS) {
            throw new IllegalArgumentException(arguments.size() + " arguments are too many");
        }
        if (arguments.stream().anyMatch(each -> each.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException("an argument holds a NUL");
        }
        if (!folder.isAbsolute()) {
            throw new IllegalArgumentException("the working folder is not absolute: " + folder);
        }
    }
}
