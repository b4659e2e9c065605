package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions and ranges of files, on the wire (RFC 9110 sections 13 and 14). */
class PageConditionTest {
    private static final String TEXT = "0123456789";
    private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";

    @TempDir Path folder;
    private TestGateway gateway;
    private String tag;

    @BeforeEach
    void open() throws IOException {
        var file = Files.writeString(folder.resolve("ten.txt"), TEXT);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("1994-11-06T08:49:37.500Z")));
        Files.writeString(folder.resolve("empty.txt"), "");
        Files.write(folder.resolve("film.mp4"), film());
        gateway = TestGateway.plan().page(folder, false).open();
        tag = ask("GET", "/ten.txt").field("etag").orElseThrow();
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private static byte[] film() {
        var bytes = new byte[2_000_000];
        for (var i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
    }

    private RawClient.Answer ask(String method, String path, String... fields) {
        var meant = Stream.of(fields).map(field -> field.replace("TAG", tag == null ? "" : tag));
        return gateway.ask(gateway.request(method, path, meant.toArray(String[]::new)));
    }

    @Test
    void saysWhatItHas() {
        var answer = ask("GET", "/ten.txt");

        assertThat(tag).matches("\"[0-9a-f]{32}\"");
        assertThat(answer.field("last-modified")).contains(MODIFIED);
        assertThat(answer.field("accept-ranges")).contains("bytes");
        assertThat(answer.field("date"))
                .hasValueSatisfying(date ->
                        assertThat(date)
                                .matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | If-None-Match: \"x\"",
                "304 | If-None-Match: TAG",
                "304 | If-None-Match: W/TAG",
                "304 | If-None-Match: \"a,b\", TAG",
                "304 | If-None-Match: *",
                "200 | If-None-Match: \"aTAG",
                "200 | If-None-Match: x TAG",
                "304 | If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
                "304 | If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT",
                "304 | If-Modified-Since: Sun Nov  6 08:49:37 1994",
                "304 | If-Modified-Since: Mon, 07 Nov 1994 08:49:37 GMT",
                "200 | If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT",
                "200 | If-Modified-Since: yesterday",
                "200 | If-Match: TAG",
                "200 | If-Match: *",
                "412 | If-Match: W/TAG",
                "412 | If-Match: \"x\"",
                "200 | If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
                "412 | If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT"
            })
    void answersAsOneConditionSays(int status, String field) {
        assertThat(ask("GET", "/ten.txt", field).status()).isEqualTo(status);
        assertThat(ask("HEAD", "/ten.txt", field).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | If-None-Match: \"x\" | If-Modified-Since: Mon, 07 Nov 1994 08:49:37 GMT",
                "200 | If-Match: TAG | If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT",
                "412 | If-Match: \"x\" | If-None-Match: TAG",
                "304 | If-Match: TAG | If-None-Match: TAG",
                "412 | If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT | If-None-Match: TAG",
                "304 | If-None-Match: TAG | Range: bytes=0-1",
                "412 | If-Match: \"x\" | Range: bytes=99-"
            })
    void asksConditionsInTheOrderOfTheStandard(int status, String first, String second) {
        assertThat(ask("GET", "/ten.txt", first, second).status()).isEqualTo(status);
        assertThat(ask("GET", "/ten.txt", second, first).status()).isEqualTo(status);
    }

    @Test
    void saysIn304WhatTheAnswerWouldHaveSaid() {
        var answer = ask("GET", "/ten.txt", "If-None-Match: TAG");

        assertThat(answer.field("etag")).contains(tag);
        assertThat(answer.field("vary")).contains("Accept-Encoding");
        assertThat(answer.field("cache-control")).contains("no-cache");
        assertThat(answer.field("content-length")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=2-4 | bytes 2-4/10 | 234",
                "bytes=-1  | bytes 9-9/10 | 9",
                "bytes=8-  | bytes 8-9/10 | 89",
            })
    void sendsOnePart(String range, String sent, String text) {
        var answer = ask("GET", "/ten.txt", "Range: " + range);

        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.field("content-range")).contains(sent);
        assertThat(answer.field("content-type")).contains("text/plain; charset=utf-8");
        assertThat(answer.field("etag")).contains(tag);
        assertThat(answer.text()).isEqualTo(text);
    }

    @Test
    void sendsSeveralParts() {
        var answer = ask("GET", "/ten.txt", "Range: bytes=0-1,7-7");

        assertThat(answer.status()).isEqualTo(206);
        var border = answer.field("content-type").orElseThrow().replaceFirst(".*boundary=", "--");
        assertThat(answer.field("content-range")).isEmpty();
        assertThat(answer.text())
                .isEqualTo(
                        String.join(
                                "\r\n",
                                border,
                                "Content-Type: text/plain; charset=utf-8",
                                "Content-Range: bytes 0-1/10",
                                "",
                                "01",
                                border,
                                "Content-Type: text/plain; charset=utf-8",
                                "Content-Range: bytes 7-7/10",
                                "",
                                "7",
                                border + "--",
                                ""));
    }

    @Test
    void saysHowLongTheFileIsWhenItHasNoSuchPart() {
        var answer = ask("GET", "/ten.txt", "Range: bytes=10-");

        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.field("content-range")).contains("bytes */10");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "206 | TAG",
                "200 | W/TAG",
                "200 | \"x\"",
                "206 | Sun, 06 Nov 1994 08:49:37 GMT",
                "200 | Sun, 06 Nov 1994 08:49:38 GMT",
                "200 | soon"
            })
    void sendsThePartOnlyOfTheVersionThatIsNamed(int status, String version) {
        assertThat(ask("GET", "/ten.txt", "Range: bytes=0-1", "If-Range: " + version).status())
                .isEqualTo(status);
    }

    @Test
    void knowsNoRangesForHead() {
        var answer = ask("HEAD", "/ten.txt", "Range: bytes=0-1");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("content-length")).contains("10");
    }

    @Test
    void sendsAnEmptyFileAndSaysThatItHasNoFirstByte() {
        assertThat(ask("GET", "/empty.txt").field("content-length")).contains("0");
        assertThat(ask("GET", "/empty.txt", "Range: bytes=0-").status()).isEqualTo(416);
        assertThat(ask("GET", "/empty.txt", "Range: bytes=-5").status()).isEqualTo(200);
    }

    @Test
    void sendsPartsOfAFileOnDisk() {
        var one = ask("GET", "/film.mp4", "Range: bytes=1999990-");
        var two = ask("GET", "/film.mp4", "Range: bytes=0-2, 251000-251002");

        assertThat(one.body())
                .isEqualTo(java.util.Arrays.copyOfRange(film(), 1_999_990, 2_000_000));
        assertThat(two.status()).isEqualTo(206);
        assertThat(two.text())
                .contains("\r\n\r\n\0\1\2\r\n--")
                .contains("bytes 251000-251002/2000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"another length", "0"})
    void refusesAFileOnDiskThatHasChangedInsteadOfMixingTwo(String change) throws IOException {
        var film = folder.resolve("film.mp4");
        if (change.equals("0")) {
            Files.setLastModifiedTime(film, FileTime.from(Instant.EPOCH));
        } else {
            Files.write(film, new byte[2_000_001]);
        }

        var answer = ask("GET", "/film.mp4");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).contains("has changed");
    }

    @Test
    void followsNoLinkThatAFileOnDiskHasBecome() throws IOException {
        var film = folder.resolve("film.mp4");
        var elsewhere = Files.move(film, folder.resolve("elsewhere.mp4"));
        Files.createSymbolicLink(film, elsewhere);

        assertThat(ask("GET", "/film.mp4").status()).isEqualTo(503);
    }

    @Test
    void keepsServingWhatItListedUntilItListsAgain() throws IOException {
        Files.writeString(folder.resolve("ten.txt"), "changed");
        Files.writeString(folder.resolve("new.txt"), "new");
        assertThat(ask("GET", "/ten.txt").text()).isEqualTo(TEXT);
        assertThat(ask("GET", "/new.txt").status()).isEqualTo(404);

        gateway.gateway.listPage();

        assertThat(ask("GET", "/ten.txt").text()).isEqualTo("changed");
        assertThat(ask("GET", "/ten.txt").field("etag")).isPresent().isNotEqualTo(tag);
        assertThat(ask("GET", "/new.txt").text()).isEqualTo("new");
    }
}
