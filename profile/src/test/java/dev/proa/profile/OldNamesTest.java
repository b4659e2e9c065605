package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldNamesTest {
    @TempDir Path temp;
    private AppFolder app;

    @BeforeEach
    void makeAnApp() throws IOException {
        app = new AppFolder(temp);
    }

    private AppFolder sidecar(String entry) {
        return app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                sidecars: {db: {command: [serve]}, a: %s}
                """
                        .formatted(entry));
    }

    private List<String> warnings() {
        return app.load().warnings().stream().map(Problem::toString).map(app::withoutBase).toList();
    }

    @Test
    void anOldNameIsTakenWithAWarning() {
        sidecar("{command: [serve], depends_on: [db], environment: {A: b}, working_dir: backend}");

        var spec = app.load().sidecars().getLast();

        assertThat(spec.needs()).containsOnlyKeys("db");
        assertThat(spec.env()).containsOnlyKeys("A");
        assertThat(spec.cwd()).isEqualTo(app.folder.resolve("backend"));
        assertThat(warnings())
                .containsExactly(
                        "proa.yaml:3:58 /sidecars/a/depends_on: \"depends_on\" is now called \"needs\"."
                                + " Write \"needs\".",
                        "proa.yaml:3:76 /sidecars/a/environment: \"environment\" is now called \"env\"."
                                + " Write \"env\".",
                        "proa.yaml:3:97 /sidecars/a/working_dir: \"working_dir\" is now called \"cwd\"."
                                + " Write \"cwd\".");
    }

    @Test
    void anOldNameBesideTheNewOneIsRefused() {
        sidecar("{command: [serve], depends_on: [db], needs: [db]}");

        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml:3:58 /sidecars/a/depends_on: \"depends_on\" is the old name of"
                                + " \"needs\", and both are written. Remove it.");
    }

    @Test
    void aNameThatIsGoneSaysWhatToWriteInstead() {
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                name: QA
                mode: remote_slim
                sidecars: {a: {command: [serve], args: [x]}}
                """);

        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml:3:1 /name: \"name\" is not a key of proa.yaml. Write it below app.",
                        "proa.yaml:4:1 /mode: \"mode\" is not a key of proa.yaml. Write it in"
                                + " runtime-profile.json, it differs from one installation to the next.",
                        "proa.yaml:5:34 /sidecars/a/args: \"args\" is not a key of a sidecar. Write them"
                                + " behind the program in command.");
    }

    @Test
    void theReferenceSystemsVariablesAreTakenWithAWarningUnlessProasOwnAreSet() {
        sidecar("{command: [serve]}");
        app.write("other.json", "{\"data_dir\": \"ignored\"}");
        app.environment.put("APP_RUNTIME_MODE", "desktop_local_fullstack");
        app.environment.put("APP_DATA_DIR", "/old");
        app.environment.put("RUNTIME_PROFILE_PATH", app.folder.resolve("other.json").toString());

        assertThat(app.load().dataFolder()).isEqualTo(Path.of("/old"));
        assertThat(warnings())
                .containsExactly(
                        "environment /APP_DATA_DIR: this variable is now called PROA_DATA_DIR. Set"
                                + " PROA_DATA_DIR.",
                        "environment /RUNTIME_PROFILE_PATH: this variable is now called PROA_PROFILE."
                                + " Set PROA_PROFILE.",
                        "environment /APP_RUNTIME_MODE: this variable is now called PROA_MODE. Set"
                                + " PROA_MODE.");

        app.environment.put("PROA_DATA_DIR", "/new");
        app.environment.put("PROA_MODE", "local_fullstack");
        app.environment.put("PROA_PROFILE", app.folder.resolve("other.json").toString());
        assertThat(app.load().dataFolder()).isEqualTo(Path.of("/new"));
        assertThat(warnings()).isEmpty();
    }

    @Test
    void oldNamesInTheProfileAreTakenWithAWarning() {
        sidecar("{command: [serve]}");
        app.write(
                "runtime-profile.json",
                "{\"app_data_dir\": \"/d\", \"runtime_mode\": \"nonsense\"}");
        assertThat(app.problems())
                .hasSize(1)
                .first()
                .asString()
                .contains("\"nonsense\" is not a mode");

        app.write("runtime-profile.json", "{\"app_data_dir\": \"/d\"}");
        assertThat(app.load().dataFolder()).isEqualTo(Path.of("/d"));
        assertThat(warnings()).hasSize(1);
    }
}
