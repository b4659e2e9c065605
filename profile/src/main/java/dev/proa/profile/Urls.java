package dev.proa.profile;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Addresses of backends: RFC 3986 with what a browser would accept of it. */
final class Urls {
    private static final String REMEDY = "Write http://HOST:PORT or https://HOST";

    private Urls() {}

    /** An http or https address without user information, query and fragment. */
    static Optional<URI> backend(Reading reading, Node node, String text) {
        var url = parse(text);
        var fault = url.map(Urls::fault).orElse("is not an address");
        if (!fault.isEmpty()) {
            var shown = reading.shown(node.where(), text);
            reading.problems().add(node.where(), Quoted.of(shown) + " " + fault, REMEDY);
            return Optional.empty();
        }
        return url.map(u -> URI.create(u.toString().replaceFirst("/+$", "")));
    }

    private static Optional<URI> parse(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    /** What is wrong with it; empty if nothing is. */
    static String fault(URI url) {
        var scheme = String.valueOf(url.getScheme());
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return "is neither http nor https";
        }
        if (url.getHost() == null) {
            return "names no host";
        }
        if (url.getPort() == 0 || url.getPort() > 65_535) {
            return "has no port from 1 to 65535";
        }
        if (url.getRawUserInfo() != null) {
            return "has a user in it; a token belongs into token";
        }
        boolean more = url.getRawQuery() != null || url.getRawFragment() != null;
        return more ? "has a query or a fragment" : "";
    }
}
