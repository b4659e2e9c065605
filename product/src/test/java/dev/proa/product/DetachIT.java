package dev.proa.product;

import static dev.proa.product.Samples.freePort;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.runtime.InstanceFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that outlive the command that began them, and units that do it for systemd. */
class DetachIT {
    private Home home;
    private String app;
    private Path data;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
        app = SmallApp.in(home.folder().resolve("app"), "");
        data = home.data("d");
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    private void stop() throws Exception {
        try (var stop = home.proa("stop", "--data-dir", data.toString())) {
            assertThat(stop.exit()).as(stop::toString).isZero();
        }
        assertThat(InstanceFile.in(data)).doesNotExist();
    }

    @Test
    void aDetachedRunOutlivesItsCommandInASessionOfItsOwnUntilItIsStopped() throws Exception {
        try (var start = home.start(data, Home.runner(data, app, "--detach", "--", "x"))) {
            assertThat(start.exit()).as(start::toString).isZero();
            assertThat(start.event("open").path("url").asString()).contains("/_proa/boot?k=");
            var pid = start.event("detached").path("pid").asLong();
            assertThat(start.instance().pid()).isEqualTo(pid);
            assertThat(session(pid)).isEqualTo(pid);
            for (var stream : List.of("0", "1", "2")) {
                assertThat(Files.readSymbolicLink(Path.of("/proc/" + pid + "/fd/" + stream)))
                        .isEqualTo(
                                stream.equals("0")
                                        ? Path.of("/dev/null")
                                        : data.resolve("runtime/detached.log"));
            }
            start.ready();
            try (var page = new PageClient(start.instance())) {
                assertThat(page.intents(1)).hasSize(1);
            }
        }
        try (var again = home.start(data, Home.runner(data, app, "--detach"))) {
            assertThat(again.exit()).as(again::toString).isZero();
            again.event("already_running");
        }
        assertThat(data.resolve("runtime/detached.log")).content().contains("\"event\":\"open\"");
        stop();
        assertThat(data.resolve("runtime/detached.log"))
                .content()
                .contains("stopped")
                .doesNotContain("already_running");
    }

    /** Field 6 of proc(5)'s stat. */
    private static long session(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3]);
    }

    @Test
    void aStartThatFailsGivesItsExitCodeAndAllItsProblems() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var start =
                        home.proa(
                                "run",
                                app,
                                "--detach",
                                "--data-dir",
                                data.toString(),
                                "--port",
                                "" + taken.getLocalPort())) {
            assertThat(start.exit()).as(start::toString).isEqualTo(69);
            assertThat(start.err()).contains("--port: port " + taken.getLocalPort());
        }
        SmallApp.in(Path.of(app), "wrong: 1\nworse: 2\n");
        try (var start = home.start(data, Home.runner(data, app, "--detach"))) {
            assertThat(start.exit()).as(start::toString).isEqualTo(78);
            assertThat(start.out()).contains("wrong").contains("worse");
        }
        try (var files = Files.list(data.resolve("runtime"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".log"));
        }
    }

    @Test
    void aPrintedUnitNamesEverythingAbsolutelyAndStartsNothing() throws Exception {
        var port = "" + freePort();
        try (var print =
                home.proa(
                        "run",
                        "app",
                        "--data-dir",
                        "d",
                        "--port",
                        port,
                        "--window",
                        "none",
                        "--print-unit")) {
            assertThat(print.exit()).as(print::toString).isZero();
            assertThat(print.out().lines())
                    .contains(
                            "ExecStart=\"%s\" \"run\" \"%s\" \"--data-dir\" \"%s\" \"--window\" \"none\" \"--port\" \"%s\""
                                    .formatted(Home.CHECKOUT.resolve("proa"), app, data, port));
        }
        assertThat(data).doesNotExist();
    }
}
