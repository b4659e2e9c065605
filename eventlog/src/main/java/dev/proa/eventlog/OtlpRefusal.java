package dev.proa.eventlog;

/** Why a request is not taken at all. */
final class OtlpRefusal extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /**
     * @param status an HTTP status code from 400
     * @param why a sentence for whoever runs the exporter
     */
    OtlpRefusal(int status, String why) {
        super(why, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
