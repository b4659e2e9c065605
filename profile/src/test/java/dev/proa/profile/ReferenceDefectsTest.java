package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What goes wrong in programs that read a profile in passing, and cannot here. {@code
 * docs/design/pitfalls.md} lists them together with those that other tests hold.
 */
class ReferenceDefectsTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("proa.checkout"));
    private static final Path PITFALLS = CHECKOUT.resolve("docs/design/pitfalls.md");

    @TempDir Path temp;
    private AppFolder app;

    @BeforeEach
    void makeAnApp() throws IOException {
        app = new AppFolder(temp);
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                modes:
                  local_fullstack: {default: true}
                  remote_slim: {backend: "${profile.backend_url}"}
                sidecars:
                  mongo:
                    modes: [local_fullstack]
                    command: [serve, --dbpath, "${profile.data_dir:-none}", "${data}/mongo"]
                    port: {strategy: assigned, preferred: "${profile.local_ports.mongo:-27017}"}
                  backend:
                    modes: [local_fullstack]
                    command: [serve, "${profile.llm_defaults.model:-none}", "${profile.feature_flags.beta:-false}"]
                    port: {strategy: assigned}
                """);
    }

    private AppFolder profile(String json) {
        return app.write("runtime-profile.json", json);
    }

    @Test
    void anUnknownKeyOfTheProfileIsNotIgnored() {
        assertThat(profile("{\"mode\": \"local_fullstack\", \"bogus\": 1}").problems())
                .hasSize(1)
                .first()
                .asString()
                .startsWith(
                        "runtime-profile.json:1:29 /bogus: \"bogus\" is not a key of the profile");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "null", "", "7", "{\"mode\": }", "\"mode\""})
    void aProfileThatCannotBeReadIsNotTakenForAnEmptyOne(String json) {
        assertThat(profile(json).problems()).isNotEmpty();
    }

    @Test
    void aProfileThatIsAskedForAndMissingIsNotTakenForAnEmptyOne() {
        app.environment.put("PROA_PROFILE", "/nowhere/profile.json");

        assertThat(app.problems())
                .contains(
                        "environment /PROA_PROFILE: there is no /nowhere/profile.json. Give a file that"
                                + " exists, or none.");
    }

    @Test
    void oneWrongValueDropsNoOther() {
        profile(
                """
                {"mode": "local_fullstack", "local_ports": {"mongo": "27018", "backend": 8081}, "data_dir": 7}
                """);

        assertThat(app.problems())
                .containsExactly(
                        "runtime-profile.json:1:54 /local_ports/mongo: the text \"27018\" stands where a"
                                + " port from 1 to 65535 belongs. Write a number without quotes.",
                        "runtime-profile.json:1:93 /data_dir: the number 7 stands where a folder"
                                + " belongs. Write a text in quotes.");
    }

    @Test
    void llmDefaultsAndFeatureFlagsAreUsed() {
        profile("{\"llm_defaults\": {\"model\": \"m1\"}, \"feature_flags\": {\"beta\": true}}");

        var loaded = app.load();

        assertThat(loaded.sidecars().getLast().command().stream().map(Template::text))
                .endsWith("m1", "true");
        assertThat(loaded.installation().llmDefaults()).containsEntry("model", "m1");
        assertThat(loaded.installation().featureFlags()).containsEntry("beta", true);
    }

    @Test
    void aHomeFolderIsExpandedWhereverThePathIsUsed() {
        profile("{\"data_dir\": \"~/pqa\"}");

        var loaded = app.load();

        assertThat(loaded.dataFolder()).isEqualTo(app.home.resolve("pqa"));
        assertThat(loaded.sidecars().getFirst().command().get(2).text())
                .isEqualTo(app.home.resolve("pqa").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "80a", "-1", "65536", "1e3", "0x50", " 80"})
    void aPortThatIsNoNumberIsNotPassedOn(String port) {
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                sidecars: {a: {command: [serve], port: {strategy: fixed, port: "${env.API_PORT}"}}}
                """);
        app.environment.put("API_PORT", port);

        assertThat(app.problems()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "Local_Fullstack", "remote", "local"})
    void anUnknownModeIsNotTakenForTheLocalOne(String mode) {
        app.environment.put("PROA_MODE", mode);

        assertThat(app.problems()).hasSize(1).first().asString().contains("is not a mode");
    }

    @Test
    void everyValueFollowsTheSameOrder() {
        profile(
                "{\"mode\": \"desktop_local_fullstack\", \"data_dir\": \"/p\", \"local_ports\": {\"web\": 3000}}");
        assertLayers("profile", "profile", "profile");

        app.environment.put("PROA_MODE", "local_fullstack");
        app.environment.put("PROA_DATA_DIR", "/e");
        assertLayers("environment", "environment", "profile");

        app.flags.put("mode", "local_fullstack");
        app.flags.put("data-dir", "/f");
        app.flags.put("port", "3001");
        assertLayers("flag", "flag", "flag");
    }

    private void assertLayers(String mode, String data, String port) {
        var origins = app.load().origins();
        assertThat(origins)
                .hasEntrySatisfying("/mode", o -> assertThat(o.layer()).isEqualTo(mode))
                .hasEntrySatisfying("/data_dir", o -> assertThat(o.layer()).isEqualTo(data))
                .hasEntrySatisfying("/port", o -> assertThat(o.layer()).isEqualTo(port));
    }

    @Test
    void aPortOfTheProfileWinsOverTheManifestsWhetherOrNotItAsksForIt() {
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                sidecars:
                  mongo: {command: [serve], port: {strategy: assigned, preferred: 27017}}
                  backend: {command: [serve], port: {strategy: fixed, port: 8080}}
                  web: {command: [serve], port: {strategy: announce}}
                """);
        profile("{\"local_ports\": {\"mongo\": 27018, \"backend\": 8081, \"web\": 3001}}");

        var loaded = app.load();

        assertThat(loaded.sidecars().stream().map(s -> PlanWords.port(s.port())))
                .containsExactly("assigned (preferred 27018)", "fixed 8081", "announce");
        assertThat(loaded.gatewayPort()).as("web is a sidecar here").isZero();
        assertThat(loaded.warnings()).hasSize(1);
        assertThat(loaded.warnings().getFirst().what())
                .contains("announces a port of its own choice");
    }

    @Test
    void everyProblemOfAManifestWithTwelveMistakesIsNamedInOneRun() {
        app.manifest(
                """
                proa: 2
                app: {id: QA, name: "", version: one}
                ui: {dir: dist, spa: yes}
                sidecars:
                  api:
                    command: serve
                    port: {strategy: asigned}
                    ready: {http: health, timeout: 20}
                    restart: {max: -1}
                  web: {command: [nowhere], needs: [apy]}
                routes: {/api/: api}
                """);

        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml:1:7 /proa: format 2 is not known. Write proa: 1, or use a newer Proa.",
                        "proa.yaml:2:11 /app/id: \"QA\" is not a reverse domain name in small letters."
                                + " Write one like dev.example.app.",
                        "proa.yaml:2:21 /app/name: the text is empty. Write something, or remove the key.",
                        "proa.yaml:2:34 /app/version: \"one\" is not a version. Write one like 1.0.0.",
                        "proa.yaml:3:11 /ui/dir: BASE/app/dist does not exist. Build the page or correct"
                                + " the path.",
                        "proa.yaml:3:22 /ui/spa: \"yes\" is not a boolean. Write true.",
                        "proa.yaml:6:14 /sidecars/api/command: the text \"serve\" stands where a list of"
                                + " program and arguments belongs. Write [serve].",
                        "proa.yaml:7:22 /sidecars/api/port/strategy: \"asigned\" is not a strategy. Write"
                                + " assigned.",
                        "proa.yaml:8:19 /sidecars/api/ready/http: \"health\" is not a path. Write one like"
                                + " /health/ready.",
                        "proa.yaml:8:36 /sidecars/api/ready/timeout: 20 has no unit. Write 20s for"
                                + " seconds.",
                        "proa.yaml:9:20 /sidecars/api/restart/max: -1 is not a whole number from 0 to"
                                + " 1000. Write one in this range.",
                        "proa.yaml:10:19 /sidecars/web/command/0: \"nowhere\" is not on the PATH. Install"
                                + " it or give an absolute path.",
                        "proa.yaml:10:37 /sidecars/web/needs/0: there is no sidecar \"apy\". Write api.",
                        "proa.yaml:11:10 /routes/~1api~1: \"/api/\" ends with a slash. Write /api.");
    }

    static Stream<String> namedTests() throws IOException {
        return Files.readAllLines(PITFALLS).stream()
                .filter(line -> line.startsWith("|") && line.contains("`"))
                .flatMap(line -> Stream.of(line.split("`", -1)).filter(part -> part.contains("#")));
    }

    @ParameterizedTest
    @MethodSource("namedTests")
    void theTestThatThePitfallsNameIsThere(String named) throws IOException {
        var parts = named.split("#", -1);
        try (var files = Files.walk(CHECKOUT, 9)) {
            var file =
                    files.filter(f -> f.endsWith(parts[0] + ".java"))
                            .filter(f -> f.toString().contains("/src/test/"))
                            .findFirst();

            assertThat(file).isPresent();
            assertThat(Files.readString(file.orElseThrow())).contains("void " + parts[1] + "(");
        }
    }
}
