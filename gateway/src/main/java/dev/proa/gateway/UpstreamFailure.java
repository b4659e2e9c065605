package dev.proa.gateway;

/**
 * An answer that the gateway gives because an upstream gave none it could pass on.
 *
 * @param status 502 or 504; 503 for a sidecar that does not listen, since it will again
 * @param reason a sentence for caller and journal
 */
record UpstreamFailure(int status, String reason) {
    static UpstreamFailure of(UpstreamPool.Failure failure, Place place) {
        var backend = backend(place);
        return switch (failure) {
            case REFUSED ->
                    new UpstreamFailure(
                            place instanceof Place.Here ? 503 : 502,
                            backend + " does not accept connections.");
            case UNKNOWN_NAME ->
                    new UpstreamFailure(502, backend + " has a name that is not known.");
            case UNTRUSTED ->
                    new UpstreamFailure(502, backend + " could not prove over TLS who it is.");
            case TIMED_OUT -> new UpstreamFailure(504, backend + " does not answer.");
        };
    }

    static UpstreamFailure silent(Place place) {
        return new UpstreamFailure(504, backend(place) + " has not answered in time.");
    }

    static UpstreamFailure broken(Place place, String what) {
        return new UpstreamFailure(
                502, backend(place) + " gave an answer that cannot be passed on: " + what + ".");
    }

    private static String backend(Place place) {
        return switch (place) {
            case Place.Here _ -> "The app's backend";
            case Place.There there -> "The remote backend " + there.name();
        };
    }

    Refusal refusal() {
        return new Refusal(status, reason, Refusal.Cause.ROUTE);
    }
}
