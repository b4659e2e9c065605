package dev.proa.supervisor;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a process was put.
 *
 * @param cgroup the folder of its own cgroup; none where no cgroups can be made
 * @param limitsHold whether every limit that was asked for is in force; true if none was
 */
record Placement(Optional<Path> cgroup, boolean limitsHold) {}
