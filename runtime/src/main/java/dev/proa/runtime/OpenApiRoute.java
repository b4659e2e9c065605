package dev.proa.runtime;

import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import java.io.IOException;
import java.io.UncheckedIOException;

/** {@code GET /_proa/openapi.json}: the description of the control surface, OpenAPI 3.1. */
final class OpenApiRoute {
    private OpenApiRoute() {}

    static BackendRoute route() {
        return BackendRoute.reading(
                "GET",
                "/_proa/openapi.json",
                request -> {
                    request.only();
                    return BackendResponse.json(200, document());
                });
    }

    /** Read when it is asked for, which is seldom; {@code docs/openapi.json} in the sources. */
    static byte[] document() {
        try (var in = OpenApiRoute.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("this build lacks openapi.json");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
