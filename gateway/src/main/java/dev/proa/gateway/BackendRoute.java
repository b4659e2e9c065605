package dev.proa.gateway;

/**
 * One endpoint of an embedded backend or of the control surface.
 *
 * @param method an upper-case HTTP method; {@code GET} also answers {@code HEAD}
 * @param path an absolute path; a segment {@code {name}} matches any one segment
 * @param maxBody the longest request body in bytes; longer ones are answered 413 before the handler
 *     sees them
 */
public record BackendRoute(String method, String path, int maxBody, BackendHandler handler) {
    public BackendRoute {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a route starts with a slash, was " + path);
        }
    }

    /** A route that reads no body. */
    public static BackendRoute reading(String method, String path, BackendHandler handler) {
        return new BackendRoute(method, path, 64 * 1024, handler);
    }
}
