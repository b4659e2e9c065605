package dev.proa.core;

/** A TCP port on this machine's loopback interface; nothing in Proa listens anywhere else. */
public record LoopbackPort(int number) {
    public LoopbackPort {
        if (number < 1 || number > 65_535) {
            throw new IllegalArgumentException("port must be within 1..65535, was " + number);
        }
    }

    /** {@code http://127.0.0.1:PORT}, without a slash at the end. */
    public String baseUrl() {
        return "http://127.0.0.1:" + number;
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
