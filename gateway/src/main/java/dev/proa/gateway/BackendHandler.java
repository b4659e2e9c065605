package dev.proa.gateway;

/** Answers one request, on a virtual thread of its own, so it may block. */
@FunctionalInterface
public interface BackendHandler {
    /**
     * The answer. A {@link dev.proa.core.ProaException} becomes its problem as RFC 9457 JSON;
     * anything else thrown is a 500 whose cause stays in the journal.
     */
    BackendResponse handle(BackendRequest request) throws Exception;
}
