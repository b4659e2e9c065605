package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages keep their address from one run to the next, as long as nobody else takes it. */
class LastPortTest {
    @TempDir Path home;

    @Test
    void aFolderKeepsItsPortFromRunToRunUnlessItIsTaken() throws IOException {
        int first;
        try (var run = TestRun.of(home, "ui: {dir: web}\n")) {
            first = run.port();
        }
        try (var run = TestRun.of(home, "ui: {dir: web}\n")) {
            assertThat(run.port()).isEqualTo(first);
        }
        int other;
        try (var _ = new ServerSocket(first, 1, InetAddress.getLoopbackAddress());
                var run = TestRun.of(home, "ui: {dir: web}\n")) {
            other = run.port();
            assertThat(other).isNotEqualTo(first);
        }
        try (var run = TestRun.of(home, "ui: {dir: web}\n")) {
            assertThat(run.port()).isEqualTo(other);
        }
        try (var run =
                TestRun.of(
                        home,
                        "ui: {dir: web}\ningest: {port: %d, paths: [/in]}\n".formatted(other))) {
            assertThat(run.port()).isNotEqualTo(other);
        }
    }

    @Test
    void theLastPortIsKnownUnlessItsFileIsDamagedOrAnotherIsToHaveIt() throws IOException {
        assertThat(LastPort.of(home, Set.of())).isEmpty();
        LastPort.remember(home, 45_141);
        LastPort.remember(home, 45_142);

        assertThat(LastPort.of(home, Set.of(45_141))).hasValue(45_142);
        assertThat(LastPort.of(home, Set.of(45_142))).isEmpty();
        for (var damage : List.of("", "0", "65536", "-1", "x", "451421")) {
            Files.writeString(home.resolve("gateway-port"), damage);
            assertThat(LastPort.of(home, Set.of())).isEmpty();
        }
    }
}
