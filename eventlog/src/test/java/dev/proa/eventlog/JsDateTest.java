package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsDateTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "2026,                          2026-01-01T00:00:00.000Z",
        "2026-03,                       2026-03-01T00:00:00.000Z",
        "2026-03-04,                    2026-03-04T00:00:00.000Z",
        "2026-03-04T05:06Z,             2026-03-04T05:06:00.000Z",
        "2026-03-04T05:06:07Z,          2026-03-04T05:06:07.000Z",
        "2026-03-04T05:06:07.8Z,        2026-03-04T05:06:07.800Z",
        "2026-03-04T05:06:07.123456789Z, 2026-03-04T05:06:07.123Z",
        "2026-03-04T05:06:07+02:00,     2026-03-04T03:06:07.000Z",
        "2026-03-04T05:06:07-0530,      2026-03-04T10:36:07.000Z",
        "2026-03-04t05:06:07z,          2026-03-04T05:06:07.000Z",
        "2026-03-04 05:06:07Z,          2026-03-04T05:06:07.000Z",
        "2026-03-04T24:00:00Z,          2026-03-05T00:00:00.000Z",
        "2026-02-30T00:00:00Z,          2026-03-02T00:00:00.000Z",
        "2026-01-15T12:00:00,           2026-01-15T11:00:00.000Z",
        "2026-07-15T12:00:00,           2026-07-15T10:00:00.000Z",
        "+012026-01-01T00:00:00Z,       +012026-01-01T00:00:00.000Z",
        "-000001-01-01T00:00:00Z,       -000001-01-01T00:00:00.000Z",
        "0099-01-01,                    0099-01-01T00:00:00.000Z",
        "1969-12-31T23:59:59.999Z,      1969-12-31T23:59:59.999Z"
    })
    void readsWhatJavaScriptReads(String text, String utc) {
        var millis = JsDate.parse(text, BERLIN);

        assertThat(millis).isPresent();
        assertThat(Json.iso(millis.getAsLong())).isEqualTo(utc);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "now",
                "26-01-01",
                "2026-13-01",
                "2026-00-01",
                "2026-01-32",
                "2026-01-00",
                "2026-01-01T25:00:00Z",
                "2026-01-01T24:00:01Z",
                "2026-01-01T10:60:00Z",
                "2026-01-01T10:00:60Z",
                "2026-01-01T10Z",
                "2026-01-01T",
                "2026-01-01TZ",
                "2026-01-01T10:00:00+24:00",
                "2026-01-01T10:00:00+01:60",
                "-000000-01-01",
                "+999999-01-01T00:00:00Z",
                "2026-01-01T10:00:00ZZ",
                "1700000000000"
            })
    void refusesWhatIsNoTime(String text) {
        assertThat(JsDate.parse(text, BERLIN)).isEmpty();
    }
}
