package dev.proa.supervisor;

/**
 * What a chain of guards says of itself.
 *
 * @param rootPid the process that holds the listeners and the outputs
 * @param cgroups whether each sidecar gets a cgroup of its own
 * @param namespaces whether sidecars can have a PID namespace
 */
record GuardHello(long rootPid, boolean cgroups, boolean namespaces) {}
