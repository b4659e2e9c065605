package dev.proa.core;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a run proves to somebody who has its token that it is the run, before that somebody sends the
 * token: an HMAC with SHA-256 (RFC 2104) under the token, over the address that was asked and a
 * challenge that is new each time. A stranger on a port that a run had before knows no token, and
 * an answer fetched from another address does not fit.
 */
public final class LiveProof {
    /** What a challenge looks like: 16 to 128 characters of the URL-safe base64 alphabet. */
    public static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{16,128}");

    private static final String ALGORITHM = "HmacSHA256";

    private LiveProof() {}

    /**
     * The proof, 43 characters of URL-safe base64.
     *
     * @param authority host and port as in the Host field, such as {@code 127.0.0.1:40123}
     * @throws IllegalArgumentException if the challenge has another form
     */
    public static Secret of(Secret token, String authority, String challenge) {
        if (!CHALLENGE.matcher(challenge).matches()) {
            throw new IllegalArgumentException("a challenge has 16 to 128 characters of base64url");
        }
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(token.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            // The first word keeps this from ever being taken for another use of the token.
            var text = "proa-live\n" + authority + "\n" + challenge;
            var proof = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(proof));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }
}
