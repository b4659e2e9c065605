package dev.proa.runtime;

import java.nio.file.Path;

/**
 * What came of a start while another instance holds the data folder: that one has taken over.
 *
 * @param pid of the instance that runs
 * @param baseUrl of its gateway, without a slash at the end
 * @param page a one-time address of its page, good for ten minutes
 * @param raised whether its window came up
 * @param arguments how many it was given
 */
public record HandedOver(
        long pid, String baseUrl, String page, boolean raised, int arguments, Path dataFolder) {}
