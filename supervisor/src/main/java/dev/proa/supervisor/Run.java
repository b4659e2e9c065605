package dev.proa.supervisor;

/**
 * One start of a sidecar.
 *
 * @param number counts the starts of this sidecar
 * @param pid its main process
 * @param guard the process above its tree; whoever leaves the main process becomes a child of it
 */
record Run(long number, long pid, long guard) {}
