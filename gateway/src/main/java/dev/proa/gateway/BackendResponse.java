package dev.proa.gateway;

import java.util.Map;

/** What a handler answers. */
public sealed interface BackendResponse {
    int status();

    /** Header fields beside those the gateway sets itself. */
    Map<String, String> headers();

    /** An answer whose body is known. */
    record Whole(int status, Map<String, String> headers, byte[] body) implements BackendResponse {
        public Whole {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * An answer whose body is written as it comes; the gateway calls {@code writer} once the head
     * is sent.
     */
    record Streaming(int status, Map<String, String> headers, StreamWriter writer)
            implements BackendResponse {
        public Streaming {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Takes the open body; may keep it and return, the stream stays open until it is closed by
     * either side.
     */
    @FunctionalInterface
    interface StreamWriter {
        void opened(BodyStream body);
    }

    /** A JSON answer. */
    static Whole json(int status, byte[] body) {
        return new Whole(status, Map.of("content-type", "application/json"), body);
    }

    /** An answer without a body. */
    static Whole empty(int status) {
        return new Whole(status, Map.of(), new byte[0]);
    }
}
