package dev.proa.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    private final Redaction redaction = new Redaction();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    password=hunter2 ok              | password=*** ok
                    DB_PASSWORD: hunter2             | DB_PASSWORD: ***
                    "api_key": "abc", "n": 1         | "api_key": "***", "n": 1
                    X-Proa-Token: abcdef             | X-Proa-Token: ***
                    Authorization: Bearer abc.def-ghi| Authorization: Bearer ***
                    Set-Cookie: a=b; Path=/; HttpOnly| Set-Cookie: ***
                    mongodb://ada:pw@127.0.0.1/db    | mongodb://***@127.0.0.1/db
                    got eyJhbGciOi.eyJzdWIi.sig done | got *** done
                    ghp_0123456789abcdefABCD         | ***
                    id AKIAABCDEFGHIJKLMNOP          | id ***
                    tokens=512 in 3 s                | tokens=512 in 3 s
                    listening on 127.0.0.1:8080      | listening on 127.0.0.1:8080
                    """)
    void takesSecretsOutByNameAndByShapeAndLeavesTheRest(String line, String shown) {
        assertThat(redaction.of(line)).isEqualTo(shown);
    }

    @Test
    void takesAKnownValueOutInEveryForm() {
        var secret = Secret.of("s3cr3t value+1");
        redaction.know(secret);
        var bytes = secret.reveal().getBytes(StandardCharsets.UTF_8);

        assertThat(redaction.of("plain s3cr3t value+1 end")).isEqualTo("plain *** end");
        assertThat(redaction.of(Base64.getEncoder().encodeToString(bytes)))
                .startsWith("***")
                .hasSizeLessThan(6);
        assertThat(redaction.of(HexFormat.of().formatHex(bytes))).isEqualTo("***");
        assertThat(redaction.of("?v=s3cr3t+value%2B1")).isEqualTo("?v=***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key",
                "deadbeef",
                "passpass-",
                "eyJaaaaaa-",
                "a.b-c+",
                "cookie ",
                "token_ ",
                "x://"
            })
    @Timeout(20)
    void aLineMadeToBeSlowIsReadInProportionToItsLength(String piece) {
        // With a rule that gives back what it took, this takes very long.
        var line = piece.repeat(20_000);

        assertThat(redaction.of(line)).hasSizeGreaterThan(2);
    }
}
