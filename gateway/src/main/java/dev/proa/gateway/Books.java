package dev.proa.gateway;

import java.util.Optional;

/** What is written down about requests, by every loop alike. */
record Books(RefusalLog refusals, FailureLog failures, Optional<AccessLog> access, RequestIds ids) {
    void close() {
        refusals.flush(true);
        access.ifPresent(AccessLog::close);
    }
}
