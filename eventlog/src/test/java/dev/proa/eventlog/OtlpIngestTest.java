package dev.proa.eventlog;

import static dev.proa.eventlog.Otlp.JSON;
import static dev.proa.eventlog.Otlp.PROTOBUF;
import static dev.proa.eventlog.Otlp.attributes;
import static dev.proa.eventlog.Otlp.log;
import static dev.proa.eventlog.Otlp.logs;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpIngestTest {
    private static final int LIMIT = 5 * 1024 * 1024;
    private static final String CLAUDE = attributes("service.name", "claude-code");

    @TempDir Path folder;
    private TestLog log;

    @BeforeEach
    void open() {
        log = new TestLog(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    /** So many prompts of a session. */
    private static String prompts(String session, int count) {
        return logs(
                CLAUDE,
                IntStream.range(0, count)
                        .mapToObj(i ->
                                log(
                                        1_700_000_000_000_000_000L + i,
                                        "null",
                                        "event.name",
                                        "user_prompt",
                                        "session.id",
                                        session))
                        .toArray(String[]::new));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/json", "application/json; charset=utf-8", "Application/JSON"})
    void takesJson(String type) throws Exception {
        var reply = log.otlp.take(Otlp.request(OtlpSignal.LOGS, type, utf8(prompts("s", 3))));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.contentType()).isEqualTo(JSON);
        assertThat(Otlp.json(reply)).isEmpty();
        assertThat(log.events("session_id", "s").path("total").intValue()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-protobuf",
                "application/x-protobuf; a=b",
                "application/protobuf"
            })
    void takesProtobuf(String type) throws Exception {
        var body = Otlp.protobuf(OtlpSignal.LOGS, prompts("s", 3));

        var reply = log.otlp.take(Otlp.request(OtlpSignal.LOGS, type, body));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.contentType()).isEqualTo(PROTOBUF);
        assertThat(reply.body()).isEmpty();
        assertThat(log.events("session_id", "s").path("total").intValue()).isEqualTo(3);
    }

    @Test
    void takesGzipOfBoth() throws Exception {
        var json = Otlp.gzip(OtlpSignal.LOGS, JSON, utf8(prompts("a", 2)));
        var protobuf =
                Otlp.gzip(
                        OtlpSignal.LOGS, PROTOBUF, Otlp.protobuf(OtlpSignal.LOGS, prompts("b", 2)));

        assertThat(log.otlp.take(json).status()).isEqualTo(200);
        assertThat(log.otlp.take(protobuf).status()).isEqualTo(200);
        assertThat(
                        log.otlp
                                .takeJson(Otlp.gzip(OtlpSignal.LOGS, JSON, utf8(prompts("c", 2))))
                                .status())
                .isEqualTo(200);
        assertThat(log.events().path("total").intValue()).isEqualTo(6);
    }

    @Test
    void aRepeatedExportChangesNothingWhateverItsEncoding() throws Exception {
        log.otlp.take(Otlp.json(OtlpSignal.LOGS, prompts("s", 3)));
        log.otlp.take(Otlp.json(OtlpSignal.LOGS, prompts("s", 3)));
        log.otlp.takeJson(Otlp.json(OtlpSignal.LOGS, prompts("s", 3)));
        var body = Otlp.protobuf(OtlpSignal.LOGS, prompts("s", 3));
        log.otlp.take(Otlp.request(OtlpSignal.LOGS, PROTOBUF, body));

        assertThat(log.events().path("total").intValue()).isEqualTo(3);
        var counts = TestLog.json(log.otlp.status()).path("logs");
        assertThat(counts.path("stored").intValue()).isEqualTo(3);
        assertThat(counts.path("duplicates").intValue()).isEqualTo(9);
    }

    @ParameterizedTest
    @EnumSource(OtlpSignal.class)
    void emptyRequestsAreFine(OtlpSignal signal) throws Exception {
        assertThat(log.otlp.take(Otlp.json(signal, "{}")).status()).isEqualTo(200);
        assertThat(log.otlp.take(Otlp.request(signal, PROTOBUF, new byte[0])).status())
                .isEqualTo(200);
        var contract = log.otlp.takeJson(Otlp.json(signal, "{}"));
        assertThat(contract.status()).isEqualTo(200);
        assertThat(TestLog.text(contract)).isEqualTo("{}");
    }

    @Test
    void whatHasNoSessionIsAPartialSuccessInTheRequestsEncoding() throws Exception {
        var request = logs(CLAUDE, log(1, "null", "event.name", "user_prompt"));

        var json = log.otlp.take(Otlp.json(OtlpSignal.LOGS, request));
        var protobuf =
                log.otlp.take(
                        Otlp.request(
                                OtlpSignal.LOGS,
                                PROTOBUF,
                                Otlp.protobuf(OtlpSignal.LOGS, request)));

        assertThat(json.status()).isEqualTo(200);
        var partial = Otlp.json(json).path("partialSuccess");
        assertThat(partial.path("rejectedLogRecords").asString()).isEqualTo("1");
        assertThat(partial.path("errorMessage").stringValue()).contains("name no session");
        var decoded = ExportLogsServiceResponse.parseFrom(protobuf.body()).getPartialSuccess();
        assertThat(decoded.getRejectedLogRecords()).isEqualTo(1);
        assertThat(decoded.getErrorMessage()).contains("name no session");
        assertThat(log.sessions().path("sessions")).isEmpty();
        var status = TestLog.json(log.otlp.status());
        assertThat(status.path("logs").path("skipped").path("no_session").intValue()).isEqualTo(2);
        assertThat(status.path("last_error").path("error").stringValue()).contains("no session");
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, '{', 400",
        "application/json, '', 400",
        "application/x-protobuf, '{}', 400",
        "text/plain, '{}', 415",
        "application/grpc, '', 415",
    })
    void refusalsAreAStatusInTheRequestsEncoding(String type, String body, int status)
            throws Exception {
        var reply = log.otlp.take(Otlp.request(OtlpSignal.TRACES, type, utf8(body)));

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.retryAfter()).isEmpty();
        if (type.equals(PROTOBUF)) {
            assertThat(reply.contentType()).isEqualTo(PROTOBUF);
            var in = CodedInputStream.newInstance(reply.body());
            assertThat(in.readTag()).isEqualTo(1 << 3);
            assertThat(in.readInt32()).isEqualTo(3);
            assertThat(in.readTag()).isEqualTo(2 << 3 | 2);
            assertThat(in.readString()).contains("not an ExportTraceServiceRequest");
            assertThat(in.isAtEnd()).isTrue();
        } else {
            assertThat(reply.contentType()).isEqualTo(JSON);
            assertThat(Otlp.json(reply).path("code").intValue()).isEqualTo(3);
            assertThat(Otlp.json(reply).path("message").stringValue()).isNotEmpty();
        }
    }

    @Test
    void aMissingContentTypeIs415() throws Exception {
        var request =
                new OtlpRequest(OtlpSignal.LOGS, Optional.empty(), Optional.empty(), utf8("{}"));

        assertThat(log.otlp.take(request).status()).isEqualTo(415);
        assertThat(log.otlp.takeJson(request).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"zstd, 415", "br, 415", "deflate, 400", "gzip, 400", "identity, 200"})
    void onlyGzipAndDeflateAreUnpacked(String encoding, int status) throws Exception {
        var request =
                new OtlpRequest(
                        OtlpSignal.LOGS, Optional.of(JSON), Optional.of(encoding), utf8("{}"));

        assertThat(log.otlp.take(request).status()).isEqualTo(status);
    }

    @Test
    void takesDeflate() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var out = new DeflaterOutputStream(packed)) {
            out.write(utf8(prompts("s", 4)));
        }
        var request =
                new OtlpRequest(
                        OtlpSignal.LOGS,
                        Optional.of(JSON),
                        Optional.of("deflate"),
                        packed.toByteArray());

        assertThat(log.otlp.take(request).status()).isEqualTo(200);
        assertThat(log.events().path("total").intValue()).isEqualTo(4);
    }

    @Test
    void halfOfAGzipIs400() throws Exception {
        var whole = Otlp.zipped(utf8(prompts("s", 100)));
        var half =
                new OtlpRequest(
                        OtlpSignal.LOGS,
                        Optional.of(JSON),
                        Optional.of("gzip"),
                        Arrays.copyOf(whole, whole.length / 2));

        assertThat(log.otlp.take(half).status()).isEqualTo(400);
    }

    @Test
    void fiveMebibytesAreTakenAndOneByteMoreIs413AlsoInsideAGzip() throws Exception {
        var fits = utf8("{" + " ".repeat(LIMIT - 2) + "}");
        var over = utf8("{" + " ".repeat(LIMIT - 1) + "}");

        assertThat(log.otlp.take(Otlp.request(OtlpSignal.LOGS, JSON, fits)).status())
                .isEqualTo(200);
        assertThat(log.otlp.take(Otlp.gzip(OtlpSignal.LOGS, JSON, fits)).status()).isEqualTo(200);
        assertThat(log.otlp.take(Otlp.request(OtlpSignal.LOGS, JSON, over)).status())
                .isEqualTo(413);
        assertThat(log.otlp.take(Otlp.gzip(OtlpSignal.LOGS, JSON, over)).status()).isEqualTo(413);
        assertThat(log.otlp.takeJson(Otlp.gzip(OtlpSignal.LOGS, JSON, over)).status())
                .isEqualTo(413);
    }

    @Test
    void theContractsPathRefusesProtobufAndNamesTheOther() throws Exception {
        for (var signal : OtlpSignal.values()) {
            var reply = log.otlp.takeJson(Otlp.request(signal, PROTOBUF, new byte[] {0x0a, 0x00}));

            assertThat(reply.status()).isEqualTo(415);
            assertThat(TestLog.json(reply).path("error").stringValue())
                    .isEqualTo("Protobuf not supported yet. Use JSON format.");
            assertThat(TestLog.json(reply).path("hint").stringValue()).contains(signal.path());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "", "nonsense", "3"})
    void theContractsPathSaysWhatIsNoJson(String body) throws Exception {
        var reply = log.otlp.takeJson(Otlp.json(OtlpSignal.LOGS, body));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(TestLog.json(reply).path("error").stringValue())
                .isEqualTo("Invalid OTEL JSON payload");
    }

    @Test
    void theContractsPathTakesOffQuotes() throws Exception {
        var quoted = Json.text(out -> out.writeString(prompts("s", 2)));

        assertThat(log.otlp.takeJson(Otlp.json(OtlpSignal.LOGS, quoted)).status()).isEqualTo(200);
        assertThat(
                        log.otlp
                                .takeJson(Otlp.json(OtlpSignal.LOGS, "'" + prompts("t", 1) + "'"))
                                .status())
                .isEqualTo(200);
        assertThat(log.events().path("total").intValue()).isEqualTo(3);
    }

    @Test
    void aFullQueueIs429WithAMomentToComeBack() throws Exception {
        log.close();
        var full = new TestLog(folder, log.clock, new Writer.Limits(0, 0));
        try {
            var reply = full.otlp.take(Otlp.json(OtlpSignal.LOGS, prompts("s", 1)));

            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.retryAfter()).isPresent();
            assertThat(Otlp.json(reply).path("code").intValue()).isEqualTo(8);
        } finally {
            full.close();
        }
    }

    @Test
    void aClosedLogIs503WithAMomentToComeBack() throws Exception {
        log.close();

        var reply = log.otlp.take(Otlp.json(OtlpSignal.LOGS, prompts("s", 1)));

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.retryAfter()).isPresent();
        assertThat(Otlp.json(reply).path("code").intValue()).isEqualTo(14);
    }
}
