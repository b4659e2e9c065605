package dev.proa.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** That one data folder has one instance, and what later starts do. */
class SingleInstanceIT {
    private static final int ROUNDS = Integer.getInteger("single.rounds", 3);
    private static final int AT_ONCE = 4;

    private Home home;
    private String app;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
        app = SmallApp.in(home.folder().resolve("app"), "");
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    @Test
    void ofFourStartsAtOnceOneRunsAndTheOthersHandOver() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            var data = home.data("d" + round);
            var starts = new ArrayList<Proa>();
            for (int i = 0; i < AT_ONCE; i++) {
                starts.add(home.start(data, Home.runner(data, app, "--", "file" + i)));
            }
            starts.forEach(each -> each.event("open"));
            var first =
                    starts.stream()
                            .filter(each -> !each.out().contains("already_running"))
                            .toList();
            assertThat(first).as("round %d", round).hasSize(1);
            for (var each : starts) {
                if (each != first.getFirst()) {
                    assertThat(each.exit()).as(each::toString).isZero();
                    assertThat(each.event("already_running").path("pid").asLong())
                            .isEqualTo(first.getFirst().pid());
                }
            }
            try (var page = new PageClient(first.getFirst().instance())) {
                assertThat(page.intents(AT_ONCE))
                        .extracting(each -> arguments(each).getFirst())
                        .containsExactlyInAnyOrder("file0", "file1", "file2", "file3");
            }
            first.getFirst().signal("TERM");
            assertThat(first.getFirst().exit()).as(first::toString).isZero();
        }
    }

    private static List<String> arguments(JsonNode intent) {
        return intent.path("data").path("arguments").valueStream().map(JsonNode::asString).toList();
    }

    @Test
    void whatAStartWasToldToOpenReachesThePageUntilItIsDone() throws Exception {
        var data = home.data("d");
        try (var first = home.run(data, app, "--", "first.txt")) {
            try (var page = new PageClient(first.instance())) {
                var own = page.intents(1).getFirst();
                assertThat(own.path("kind").asString()).isEqualTo("arguments");
                assertThat(own.path("data").path("folder").asString())
                        .isEqualTo(home.folder().toString());
                assertThat(arguments(own)).containsExactly("first.txt");

                handsOver(data, "a b.txt", "--window", "exampleqa://x?y=ü");
                var handed = page.intents(2).getLast();
                assertThat(arguments(handed))
                        .containsExactly("a b.txt", "--window", "exampleqa://x?y=ü");
                page.done(own);
            }
            Await.until(
                    "only the second one is left",
                    () -> {
                        try (var reloaded = new PageClient(first.instance())) {
                            return arguments(reloaded.intents(1).getFirst()).size() == 3;
                        }
                    });
        }
    }

    @Test
    void aRunWhoseFilesAreBrokenByNowIsStillFoundToldAndStopped() throws Exception {
        var data = home.data("d");
        try (var first = home.run(data, app)) {
            Files.writeString(
                    Path.of(app, "proa.yaml"),
                    Files.readString(Path.of(app, "proa.yaml")) + "\nnonsense: 1\n");

            handsOver(data, "late.txt");
            try (var page = new PageClient(first.instance())) {
                assertThat(arguments(page.intents(1).getFirst())).containsExactly("late.txt");
            }
            for (var words : List.of(List.of("status", app), List.of("stop", app))) {
                try (var said = home.start(data, Home.launcher(words.toArray(String[]::new)))) {
                    assertThat(said.exit()).as(said::toString).isZero();
                }
            }
            assertThat(first.exit()).isZero();
            try (var alone = home.proa("run", app, "--data-dir", data.toString())) {
                assertThat(alone.exit()).as(alone::toString).isEqualTo(78);
                assertThat(alone.err()).contains("nonsense");
            }
        }
    }

    private void handsOver(Path data, String... arguments) throws Exception {
        var words = new ArrayList<>(List.of("run", app, "--window", "none", "--data-dir"));
        words.add(data.toString());
        words.add("--");
        words.addAll(Arrays.asList(arguments));
        try (var second = home.proa(words.toArray(String[]::new))) {
            assertThat(second.exit()).as(second::toString).isZero();
            assertThat(second.out())
                    .contains("already running")
                    .contains(
                            "It was given %d argument%s."
                                    .formatted(arguments.length, arguments.length == 1 ? "" : "s"))
                    .contains("/_proa/boot?k=");
        }
    }

    @Test
    void aMegabyteOfGarbageOnTheSocketAndAPathOf150CharactersDoNoHarm() throws Exception {
        var data = home.data("d".repeat(150));
        try (var _ = home.run(data, app)) {
            var socket = data.resolve("runtime/hand-over");
            assertThat(Files.getPosixFilePermissions(socket)).hasSize(2);
            var near =
                    Files.createSymbolicLink(home.folder().resolve("n"), data.resolve("runtime"));
            for (int i = 0; i < 3; i++) {
                try (var peer =
                        SocketChannel.open(UnixDomainSocketAddress.of(near.resolve("hand-over")))) {
                    var garbage =
                            ByteBuffer.wrap("{\"hand_over\":1,".repeat(70_000).getBytes(UTF_8));
                    while (garbage.hasRemaining()) {
                        peer.write(garbage);
                    }
                } catch (IOException e) {
                    assertThat(e).isNotNull(); // cut off, as it should be
                }
            }
            handsOver(data, "a", "b");
        }
    }

    @Test
    void aFirstThatIsFrozenEndsTheSecondStartWith75AndItsName() throws Exception {
        var data = home.data("d");
        try (var first = home.run(data, app)) {
            first.signal("STOP");
            try (var second = home.start(data, Home.runner(data, app))) {
                assertThat(second.exit()).as(second::toString).isEqualTo(75);
                assertThat(second.out())
                        .contains("pid " + first.pid() + " (")
                        .contains("does not answer")
                        .contains("waiting_for_first");
            } finally {
                first.signal("CONT");
            }
        }
    }

    @Test
    void afterKillMinusNineTheNextStartRunsAndTakesArguments() throws Exception {
        var data = home.data("d");
        try (var killed = home.run(data, app)) {
            killed.signal("KILL");
            assertThat(killed.exit()).isEqualTo(128 + 9);
        }
        assertThat(data.resolve("runtime/hand-over")).exists();
        try (var next = home.run(data, app)) {
            assertThat(next.instance().pid()).isEqualTo(next.pid());
            handsOver(data, "a", "b");
        }
        assertThat(data.resolve("runtime/hand-over")).doesNotExist();
    }

    @Test
    void aStartWhileTheFirstOneStopsTakesItsPlace() throws Exception {
        var slow = SmallApp.slowToStop(home.folder().resolve("slow"));
        var data = home.data("d");
        try (var first = home.run(data, slow).ready()) {
            first.signal("TERM");
            first.event("stopping");
            try (var next = home.start(data, Home.runner(data, slow))) {
                next.event("open");
                assertThat(next.out()).doesNotContain("already_running");
                assertThat(first.exit()).isZero();
                assertThat(next.instance().pid()).isEqualTo(next.pid());
            }
        }
    }
}
