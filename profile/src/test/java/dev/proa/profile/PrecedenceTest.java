package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.Profile.IngestSpec;
import dev.proa.profile.Profile.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecedenceTest {
    private static final String MANIFEST =
            """
            proa: 1
            app: {id: dev.example.qa, name: QA, version: 1.4.0}
            ingest: {port: 3141, paths: [/v1]}
            sidecars:
              mongo:
                command: ["${env.MONGOD_BIN:-serve}", --url, "u:${profile.backend_url:-none}"]
                env: {API_KEY: "${env.SECRET}", PLAIN: "x ${env.SECRET}", N: 1}
                port: {strategy: assigned, preferred: "${profile.local_ports.mongo:-27017}"}
            """;

    @TempDir Path temp;
    private AppFolder app;

    @BeforeEach
    void makeAnApp() throws IOException {
        app = new AppFolder(temp);
        app.manifest(MANIFEST);
        app.environment.put("SECRET", "hunter2");
    }

    @Test
    void takesTheIngestPortFromFlagThenEnvironmentThenManifest() {
        assertIngest(3141, new Origin("manifest", "proa.yaml:3:16", 3141));

        app.environment.put("PROA_INGEST_PORT", "4000");
        assertIngest(4000, new Origin("environment", "PROA_INGEST_PORT", 4000));

        app.flags.put("ingest-port", "0");
        assertIngest(0, new Origin("flag", "--ingest-port", 0));
    }

    private void assertIngest(int port, Origin origin) {
        var profile = app.load();
        assertThat(profile.ingest()).map(IngestSpec::port).contains(port);
        assertThat(profile.origins()).containsEntry("/ingest/port", origin);
    }

    @Test
    void takesTheDataFolderFromFlagThenEnvironmentThenProfileThenDefault() {
        var usual = app.home.resolve(".local/share/proa/dev.example.qa");
        assertData(usual, "default", "");

        app.environment.put("XDG_DATA_HOME", "/xdg");
        assertData(Path.of("/xdg/proa/dev.example.qa"), "default", "");

        app.write("runtime-profile.json", "{\"data_dir\": \"~/set\"}");
        assertData(app.home.resolve("set"), "profile", "runtime-profile.json:1:14");

        app.environment.put("PROA_DATA_DIR", "~/env");
        assertData(app.home.resolve("env"), "environment", "PROA_DATA_DIR");

        app.flags.put("data-dir", "/flag/./x/..");
        assertData(Path.of("/flag"), "flag", "--data-dir");
    }

    private void assertData(Path folder, String layer, String name) {
        var profile = app.load();
        assertThat(profile.dataFolder()).isEqualTo(folder);
        assertThat(profile.origins())
                .containsEntry("/data_dir", new Origin(layer, name, folder.toString()));
    }

    @Test
    void ignoresARelativeXdgDataHomeAndAnEmptyVariable() {
        app.environment.put("XDG_DATA_HOME", "relative");
        app.environment.put("PROA_DATA_DIR", "");

        assertData(app.home.resolve(".local/share/proa/dev.example.qa"), "default", "");
    }

    @Test
    void takesTheGatewaysPortFromItsFlag() {
        assertThat(app.load().gatewayPort()).isZero();

        app.flags.put("port", "8000");
        var profile = app.load();

        assertThat(profile.gatewayPort()).isEqualTo(8000);
        assertThat(profile.origins()).containsEntry("/port", new Origin("flag", "--port", 8000));
    }

    @Test
    void acceptsTheModeUnderBothOfItsNames() {
        app.write("runtime-profile.json", "{\"mode\": \"desktop_local_fullstack\"}");

        var profile = app.load();

        assertThat(profile.mode()).isEqualTo("local_fullstack");
        assertThat(profile.origins().get("/mode"))
                .isEqualTo(new Origin("profile", "runtime-profile.json:1:10", "local_fullstack"));
    }

    @Test
    void asksFlagThenEnvironmentForTheMode() {
        app.environment.put("PROA_MODE", "nonsense");
        app.flags.put("mode", "local_fullstack");

        assertThat(app.load().origins().get("/mode"))
                .isEqualTo(new Origin("flag", "--mode", "local_fullstack"));
    }

    @Test
    void findsTheProfileByFlagThenEnvironmentThenDataFolderThenBesideTheManifest()
            throws IOException {
        assertThat(app.load().origins()).doesNotContainKey("/profile");

        app.write("runtime-profile.json", ports(1));
        assertPreferred(1);

        var data = app.home.resolve(".local/share/proa/dev.example.qa");
        Files.createDirectories(data);
        Files.writeString(data.resolve("runtime-profile.json"), ports(2));
        assertPreferred(2);

        app.write("env.json", ports(3));
        app.environment.put("PROA_PROFILE", app.folder.resolve("env.json").toString());
        assertPreferred(3);

        app.write("flag.json", ports(4));
        app.flags.put("profile", app.folder.resolve("flag.json").toString());
        assertPreferred(4);
        assertThat(app.load().origins().get("/profile"))
                .isEqualTo(
                        new Origin(
                                "flag", "--profile", app.folder.resolve("flag.json").toString()));
    }

    private static String ports(int mongo) {
        return "{\"local_ports\": {\"mongo\": %d}}".formatted(mongo);
    }

    private void assertPreferred(int port) {
        var origins = app.load().origins();
        assertThat(origins.get("/sidecars/mongo/port/preferred"))
                .isEqualTo(new Origin("profile", "local_ports.mongo", port));
    }

    @Test
    void saysOfEveryValueWhereItCameFrom() throws IOException {
        app.program("bin/mongo8");
        app.environment.put("MONGOD_BIN", "mongo8");

        var origins = app.load().origins();

        assertThat(origins)
                .containsEntry(
                        "/app/id", new Origin("manifest", "proa.yaml:2:11", "dev.example.qa"))
                .containsEntry(
                        "/sidecars/mongo/command/0",
                        new Origin(
                                "environment",
                                "MONGOD_BIN",
                                app.folder.resolve("bin/mongo8").toString()))
                .containsEntry(
                        "/sidecars/mongo/command/2",
                        new Origin("manifest", "proa.yaml:6:50", "u:none"))
                .containsEntry("/sidecars/mongo/restart/within", new Origin("default", "", "90s"))
                .containsEntry("/sidecars/mongo/restart/max", new Origin("default", "", 6))
                .containsEntry("/sidecars/mongo/ready", new Origin("default", "", "tcp"))
                .containsEntry("/window/width", new Origin("default", "", 1280));
    }

    @Test
    void showsNoValueOfASecret() {
        var profile = app.load();

        assertThat(profile.origins().toString()).doesNotContain("hunter2");
        assertThat(profile.origins().get("/sidecars/mongo/env/API_KEY"))
                .isEqualTo(new Origin("environment", "SECRET", "***"));
        assertThat(profile.origins())
                .hasEntrySatisfying(
                        "/sidecars/mongo/env/PLAIN", o -> assertThat(o.value()).isEqualTo("x ***"));
        assertThat(profile.sidecars().getFirst().env())
                .hasEntrySatisfying(
                        "API_KEY", t -> assertThat(t.resolve(n -> n)).isEqualTo("hunter2"));
    }
}
