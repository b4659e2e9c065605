package dev.proa.eventlog;

/** A request's body without its Content-Encoding, of a bounded length. */
final class OtlpBody {
    /** The longest body, before and after it is decompressed: the contract's limit for OTLP. */
    static final int MOST_BYTES = 5 * 1024 * 1024;

    private OtlpBody() {}

    /**
     * The plain body. Nothing beyond the limit is ever decompressed.
     *
     * @throws OtlpRefusal 413 if it is too long, 415 for another encoding than gzip and deflate,
     *     400 if it is not what its encoding says
     */
    static byte[] plain(OtlpRequest request) throws OtlpRefusal {
        try {
            return ContentCoding.plain(request.body(), request.contentEncoding(), MOST_BYTES);
        } catch (ContentCoding.Refused e) {
            throw new OtlpRefusal(e.status(), e.why());
        }
    }
}
