package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileFileTest {
    @TempDir Path temp;
    private AppFolder app;

    @BeforeEach
    void makeAnApp() throws IOException {
        app = new AppFolder(temp);
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                sidecars:
                  api: {command: [serve, "${profile.mode:-x}"]}
                """);
    }

    private List<String> problems(String profile) {
        return app.write("runtime-profile.json", profile).problems();
    }

    @Test
    void acceptsEveryKeyOfTheReferenceSystem() {
        assertThat(
                        problems(
                                """
                                {"mode": "local_fullstack", "backend_url": "http://127.0.0.1:8080",
                                 "backend_origin": "local", "data_dir": "~/pqa",
                                 "local_ports": {"web": 3000, "backend": 8080, "mongo": 27017, "api": 1},
                                 "llm_defaults": {"provider": "x", "n": [1, {"a": null}]},
                                 "feature_flags": {"a": true}}
                                """))
                .isEmpty();
    }

    @Test
    void namesEveryWrongValueAndDropsNoOther() {
        assertThat(
                        problems(
                                """
                                {"bogus": 1, "mode": "desktop_remote_slim", "backend_ulr": "x",
                                 "backend_url": "ftp://x", "backend_origin": "near", "data_dir": 7,
                                 "local_ports": {"web": "3000", "mongoo": 1, "backend": 0},
                                 "llm_defaults": [], "feature_flags": {"a": "yes", "a": true},
                                 "data_dir": "${env.HOME}/x"}
                                """))
                .containsExactly(
                        "runtime-profile.json:1:2 /bogus: \"bogus\" is not a key of the profile. Write"
                                + " one of mode, backend_url, backend_origin, data_dir, local_ports,"
                                + " llm_defaults, feature_flags, backend_settings, $schema.",
                        "runtime-profile.json:1:22 /mode: \"desktop_remote_slim\" is asked for, but the"
                                + " manifest has no modes. Write local_fullstack.",
                        "runtime-profile.json:1:45 /backend_ulr: \"backend_ulr\" is not a key of the"
                                + " profile. Write \"backend_url\".",
                        "runtime-profile.json:2:17 /backend_url: \"ftp://x\" is neither http nor"
                                + " https. Write http://HOST:PORT or https://HOST.",
                        "runtime-profile.json:2:46 /backend_origin: the text \"near\" stands where local"
                                + " or remote belongs. Write one of the two.",
                        "runtime-profile.json:2:66 /data_dir: the number 7 stands where a folder"
                                + " belongs. Write a text in quotes.",
                        "runtime-profile.json:3:25 /local_ports/web: the text \"3000\" stands where a"
                                + " port from 1 to 65535 belongs. Write a number without quotes.",
                        "runtime-profile.json:3:33 /local_ports/mongoo: \"mongoo\" is not a key of"
                                + " local_ports. Write \"mongo\".",
                        "runtime-profile.json:3:57 /local_ports/backend: the number 0 stands where a"
                                + " port from 1 to 65535 belongs. Write a number without quotes.",
                        "runtime-profile.json:4:18 /llm_defaults: an empty list stands where an object"
                                + " belongs. Write { \"name\": value }.",
                        "runtime-profile.json:4:45 /feature_flags/a: the text \"yes\" stands where true"
                                + " or false belongs. Write true or false without quotes.",
                        "runtime-profile.json:4:52 /feature_flags/a: the key \"a\" stands in line 4"
                                + " already. Keep one of the two.",
                        "runtime-profile.json:5:2 /data_dir: the key \"data_dir\" stands in line 2"
                                + " already. Keep one of the two.");
    }

    @Test
    void refusesWhatIsNotAnObject() {
        assertThat(problems("")).hasSize(1).first().asString().contains("the file is empty");
        assertThat(problems("[]"))
                .containsExactly(
                        "runtime-profile.json:1:1: an empty list stands where an object belongs."
                                + " Write { \"mode\": \"local_fullstack\" }.");
        assertThat(problems("{} {}"))
                .containsExactly(
                        "runtime-profile.json:1:4: a second value starts here. Keep one in the file.");
        assertThat(problems("{\n  \"mode\": x}"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("runtime-profile.json:2:11: the JSON cannot be read: ");
        assertThat(problems("{\"mode\": \"local_fullstack\", // why\n}"))
                .hasSize(1)
                .first()
                .asString()
                .contains("the JSON cannot be read");
    }

    @Test
    void refusesALinkThatLeadsNowhere() throws IOException {
        Files.createSymbolicLink(
                app.folder.resolve("runtime-profile.json"), app.folder.resolve("gone.json"));

        assertThat(app.problems())
                .containsExactly(
                        "runtime-profile.json: BASE/app/runtime-profile.json is not a file. Put a"
                                + " file in its place.");
    }

    @Test
    void resolvesARelativeDataFolderBesideTheProfile() {
        app.write("runtime-profile.json", "{\"data_dir\": \"data\"}");

        assertThat(app.load().dataFolder()).isEqualTo(app.folder.resolve("data"));
    }

    @Test
    void refusesReferencesInTheProfile() {
        assertThat(problems("{\"data_dir\": \"${env.HOME}/x\"}"))
                .anyMatch(l -> l.contains("${ is not replaced in the profile"));
    }
}
