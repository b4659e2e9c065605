package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.ExitCode;
import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.profile.Profile.IngestAuth;
import dev.proa.profile.Profile.IngestSpec;
import dev.proa.profile.Profile.Ui;
import dev.proa.profile.Profile.WindowSpec;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.SidecarSpec.Restart;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.profile.SidecarSpec.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileLoaderTest {
    private static final String HEAD =
            "proa: 1\napp: {id: dev.example.qa, name: QA, version: 1.4.0}\n";

    @TempDir Path temp;
    private AppFolder app;

    @BeforeEach
    void makeAnApp() throws IOException {
        app = new AppFolder(temp);
    }

    @Test
    void readsEveryKeyOfAFullManifest() throws IOException {
        app.program("bin/python3");
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: Project QA, version: 1.4.0, icon: web/index.html}
                window: {width: 1000, height: 800, min_width: 500, min_height: 400}
                ui: {dir: web, spa: true}
                backend: {embedded: agent-monitor}
                ingest: {port: 3141, auth: token, paths: [/api/events, /v1]}
                sidecars:
                  backend:
                    needs: {mongo: started}
                    command: [python3, -m, app, --port, "${port}", 8080]
                    cwd: backend
                    env: {MONGODB_URI: "mongodb://127.0.0.1:${sidecars.mongo.port}", N: 1.10}
                    port: {strategy: fixed, port: 8080}
                    ready: {http: /health/ready, status: 204, json: {/a: "x", /b: 1, /c: null}, timeout: 500ms}
                    restart: {policy: on_failure, max: 3, within: 2m}
                    stop: {signal: INT, grace: 10s}
                  mongo:
                    command: [serve, --dbpath, "${data}/mongo"]
                    port: {strategy: assigned, preferred: 27017}
                routes: {/api: backend, /ws: backend}
                """);

        var profile = app.load();

        assertThat(profile.app().name()).isEqualTo("Project QA");
        assertThat(profile.app().icon()).contains(app.folder.resolve("web/index.html"));
        assertThat(profile.window()).isEqualTo(new WindowSpec(1000, 800, 500, 400));
        assertThat(profile.ui()).isEqualTo(Ui.Folder.of(app.folder.resolve("web"), true));
        assertThat(profile.embeddedBackend()).contains("agent-monitor");
        assertThat(profile.ingest())
                .contains(new IngestSpec(3141, IngestAuth.TOKEN, List.of("/api/events", "/v1")));
        assertThat(profile.routes())
                .containsExactly(
                        new RouteSpec("/api", new Destination.Sidecar("backend"), RouteRules.NONE),
                        new RouteSpec("/ws", new Destination.Sidecar("backend"), RouteRules.NONE));
        assertThat(profile.sidecars())
                .extracting(SidecarSpec::id)
                .containsExactly("mongo", "backend");
        var mongo = profile.sidecars().getFirst();
        assertThat(mongo.port()).isEqualTo(new Port.Assigned(OptionalInt.of(27017)));
        assertThat(mongo.ready().check()).isEqualTo(new Check.Tcp());
        assertThat(mongo.command()).extracting(Template::text).contains("${data}/mongo");
        var backend = profile.sidecars().getLast();
        assertThat(backend.cwd()).isEqualTo(app.folder.resolve("backend"));
        assertThat(backend.command())
                .extracting(Template::text)
                .containsExactly(
                        app.folder.resolve("bin/python3").toString(),
                        "-m",
                        "app",
                        "--port",
                        "${port}",
                        "8080");
        assertThat(backend.env())
                .hasEntrySatisfying("N", t -> assertThat(t.text()).isEqualTo("1.10"));
        assertThat(backend.port())
                .isEqualTo(new Port.Fixed(new LoopbackPort(8080), SidecarSpec.Taken.FAIL));
        assertThat(backend.ready().timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(backend.ready().check())
                .isEqualTo(
                        new Check.Http(
                                "/health/ready",
                                204,
                                Map.of("/a", "\"x\"", "/b", "1", "/c", "null")));
        assertThat(backend.restart())
                .isEqualTo(Restart.of(RestartPolicy.ON_FAILURE, 3, Duration.ofMinutes(2)));
        assertThat(backend.stop()).isEqualTo(Stop.of("INT", Duration.ofSeconds(10)));
        assertThat(backend.needs()).isEqualTo(Map.of("mongo", new Need.Started()));
    }

    @Test
    void givesDefaultsToWhatIsNotWritten() {
        app.manifest(HEAD + "sidecars: {job: {command: [serve]}}\n");

        var profile = app.load();

        assertThat(profile.ui()).isEqualTo(new Ui.None());
        assertThat(profile.ingest()).isEmpty();
        assertThat(profile.mode()).isEqualTo("local_fullstack");
        assertThat(profile.window()).isEqualTo(new WindowSpec(1280, 860, 480, 360));
        var job = profile.sidecars().getFirst();
        assertThat(job.cwd()).isEqualTo(app.folder);
        assertThat(job.port()).isEqualTo(new Port.None());
        assertThat(job.ready().check()).isEqualTo(new Check.Started());
        assertThat(job.restart())
                .isEqualTo(Restart.of(RestartPolicy.ALWAYS, 6, Duration.ofSeconds(90)));
        assertThat(job.stop()).isEqualTo(Stop.of("TERM", Duration.ofSeconds(5)));
    }

    @Test
    void readsJsonBecauseItIsYaml() {
        app.manifest(
                """
                {"proa": 1, "app": {"id": "dev.example.qa", "name": "QA", "version": "1.0"},
                 "sidecars": {"api": {"command": ["serve", "\\u0041"]}}}
                """);

        var api = app.load().sidecars().getFirst();

        assertThat(api.command().getLast().text()).isEqualTo("A");
    }

    @Test
    void reportsTwelveMistakesAtOnceWithTheirPlaces() {
        app.manifest(
                """
                proa: 1
                app: {id: QA, name: QA, version: 1.0}
                ui: {dir: dist}
                colour: blue
                sidecars:
                  api:
                    comand: [serve]
                    port: 8080
                    ready: {http: health}
                    stop: {grace: 5}
                  db:
                    command: [mongod]
                    needs: [db, apy]
                routes:
                  /_proa: api
                  /api: db
                """);

        assertThat(app.problems())
                .extracting(line -> line.substring(0, line.indexOf(": ")))
                .containsExactly(
                        "proa.yaml:2:11 /app/id",
                        "proa.yaml:2:34 /app/version",
                        "proa.yaml:3:11 /ui/dir",
                        "proa.yaml:4:1 /colour",
                        "proa.yaml:7:5 /sidecars/api/comand",
                        "proa.yaml:8:11 /sidecars/api/port",
                        "proa.yaml:9:19 /sidecars/api/ready/http",
                        "proa.yaml:10:19 /sidecars/api/stop/grace",
                        "proa.yaml:12:15 /sidecars/db/command/0",
                        "proa.yaml:13:13 /sidecars/db/needs/0",
                        "proa.yaml:13:17 /sidecars/db/needs/1",
                        "proa.yaml:15:3 /routes/~1_proa",
                        "proa.yaml:16:9 /routes/~1api");
    }

    @Test
    void endsWithTheExitCodeOfABadConfiguration() {
        app.manifest("proa: 2\n");

        assertThatThrownBy(app::load)
                .isInstanceOfSatisfying(
                        ProaException.class,
                        e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_CONFIG));
    }

    @Test
    void saysWhatWasLookedForWhenThereIsNoManifest() throws IOException {
        assertThat(app.problems())
                .containsExactly(
                        "BASE/app: there is no proa.yaml in this folder. Give the folder that has"
                                + " one, or write one.");

        app.write("proa.yml", "proa: 1");
        assertThat(app.problems())
                .containsExactly(
                        "BASE/app: there is no proa.yaml in this folder. Rename proa.yml to"
                                + " proa.yaml.");

        Files.createDirectory(app.folder.resolve("proa.yaml"));
        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml: BASE/app/proa.yaml is not a file. Put a file in its place.");
    }

    @Test
    void acceptsTheManifestItselfAsTheFolder() {
        app.manifest(HEAD);
        var sources =
                new Profile.Sources(app.folder.resolve("proa.yaml"), Map.of(), Map.of(), app.home);

        assertThat(ProfileLoader.load(sources).folder()).isEqualTo(app.folder);
    }

    @Test
    void refusesAFolderThatIsMissing() {
        var sources = new Profile.Sources(app.base.resolve("no"), Map.of(), Map.of(), app.home);

        assertThatThrownBy(() -> ProfileLoader.load(sources))
                .hasMessageEndingWith(
                        "/no: there is no such folder. Give the folder with proa.yaml.");
    }

    @Test
    void refusesWhatIsNotUtf8AtItsPlace() throws IOException {
        Files.write(
                app.folder.resolve("proa.yaml"),
                new byte[] {'a', ':', '\n', (byte) 0xC3, (byte) 0xA4, (byte) 0xFF, '\n'});

        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml:2:2: the byte 0xff is not UTF-8. Save the file as UTF-8.");
    }

    @Test
    void skipsAByteOrderMark() {
        app.manifest("\uFEFF" + HEAD);

        assertThat(app.problems()).isEmpty();
    }

    @Test
    void refusesMoreThanAMebibyte() {
        app.manifest(HEAD + "#".repeat(1 << 20));

        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml: the file is larger than 1 MiB. Keep configuration only in it.");
    }

    @Test
    void refusesNestingThatIsTooDeep() {
        app.manifest("[".repeat(500_000));

        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml:1:34 /0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0:"
                                + " the nesting is deeper than 32. Write a flatter file.");
    }

    @Test
    void refusesDataBelowThePage() {
        app.manifest(HEAD + "ui: {dir: web}\n");
        app.flags.put("data-dir", app.folder.resolve("web/data").toString());

        assertThat(app.problems())
                .containsExactly(
                        "BASE/app/web/data: the data folder lies in the page's folder BASE/app/web."
                                + " Choose another with --data-dir.");
    }

    @Test
    void findsAProgramBesideTheWorkingFolder() {
        app.manifest(HEAD + "sidecars: {api: {command: [./run.sh], cwd: backend}}\n");

        assertThat(app.load().sidecars().getFirst().command().getFirst().text())
                .isEqualTo(app.folder.resolve("backend/run.sh").toString());
    }

    @Test
    void looksForAProgramOnTheSidecarsOwnPath() throws IOException {
        app.program("tools/tool");
        app.manifest(
                HEAD
                        + "sidecars: {api: {command: [tool], env: {PATH: \""
                        + app.folder.resolve("tools")
                        + ":${env.PATH}\"}}}\n");

        assertThat(app.load().sidecars().getFirst().command().getFirst().text())
                .isEqualTo(app.folder.resolve("tools/tool").toString());
    }

    @Test
    void passesByAFileOnThePathThatCannotBeExecuted() throws IOException {
        app.write("first/tool", "not executable");
        app.program("second/tool");
        app.environment.put(
                "PATH", app.folder.resolve("first") + ":" + app.folder.resolve("second"));
        app.manifest(HEAD + "sidecars: {api: {command: [tool]}}\n");

        assertThat(app.load().sidecars().getFirst().command().getFirst().text())
                .isEqualTo(app.folder.resolve("second/tool").toString());
    }

    @Test
    void keepsTheOrderOfTheManifestWhereNeedsAllowIt() {
        app.manifest(
                HEAD
                        + """
                        sidecars:
                          c: {command: [serve], needs: [a]}
                          b: {command: [serve]}
                          a: {command: [serve], env: {D: "${sidecars.d.port}"}}
                          d: {command: [serve], port: {strategy: assigned}}
                        """);

        assertThat(app.load().sidecars())
                .extracting(SidecarSpec::id)
                .containsExactly("b", "d", "a", "c");
    }

    @Test
    void refusesAFlagThatDoesNotExistAsMisuse() {
        app.manifest(HEAD);
        app.flags.put("prot", "1");

        assertThatThrownBy(app::load).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAnIngestPortForAnAppWithoutIngest() {
        app.manifest(HEAD);
        app.flags.put("ingest-port", "1");
        app.environment.put("PROA_INGEST_PORT", "1");

        assertThat(app.problems())
                .containsExactly(
                        "--ingest-port: the manifest has no ingest. Leave the flag out, or add"
                                + " ingest to proa.yaml.");
    }

    @Test
    void namesEveryWrongFlagAndVariable() {
        app.manifest(HEAD + "ingest: {paths: [/v1]}\n");
        app.flags.put("port", "80a");
        app.flags.put("data-dir", " ");
        app.flags.put("mode", "remote_slim");
        app.flags.put("profile", "/nowhere/p.json");
        app.environment.put("PROA_INGEST_PORT", "65536");

        assertThat(app.problems())
                .containsExactly(
                        "--port: \"80a\" is not a port. Write a number from 1 to 65535, or 0 for any"
                                + " free one.",
                        "--data-dir: \" \" is not a path that can be followed. Write an absolute"
                                + " path, or one that starts with ~/.",
                        "--profile: there is no /nowhere/p.json. Give a file that exists, or none.",
                        "--mode: \"remote_slim\" is asked for, but the manifest has no modes. Write"
                                + " local_fullstack.",
                        "environment /PROA_INGEST_PORT: \"65536\" is not a port. Write a number from"
                                + " 1 to 65535, or 0 for any free one.");
    }

    @Test
    void loadsTheHelloExample() {
        var checkout = Path.of(System.getProperty("proa.checkout"));
        var sources =
                new Profile.Sources(
                        checkout.resolve("examples/hello"), Map.of(), System.getenv(), app.home);

        var profile = ProfileLoader.load(sources);

        assertThat(profile.sidecars().getFirst().ready().check())
                .isEqualTo(new Check.Http("/health/ready", 200, Map.of("/status", "\"ready\"")));
        assertThat(profile.routes()).isNotEmpty();
        assertThat(profile.ui()).isInstanceOf(Ui.Folder.class);
        assertThat(profile.origins()).containsKey("/data_dir");
    }
}
