package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpJsonTest {
    private static Span span(String json) throws OtlpRefusal {
        return (Span) read(json, Span.getDefaultInstance());
    }

    private static Message read(String json, Message empty) throws OtlpRefusal {
        return OtlpJson.read(json.getBytes(StandardCharsets.UTF_8), empty);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5B8EFFF798038103D269B633813FC60C", "5b8efff798038103d269b633813fc60c"})
    void idsAreHexadecimalInEitherCase(String hex) throws OtlpRefusal {
        var id = span("{\"traceId\":\"" + hex + "\"}").getTraceId();

        assertThat(id).isEqualTo(ByteString.copyFrom(HexFormat.of().parseHex(hex)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "\"2\"", "\"SPAN_KIND_SERVER\""})
    void enumsAreNumbersOrNames(String kind) throws OtlpRefusal {
        assertThat(span("{\"kind\":" + kind + "}").getKind())
                .isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    }

    @Test
    void anEnumOfALaterVersionIsKept() throws OtlpRefusal {
        assertThat(span("{\"kind\":77}").getKindValue()).isEqualTo(77);
    }

    @ParameterizedTest
    @CsvSource({
        "1544712660000000000, 1544712660000000000",
        "'\"1544712660000000000\"', 1544712660000000000",
        "18446744073709551615, -1",
        "1.5447126600000001e18, 1544712660000000100",
    })
    void wholeNumbersOf64BitsAreNumbersOrTexts(String json, long nanos) throws OtlpRefusal {
        assertThat(span("{\"startTimeUnixNano\":" + json + "}").getStartTimeUnixNano())
                .isEqualTo(nanos);
    }

    @ParameterizedTest
    @CsvSource({"'\"NaN\"', NaN", "'\"-Infinity\"', -Infinity", "'\"1.5\"', 1.5", "1e3, 1000"})
    void decimalsHaveTheirSpecialNames(String json, double value) throws OtlpRefusal {
        var point = read("{\"asDouble\":" + json + "}", NumberDataPoint.getDefaultInstance());

        assertThat(((NumberDataPoint) point).getAsDouble()).isEqualTo(Double.valueOf(value));
    }

    @Test
    void unknownFieldsAndNullsAreIgnored() throws OtlpRefusal {
        var span =
                span(
                        "{\"future\":{\"a\":[1,{\"b\":null}]},\"name\":\"n\",\"kind\":null,"
                                + "\"events\":null,\"status\":{\"code\":2,\"new\":1}}");

        assertThat(span.getName()).isEqualTo("n");
        assertThat(span.getStatus().getCodeValue()).isEqualTo(2);
    }

    @Test
    void namesOfTheSchemaAreReadToo() throws OtlpRefusal {
        var request =
                read(
                        "{\"resource_spans\":[{\"scope_spans\":[{\"spans\":[{\"span_id\":\"00f067aa0ba902b7\"}]}]}]}",
                        ExportTraceServiceRequest.getDefaultInstance());

        assertThat(
                        ((ExportTraceServiceRequest) request)
                                .getResourceSpans(0)
                                .getScopeSpans(0)
                                .getSpans(0)
                                .getSpanId()
                                .size())
                .isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | The body: expected a JSON object",
                "'' | The body: expected a JSON object, found nothing",
                "{\"name\":1} | /name: expected a text, found 1.",
                "{\"traceId\":\"xyz\"} | /traceId: expected hexadecimal digits, found xyz.",
                "{\"attributes\":{}} | /attributes: expected an array, found an object.",
                "{\"attributes\":[null]} | expected an array without null",
                "{\"startTimeUnixNano\":1.5} | /startTimeUnixNano: expected a whole number",
                "{\"startTimeUnixNano\":\"1e999999999\"} | expected a whole number",
                "{\"startTimeUnixNano\":99999999999999999999} | of 64 bits",
                "{\"attributes\":[{\"value\":{\"boolValue\":\"yes\"}}]} | /attributes/0/value/boolValue: expected true or false, found yes.",
                "{\"attributes\":[{\"value\":{\"bytesValue\":\"?\"}}]} | expected base64",
                "{\"name\":\"n\" | The body is not JSON",
                "{} {} | goes on after",
            })
    void saysWhatIsWrongAndWhere(String json, String message) {
        assertThatThrownBy(() -> span(json))
                .isInstanceOf(OtlpRefusal.class)
                .hasMessageContaining(message);
    }

    @Test
    void aTowerOfArraysIsRefusedAndNotClimbed() {
        var tower = "{\"attributes\":[{\"value\":" + "{\"arrayValue\":{\"values\":[".repeat(5000);

        assertThatThrownBy(() -> span(tower)).isInstanceOf(OtlpRefusal.class);
    }
}
