package dev.proa.gateway;

import java.util.List;

/**
 * App code that runs inside the runtime, found by {@link java.util.ServiceLoader} under the name
 * that the manifest gives in {@code backend: {embedded: NAME}}. Started before the runtime is
 * ready, closed in reverse.
 */
public interface EmbeddedBackend extends AutoCloseable {
    /** The name that a manifest asks for. */
    String name();

    /**
     * Opens what the routes need. Called once, before any request.
     *
     * @throws dev.proa.core.ProaException with every problem a person must fix; the runtime then
     *     does not start
     */
    void start(BackendContext context);

    /** What it answers; asked once, after {@link #start}. */
    List<BackendRoute> routes();

    /**
     * Ends what {@link #start} opened; called once, after the last request, also when start failed.
     */
    @Override
    void close();
}
