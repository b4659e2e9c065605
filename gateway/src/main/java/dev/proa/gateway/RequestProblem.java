package dev.proa.gateway;

/**
 * A request that a handler cannot answer as it was asked; the gateway answers it with problem
 * details (RFC 9457).
 */
public final class RequestProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status of the answer, 400 to 599
     * @param detail a whole sentence for the caller
     */
    public RequestProblem(int status, String detail) {
        super(detail);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("a problem has a status of 4xx or 5xx: " + status);
        }
        this.status = status;
    }

    /** 400: a parameter or the form of the body is wrong. */
    public static RequestProblem bad(String detail) {
        return new RequestProblem(400, detail);
    }

    /** 404: what the path names is not there. */
    public static RequestProblem notFound(String detail) {
        return new RequestProblem(404, detail);
    }

    int status() {
        return status;
    }

    String detail() {
        var detail = getMessage();
        return detail == null ? "" : detail;
    }
}
