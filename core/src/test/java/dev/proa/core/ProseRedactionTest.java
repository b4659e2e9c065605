package dev.proa.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProseRedactionTest {
    private static final String MIXED = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
    private static final String HEX = "0123456789abcdef0123456789abcdef";

    /** Put together here, so that no scanner of this repository takes them for real ones. */
    static Stream<String> tokens() {
        return Stream.of(
                "sk-" + "ant-api03-" + MIXED + "-" + MIXED,
                "sk-" + "proj-" + MIXED,
                "sk-" + MIXED,
                "gh" + "p_" + MIXED,
                "gh" + "s_" + MIXED,
                "github" + "_pat_" + MIXED,
                "gl" + "pat-" + MIXED,
                "xox" + "b-1234567890-" + MIXED,
                "xapp" + "-1-A0123-" + MIXED,
                "sk" + "_live_" + MIXED,
                "rk" + "_test_" + MIXED,
                "wh" + "sec_" + MIXED,
                "np" + "m_" + MIXED,
                "py" + "pi-AgEIcHlwaS5vcmc" + MIXED,
                "dckr" + "_pat_" + MIXED,
                "h" + "f_" + MIXED,
                "S" + "G." + MIXED + "." + MIXED,
                "AK" + "IAABCDEFGHIJKLMNOP",
                "AS" + "IAABCDEFGHIJKLMNOP",
                "AI" + "zaSyA1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P",
                "GOC" + "SPX-" + MIXED,
                "ya" + "29." + MIXED,
                "dop" + "_v1_" + HEX + HEX,
                "shp" + "at_" + HEX,
                "hv" + "s." + MIXED,
                "gl" + "sa_" + MIXED,
                "figd" + "_" + MIXED,
                "gs" + "k_" + MIXED,
                "xa" + "i-" + MIXED,
                "lin" + "_api_" + MIXED,
                "da" + "pi" + HEX,
                "123456789" + ":AA" + MIXED.substring(0, 33),
                "ey" + "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0." + MIXED);
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void aTokenIsTakenOutWhereverItStands(String token) {
        assertThat(ProseRedaction.of("use " + token + " here")).isEqualTo("use *** here");
        assertThat(ProseRedaction.of("curl -H 'x: " + token + "' url"))
                .isEqualTo("curl -H 'x: ***' url");
        assertThat(ProseRedaction.of("{\\\"a\\\":\\\"" + token + "\\\"}")).doesNotContain(token);
        assertThat(ProseRedaction.of("https://h/p?q=" + token + "&r=1"))
                .doesNotContain(token)
                .endsWith("&r=1");
        assertThat(ProseRedaction.of(token)).isEqualTo("***");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    export DB_PASSWORD=hunter2 && run         | export DB_PASSWORD=*** && run
                    PGPASSWORD="correct horse" psql           | PGPASSWORD="***" psql
                    mysql -h db -u root -ps3cret app          | mysql -h db -u root -p*** app
                    sshpass -p hunter2 ssh a@b                | sshpass -p *** ssh a@b
                    curl -u ada:hunter2 https://h             | curl -u ada:*** https://h
                    curl --user=ada:hunter2 https://h         | curl --user=ada:*** https://h
                    gh auth login --with-token abcdef         | gh auth login --with-token ***
                    tool --api-key abc123 --n 3               | tool --api-key *** --n 3
                    tool --password=abc123                    | tool --password=***
                    -H "Authorization: Bearer abc.def"        | -H "Authorization: Bearer ***"
                    -H "Authorization: token abcdef"          | -H "Authorization: token ***"
                    -H 'X-Api-Key: abcdef'                    | -H 'X-Api-Key: ***'
                    Cookie: sid=abc; theme=dark               | Cookie: ***
                    {"api_key": "abc", "n": 1}                | {"api_key": "***", "n": 1}
                    {\\"clientSecret\\":\\"abc def\\"}        | {\\"clientSecret\\":\\"***\\"}
                    apiKey: 'abc123',                         | apiKey: '***',
                    password: hunter2                         | password: ***
                    postgres://ada:pw@127.0.0.1/db            | postgres://***@127.0.0.1/db
                    git clone https://abcdefghijklmnop1@h/r   | git clone https://***@h/r
                    https://h/p?access_token=abcdef&x=1       | https://h/p?access_token=***&x=1
                    https://h/p?X-Amz-Signature=0123456789ab  | https://h/p?X-Amz-Signature=***
                    https://hooks.slack.com/services/T0/B0/abcdefgh | https://hooks.slack.com/services/***
                    """)
    void aSecretIsTakenOutByTheNameBeforeIt(String text, String left) {
        assertThat(ProseRedaction.of(text)).isEqualTo(left);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "commit 6cd1906a4f0d3c1b2e5f60718293a4b5c6d7e8f9",
                "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "session 550e8400-e29b-41d4-a716-446655440000",
                "toolu_01ABCdefGHIjklMNOpqrSTU msg_01XFDUDYJgAACzvnptvVoYEL req_011CSHoEeqs5C35K2UUqR7Fy",
                "the token is missing, so the key of the map is null",
                "token: string, key: number",
                "const token = process.env.TOKEN",
                "password: ${DB_PASSWORD}",
                "export TOKEN=$(cat file)",
                "monkey: banana, keyboard: qwerty, primary_key: id",
                "tokens=512 max_tokens: 4096 input_tokens: 12000",
                "ssh://git@github.com/a/b.git and git@github.com:a/b.git",
                "docker run -u 1000:1000 image",
                "PWD=/home/ada/project",
                "pass: 3, fail: 0",
                "class sk-loading-indicator-large and task-1234567890123456789",
                "npm_config_registry=https://registry.example",
                "https://example.com/a?page=2&code=200",
                "user@example.com at 127.0.0.1:3141",
                "tokenizer: bpe; secretary: Ada",
                "basic authentication is off",
                "git log --pretty=format:%H -- src/key.rs"
            })
    void ordinaryTextStaysAsItIs(String text) {
        assertThat(ProseRedaction.of(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "password, hunter2, ***",
        "dbPassword, x y, ***",
        "AWS_SECRET_ACCESS_KEY, abc, ***",
        "x-api-key, abc, ***",
        "access_token, abc, ***",
        "session_cookie, abc, ***",
        "key, a1b2c3d4e5f6g7h8, ***",
        "key, Enter, Enter",
        "primary_key, id, id",
        "key, 6cd1906a4f0d3c1b2e5f60718293a4b5c6d7e8f9, 6cd1906a4f0d3c1b2e5f60718293a4b5c6d7e8f9",
        "keyword, hunter2, hunter2",
        "token_type, bearer, bearer",
        "tool_use_id, toolu_01ABCdefGHIjkl, toolu_01ABCdefGHIjkl"
    })
    void aNameOfASecretHidesItsWholeValue(String name, String value, String left) {
        assertThat(ProseRedaction.of(name, value)).isEqualTo(left);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\\n"})
    void aPrivateKeyGoesWithAllItsLines(String line) {
        var key =
                String.join(
                        line,
                        "-----BEGIN RSA " + "PRIVATE KEY-----",
                        "MIIE",
                        "ab+/",
                        "-----END RSA PRIVATE KEY-----");

        assertThat(ProseRedaction.of("a " + key + " b")).isEqualTo("a *** b");
        assertThat(ProseRedaction.of("a " + key.substring(0, 45))).isEqualTo("a ***");
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
                "x://",
                "--a-",
                "mysql a ",
                "-----BEGIN PRIVATE KEY-----",
                "password=\"a",
                "\\\\\\\"",
                "https://a:",
                "sk-",
                "-u a"
            })
    @Timeout(20)
    void aTextMadeToBeSlowIsReadInProportionToItsLength(String piece) {
        assertThat(ProseRedaction.of(piece.repeat(20_000))).isNotEmpty();
    }
}
