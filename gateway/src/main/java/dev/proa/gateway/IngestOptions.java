package dev.proa.gateway;

import java.util.List;

/**
 * The write-only listener for programs of this user.
 *
 * @param ports tried in this order until one can be bound; 0 is any free port
 * @param paths prefixes of the embedded {@code POST} routes it serves, and of nothing else
 * @param access who may write
 */
public record IngestOptions(List<Integer> ports, List<String> paths, Access access) {
    /** How a writer proves to be one of ours. */
    public enum Access {
        /** The operating system says that it is the same user; the token is good as well. */
        SAME_USER,
        /** Only the token of this run. */
        TOKEN
    }

    public IngestOptions {
        ports = List.copyOf(ports);
        paths = List.copyOf(paths);
        if (ports.isEmpty() || !ports.stream().allMatch(port -> port >= 0 && port <= 65_535)) {
            throw new IllegalArgumentException("ports must be within 0..65535, were " + ports);
        }
    }
}
