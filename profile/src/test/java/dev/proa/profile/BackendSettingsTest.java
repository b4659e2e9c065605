package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackendSettingsTest {
    @TempDir Path temp;
    private AppFolder app;

    @BeforeEach
    void makeAnApp() throws IOException {
        app = new AppFolder(temp);
    }

    private void manifest(String backend) {
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                """
                        + backend);
    }

    @Test
    void theProfilesLayerComesFirstAndEachValueHasItsPlace() {
        app.environment.put("DAYS", "7");
        manifest(
                "backend: {embedded: own, settings: {a: {b: \"x\", n: 5}, list: [1.5, {c: true}], days: \"${env.DAYS}\"}}\n");
        app.write("runtime-profile.json", "{\"backend_settings\": {\"a\": {\"b\": \"y\"}}}");

        var profile = app.load();

        assertThat(profile.backendSettings())
                .extracting("name")
                .containsExactly("profile", "manifest");
        assertThat(profile.backendSettings().get(0).values())
                .isEqualTo(Map.of("a", Map.of("b", "y")));
        assertThat(profile.backendSettings().get(1).values())
                .isEqualTo(
                        Map.of(
                                "a", Map.of("b", "x", "n", new BigDecimal(5)),
                                "list", List.of(new BigDecimal("1.5"), Map.of("c", true)),
                                "days", new BigDecimal(7)));
        assertThat(profile.backendSettings().get(1).place("/list/1/c"))
                .hasToString("proa.yaml:3:72 /backend/settings/list/1/c");
        assertThat(profile.backendSettings().get(0).place("/a/b"))
                .hasToString("runtime-profile.json:1:34 /backend_settings/a/b");
        assertThat(profile.origins().get("/backend/settings/a/b"))
                .isEqualTo(new Profile.Origin("profile", "runtime-profile.json:1:34", "y"));
        assertThat(profile.origins().get("/backend/settings/a/n"))
                .extracting("layer")
                .isEqualTo("manifest");
    }

    @Test
    void whatIsNoValueIsRefusedWithItsPlace() {
        manifest("backend: {embedded: own, settings: {a: .inf, b: }}\n");

        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml:3:40 /backend/settings/a: the number .inf stands where a decimal number"
                                + " belongs. Write it in decimal digits.",
                        "proa.yaml:3:48 /backend/settings/b: nothing is written here. Write a value, or"
                                + " remove the key.");
    }

    @Test
    void settingsWithoutABackendAreAWarningAndSettingsThatAreNoneAreRefused() {
        manifest("");
        app.write("runtime-profile.json", "{\"backend_settings\": {\"a\": 1}}");

        assertThat(app.load().warnings())
                .extracting(Object::toString)
                .containsExactly(
                        "runtime-profile.json:1:22 /backend_settings: the app has no embedded backend, so"
                                + " backend_settings changes nothing. Remove it.");
        app.write("runtime-profile.json", "{\"backend_settings\": 1}");
        assertThat(app.problems()).hasSize(1);
    }
}
