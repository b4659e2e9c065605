package dev.proa.supervisor;

/**
 * Names one process for as long as the machine runs; another one of the same number has another
 * start.
 *
 * @param start in clock ticks since the boot
 */
record ProcessKey(long pid, long start) {}
