package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data folders of earlier versions. */
class DataFormIT {
    private static final int FILES = 3_000;

    private Home home;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    @Test
    void aMigrationKilledInItsMiddleLosesNothingAndTheNextStartCompletesIt() throws Exception {
        var app = SmallApp.in(home.folder().resolve("app"), "");
        var data = home.data("d");
        var window = Files.createDirectories(data.resolve("window/Default"));
        Files.writeString(data.resolve("window/Local State"), "{}");
        for (int i = 0; i < FILES; i++) {
            Files.writeString(window.resolve("f" + i), "" + i);
        }
        var runtime = Files.createDirectories(data.resolve("runtime"));
        Files.writeString(runtime.resolve("data-version"), "1\n");
        Files.writeString(runtime.resolve("generation"), "41");

        try (var killed = home.start(data, Home.runner(data, app))) {
            var copied = runtime.resolve("backup/form-1.partial/window/Default");
            Await.until("a part of the copy: " + killed, () -> Files.isDirectory(copied));
            killed.signal("KILL");
            assertThat(killed.exit()).isEqualTo(128 + 9);
        }
        assertThat(runtime.resolve("backup/form-1")).doesNotExist();
        assertThat(window.resolve("f" + (FILES - 1))).exists();

        try (var next = home.run(data, app)) {
            assertThat(next.event("migrating").path("from").asInt()).isEqualTo(1);
            for (var folder : new String[] {"window", "backup/form-1/window"}) {
                for (int i = 0; i < FILES; i += 99) {
                    assertThat(runtime.resolve(folder + "/Default/f" + i)).hasContent("" + i);
                }
                try (var files = Files.list(runtime.resolve(folder + "/Default"))) {
                    assertThat(files).hasSize(FILES);
                }
            }
            assertThat(runtime.resolve("data-version")).hasContent("2");
            assertThat(runtime.resolve("generation")).hasContent("42");
            assertThat(next.get("/_proa/journal?after=0&limit=100").body())
                    .contains("data_migrated");
        }
    }
}
