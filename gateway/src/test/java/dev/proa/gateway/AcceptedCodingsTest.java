package dev.proa.gateway;

import static dev.proa.gateway.Coding.BROTLI;
import static dev.proa.gateway.Coding.GZIP;
import static dev.proa.gateway.Coding.IDENTITY;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedCodingsTest {
    private static List<Coding> of(String... lines) {
        return AcceptedCodings.of(new DefaultHttpHeaders().add("Accept-Encoding", List.of(lines)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                              |identity",
                "gzip, deflate, br, zstd         |br gzip identity",
                "gzip                            |gzip identity",
                "GZIP                            |gzip identity",
                "x-gzip                          |gzip identity",
                "br;q=0.5, gzip                  |gzip br identity",
                "gzip;q=0.001                    |gzip identity",
                "identity, gzip;q=0.5            |identity gzip",
                "gzip;q=0.5, identity;q=0.5      |gzip identity",
                "*                               |br gzip identity",
                "*;q=0                           |''",
                "identity;q=0                    |''",
                "identity;q=0, gzip;q=0.2        |gzip",
                "gzip;q=0, *                     |br identity",
                "gzip, *;q=0                     |gzip",
                "br;q=0, *;q=0.3, identity;q=0.1 |gzip identity",
                "gzip ; q=0                      |identity",
                "gzip;q=2, br                    |br identity",
                "gzip;q=high                     |identity",
                ", ,gzip,                        |gzip identity",
                "deflate, zstd                   |identity"
            })
    void takesWhatTheClientWeighsMost(String field, String order) {
        var names = of(field).stream().map(Coding::token).toList();

        assertThat(String.join(" ", names)).isEqualTo(order);
    }

    @Test
    void sendsWhatAnybodyUnderstandsToAClientThatSaysNothing() {
        assertThat(AcceptedCodings.of(new DefaultHttpHeaders())).containsExactly(IDENTITY);
    }

    @Test
    void readsSeveralLinesAsOne() {
        assertThat(of("br;q=0.1", "gzip")).containsExactly(GZIP, BROTLI, IDENTITY);
    }
}
