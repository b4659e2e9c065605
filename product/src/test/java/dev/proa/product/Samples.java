package dev.proa.product;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Events and ports for tests. */
final class Samples {
    private Samples() {}

    /** A valid event with an id of the sender's own. */
    static String event(String id) {
        return event(id, "ls");
    }

    static String event(String id, String command) {
        return "{\"event_id\":\""
                + id
                + "\",\"session_id\":\"s1\",\"agent_type\":\"claude_code\",\"event_type\":\"tool_use\",\"tool_name\":\"Bash\","
                + "\"metadata\":{\"command\":\""
                + command
                + "\"}}";
    }

    /** A port that was free a moment ago. */
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
