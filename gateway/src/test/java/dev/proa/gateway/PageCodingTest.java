package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which form a file goes over the wire (RFC 9110 sections 8.4 and 12.5.3). */
class PageCodingTest {
    private static final String SCRIPT = "let a = 1;\n".repeat(1000);

    @TempDir Path folder;
    private TestGateway gateway;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(folder.resolve("app.js"), SCRIPT);
        Files.writeString(folder.resolve("small.js"), "let a");
        Files.write(folder.resolve("noise.json"), noise());
        Files.write(folder.resolve("image.png"), new byte[4000]);
        Files.writeString(folder.resolve("made.js"), "let made;");
        Files.writeString(folder.resolve("made.js.br"), "made in brotli");
        Files.writeString(folder.resolve("made.js.gz"), "made in gzip");
        Files.writeString(folder.resolve("old.js"), "let fresh;");
        var old = Files.writeString(folder.resolve("old.js.gz"), "old");
        Files.setLastModifiedTime(old, FileTime.from(Instant.EPOCH));
        Files.writeString(folder.resolve("large.css"), "a { color: red }\n".repeat(200_000));
        var scripts = List.of("/app.js");
        Files.writeString(
                folder.resolve("index.html"), "<head><script>a</script>" + " ".repeat(600));
        Files.writeString(folder.resolve("index.html.gz"), "without the script");
        gateway =
                TestGateway.plan()
                        .page(
                                new PageSource.Folder(
                                        folder, false, new PagePolicy(new TreeMap<>(), scripts)))
                        .open();
    }

    private static byte[] noise() {
        var bytes = new byte[5000];
        RandomGenerator.of("L64X128MixRandom").nextBytes(bytes);
        return bytes;
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private RawClient.Answer ask(String path, String accepted, String... more) {
        var fields = new java.util.ArrayList<>(List.of("Accept-Encoding: " + accepted));
        fields.addAll(List.of(more));
        return gateway.ask(gateway.request("GET", path, fields.toArray(String[]::new)));
    }

    @Test
    void compressesWithBrotliForWhoTakesIt() throws IOException {
        var answer = ask("/app.js", "gzip, deflate, br");

        assertThat(Brotli4jLoader.isAvailable()).isTrue();
        assertThat(answer.field("content-encoding")).contains("br");
        assertThat(answer.field("vary")).contains("Accept-Encoding");
        assertThat(answer.field("content-type")).contains("text/javascript; charset=utf-8");
        var in = new BrotliInputStream(new ByteArrayInputStream(answer.body()));
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(SCRIPT);
    }

    @Test
    void compressesAFileThatIsTooLongForMemory() throws IOException {
        var answer = ask("/large.css", "gzip");

        var in = new GZIPInputStream(new ByteArrayInputStream(answer.body()));
        assertThat(in.readAllBytes()).hasSize(3_400_000);
        assertThat(answer.body()).hasSizeLessThan(100_000);
    }

    @Test
    void givesEachFormATagOfItsOwnThatStays() {
        var plain = ask("/app.js", "identity").field("etag").orElseThrow();
        var gzip = ask("/app.js", "gzip").field("etag").orElseThrow();
        var brotli = ask("/app.js", "br").field("etag").orElseThrow();

        assertThat(List.of(plain, gzip, brotli)).doesNotHaveDuplicates();
        assertThat(ask("/app.js", "gzip").field("etag")).contains(gzip);
        assertThat(ask("/app.js", "gzip", "If-None-Match: " + gzip).status()).isEqualTo(304);
        assertThat(ask("/app.js", "gzip", "If-None-Match: " + plain).status()).isEqualTo(200);
    }

    @Test
    void sendsPartsOfTheFormThatWasChosen() throws IOException {
        var whole = ask("/app.js", "gzip");
        var part = ask("/app.js", "gzip", "Range: bytes=0-9");

        assertThat(part.status()).isEqualTo(206);
        assertThat(part.field("content-encoding")).contains("gzip");
        assertThat(part.field("content-range")).contains("bytes 0-9/" + whole.body().length);
        assertThat(part.body()).isEqualTo(java.util.Arrays.copyOf(whole.body(), 10));
    }

    @Test
    void prefersWhatWasCompressedBeforehand() {
        assertThat(ask("/made.js", "gzip, br").text()).isEqualTo("made in brotli");
        assertThat(ask("/made.js", "gzip, br;q=0.9").text()).isEqualTo("made in gzip");
        assertThat(ask("/made.js", "gzip").field("content-encoding")).contains("gzip");
        assertThat(ask("/made.js", "gzip").field("content-type"))
                .contains("text/javascript; charset=utf-8");
        assertThat(ask("/made.js", "identity").text()).isEqualTo("let made;");
        assertThat(ask("/made.js.gz", "gzip").field("content-encoding")).isEmpty();
    }

    @Test
    void passesByWhatWasCompressedBeforeTheFileChanged() {
        assertThat(ask("/old.js", "gzip").text()).isEqualTo("let fresh;");
    }

    @Test
    void sendsAsItIsWhatGainsNothing() {
        for (var path : List.of("/small.js", "/noise.json", "/image.png")) {
            assertThat(ask(path, "gzip, br").field("content-encoding")).as(path).isEmpty();
        }
        assertThat(ask("/image.png", "gzip").field("vary")).isEmpty();
    }

    @Test
    void paysForWhoTakesNothingElse() throws IOException {
        var answer = ask("/small.js", "gzip, identity;q=0");

        var in = new GZIPInputStream(new ByteArrayInputStream(answer.body()));
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("let a");
        assertThat(ask("/small.js", "deflate, *;q=0").status()).isEqualTo(406);
        assertThat(ask("/small.js", "identity;q=0").status()).isEqualTo(406);
    }

    @Test
    void answersHeadWithTheLengthOfTheForm() {
        var whole = ask("/app.js", "gzip");
        var head = gateway.ask(gateway.request("HEAD", "/app.js", "Accept-Encoding: gzip"));

        assertThat(head.field("content-length")).contains("" + whole.body().length);
        assertThat(head.field("content-encoding")).contains("gzip");
        assertThat(head.field("etag")).isEqualTo(whole.field("etag"));
    }

    @Test
    void writesTheFirstScriptIntoEveryFormOfADocument() throws IOException {
        var plain = ask("/", "identity");
        var gzip = ask("/", "gzip");

        assertThat(plain.text())
                .startsWith("<head><script src=\"/app.js\"></script><script>a</script>");
        var in = new GZIPInputStream(new ByteArrayInputStream(gzip.body()));
        assertThat(in.readAllBytes()).isEqualTo(plain.body());
        assertThat(plain.field("content-security-policy"))
                .hasValueSatisfying(policy ->
                        assertThat(policy)
                                .startsWith("default-src 'self';")
                                .doesNotContain("unsafe"));
    }

    @Test
    void answersManyWhoAskForTheSameAtOnce() throws Exception {
        Files.writeString(folder.resolve("busy.css"), "a { color: red }\n".repeat(100_000));
        gateway.gateway.listPage();
        Callable<List<Byte>> asking =
                () -> {
                    var body = ask("/busy.css", "br").body();
                    return IntStream.range(0, body.length).mapToObj(i -> body[i]).toList();
                };

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = threads.invokeAll(java.util.Collections.nCopies(20, asking));

            for (var answer : answers) {
                assertThat(answer.get()).isNotEmpty().isEqualTo(answers.getFirst().get());
            }
        }
    }
}
