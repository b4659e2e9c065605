package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrowserTest {
    @TempDir Path folder;

    private Path program(String name) throws IOException {
        var path = Files.writeString(folder.resolve(name), "#!/bin/sh\n");
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void isFoundOnThePathInTheOrderOfItsNames() throws IOException {
        program("google-chrome");
        var chromium = program("chromium");

        assertThat(Browser.find(Map.of("PATH", "/nowhere:" + folder)).orElseThrow().program())
                .isEqualTo(chromium);
    }

    @Test
    void isTheOneNamedOrNone() throws IOException {
        program("chromium");
        var named = program("my-browser");

        assertThat(
                        Browser.find(
                                        Map.of(
                                                "PATH",
                                                folder.toString(),
                                                "PROA_BROWSER",
                                                named.toString()))
                                .orElseThrow()
                                .program())
                .isEqualTo(named);
        assertThat(Browser.find(Map.of("PATH", folder.toString(), "PROA_BROWSER", "/no/such")))
                .isEmpty();
        assertThat(Browser.find(Map.of("PATH", "/nowhere"))).isEmpty();
    }

    @Test
    void showsThePageAsAnAppWithAProfileOfItsOwn() throws IOException {
        program("chromium");
        var browser = Browser.find(Map.of("PATH", folder.toString())).orElseThrow();

        var command =
                browser.command(
                        URI.create("http://127.0.0.1:1/_proa/boot?k=n"),
                        Path.of("/d/window"),
                        800,
                        600,
                        true);

        assertThat(command)
                .contains(
                        "--app=http://127.0.0.1:1/_proa/boot?k=n",
                        "--user-data-dir=/d/window",
                        "--window-size=800,600",
                        "--no-sandbox");
        assertThat(
                        browser.command(
                                URI.create("http://127.0.0.1:1/"), Path.of("/d"), 800, 600, false))
                .doesNotContain("--no-sandbox");
    }
}
