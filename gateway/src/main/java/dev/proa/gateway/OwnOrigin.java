package dev.proa.gateway;

/**
 * How one listener of the gateway is called by those who use it; each has its own cookie.
 *
 * @param host the only Host it answers to, such as {@code 127.0.0.1:8080} or {@code [::1]:8080}
 */
record OwnOrigin(String host, int port, boolean overTls) {
    String scheme() {
        return overTls ? "https" : "http";
    }

    @Override
    public String toString() {
        return scheme() + "://" + host;
    }
}
