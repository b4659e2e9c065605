package dev.proa.gateway;

import java.util.List;

/** Where connections lead; two requests to the same place may share one. */
sealed interface Place {
    /** A port of this machine's loopback interface. */
    record Here(int port) implements Place {}

    /** A server that Proa does not start. */
    record There(RemoteServer server) implements Place {}

    /** How what answers there may name itself in absolute references. */
    default List<String> origins() {
        return switch (this) {
            case Here(int port) -> List.of("http://127.0.0.1:" + port, "http://localhost:" + port);
            case There(RemoteServer server) -> server.origins();
        };
    }

    /** What goes before every path there; empty or with a leading and without a last slash. */
    default String path() {
        return switch (this) {
            case Here _ -> "";
            case There(RemoteServer server) -> server.path();
        };
    }

    /** A request to it has failed. */
    default void doubt() {
        if (this instanceof There(RemoteServer server)) {
            server.doubt();
        }
    }

    /** For people. */
    default String name() {
        return switch (this) {
            case Here(int port) -> "127.0.0.1:" + port;
            case There(RemoteServer server) -> server.toString();
        };
    }
}
