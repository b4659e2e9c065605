package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.Profile.Origin;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModesTest {
    private static final String HEAD =
            """
            proa: 1
            app: {id: dev.example.qa, name: QA, version: 1.4.0}
            modes:
              local_fullstack: {default: true}
              remote_slim: {backend: "${profile.backend_url}"}
            """;
    private static final String SIDECARS =
            """
            sidecars:
              mongo: {modes: [local_fullstack], command: [serve], port: {}}
              backend:
                modes: [local_fullstack]
                needs: [mongo]
                command: [serve]
                env: {MODE: "${mode}", DB: "${sidecars.mongo.port}"}
                port: {}
              helper: {command: [serve], env: {MODE: "${mode}"}, ready: {log: up}, port: {line: "(1)"}}
            routes: {/api: backend, /help: helper}
            """;

    @TempDir Path temp;
    private AppFolder app;

    @BeforeEach
    void makeAnApp() throws IOException {
        app = new AppFolder(temp);
        app.manifest(HEAD + SIDECARS);
    }

    private static Destination to(Profile profile, String prefix) {
        return profile.routes().stream()
                .filter(r -> r.prefix().equals(prefix))
                .findFirst()
                .orElseThrow()
                .to();
    }

    @Test
    void theLocalModeHasEverySidecarAndNeedsNoAddress() {
        var profile = app.load();

        assertThat(profile.mode()).isEqualTo("local_fullstack");
        assertThat(profile.modes())
                .containsExactly(
                        new ModeSpec("local_fullstack", true), new ModeSpec("remote_slim", false));
        assertThat(profile.origins())
                .hasEntrySatisfying(
                        "/mode", origin -> assertThat(origin.layer()).isEqualTo("manifest"));
        assertThat(profile.sidecars().stream().map(SidecarSpec::id))
                .containsExactly("mongo", "backend", "helper");
        assertThat(profile.remote()).isEmpty();
        assertThat(profile.backendOrigin()).isEqualTo("local");
        assertThat(to(profile, "/api")).isEqualTo(new Destination.Sidecar("backend"));
    }

    @Test
    void theSlimModeHasOnlyItsSidecarsAndSendsTheOtherRoutesAway() {
        app.write(
                "runtime-profile.json",
                "{\"mode\": \"desktop_remote_slim\", \"backend_url\": \"http://qa.example:8080/\"}");

        var profile = app.load();

        assertThat(profile.mode()).isEqualTo("remote_slim");
        assertThat(profile.sidecars().stream().map(SidecarSpec::id)).containsExactly("helper");
        assertThat(profile.remote().orElseThrow().base())
                .isEqualTo(URI.create("http://qa.example:8080"));
        assertThat(profile.remote().orElseThrow().probe()).isEqualTo("/health/ready");
        assertThat(profile.backendOrigin()).isEqualTo("remote");
        assertThat(to(profile, "/api")).isEqualTo(new Destination.Remote());
        assertThat(to(profile, "/help")).isEqualTo(new Destination.Sidecar("helper"));
        assertThat(profile.origins())
                .containsEntry(
                        "/modes/remote_slim/backend",
                        new Origin("profile", "backend_url", "http://qa.example:8080"));
    }

    @Test
    void anAddressThatIsMissingIsAProblemOfTheModeThatIsChosen() {
        app.flags.put("mode", "remote_slim");

        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml:5:26 /modes/remote_slim/backend: the profile has no backend_url."
                                + " Set it in runtime-profile.json, or write"
                                + " ${profile.backend_url:-DEFAULT}.");
    }

    @Test
    void whatIsMissingForSidecarsOfAnotherModeIsNoProblem() {
        app.manifest(
                HEAD.replace("${profile.backend_url}", "https://qa.example")
                        + """
                        secrets: {T: {file: nowhere}}
                        sidecars:
                          backend:
                            modes: [local_fullstack]
                            command: [python-that-is-not-here]
                            cwd: gone
                            env: {A: "${env.NOT_SET}", B: "${secret.T}", C: "${profile.mode}"}
                        """);
        app.flags.put("mode", "remote_slim");

        assertThat(app.load().sidecars()).isEmpty();

        app.flags.put("mode", "local_fullstack");
        assertThat(app.problems()).hasSize(4);
    }

    @Test
    void whatIsWrongInItselfIsAProblemInEveryMode() {
        app.flags.put("mode", "remote_slim");
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                modes:
                  local_fullstack: {default: true, backend: "ftp://x"}
                  Remote: {}
                  remote_slim: {default: true, backned: "https://x"}
                sidecars:
                  a: {modes: [local_fullstack], comand: [serve], command: [serve, "${x}"]}
                  b: {modes: [slim], command: [serve]}
                  c: {needs: [a], command: [serve, "${secret.T}"]}
                  remote: {command: [serve]}
                routes: {/x: remote, /y: {to: remote}}
                """);

        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml:4:45 /modes/local_fullstack/backend: \"ftp://x\" is neither http"
                                + " nor https. Write http://HOST:PORT or https://HOST.",
                        "proa.yaml:5:3 /modes/Remote: \"Remote\" is not a mode's name. Use up to 40"
                                + " small letters, digits, - and _.",
                        "proa.yaml:6:16 /modes/remote_slim: two modes are the default. Keep default:"
                                + " true in one.",
                        "proa.yaml:6:32 /modes/remote_slim/backned: \"backned\" is not a key of a mode."
                                + " Write \"backend\".",
                        "proa.yaml:8:33 /sidecars/a/comand: \"comand\" is not a key of a sidecar. Write"
                                + " \"command\".",
                        "proa.yaml:8:67 /sidecars/a/command/1: ${x} is not known. Write ${env.x}, or"
                                + " $${x} for the text itself.",
                        "proa.yaml:9:15 /sidecars/b/modes/0: the text \"slim\" is not a mode of this"
                                + " manifest. Write one of local_fullstack, remote_slim.",
                        "proa.yaml:10:15 /sidecars/c/needs/0: the sidecar \"a\" does not run in the mode"
                                + " remote_slim, in which \"c\" does. Let both run in the same modes.",
                        "proa.yaml:10:36 /sidecars/c/command/1: ${secret.T} in a command could be read"
                                + " by every user of this machine. Give it to the program by env.",
                        "proa.yaml:11:3 /sidecars/remote: remote is the name of a mode's backend. Choose"
                                + " another name.",
                        "proa.yaml:12:14 /routes/~1x: nothing answers this route in the mode"
                                + " remote_slim: the route leads to the remote backend, and the mode has"
                                + " no backend. Write backend: URL in the mode, or let a sidecar of it"
                                + " answer.",
                        "proa.yaml:12:31 /routes/~1y/to: nothing answers this route in the mode"
                                + " remote_slim: the route leads to the remote backend, and the mode has"
                                + " no backend. Write backend: URL in the mode, or let a sidecar of it"
                                + " answer.");
    }

    @Test
    void anUnknownModeNamesThoseThatThereAre() {
        app.flags.put("mode", "remote_slimm");
        assertThat(app.problems())
                .containsExactly("--mode: \"remote_slimm\" is not a mode. Write remote_slim.");

        app.flags.put("mode", "server");
        assertThat(app.problems())
                .containsExactly(
                        "--mode: \"server\" is not a mode. Write local_fullstack or remote_slim.");
    }

    @Test
    void theProfilesAddressWinsOverTheManifests() {
        app.manifest(HEAD.replace("${profile.backend_url}", "https://shipped.example"));
        app.flags.put("mode", "remote_slim");
        assertThat(app.load().remote().orElseThrow().base())
                .isEqualTo(URI.create("https://shipped.example"));

        app.write("runtime-profile.json", "{\"backend_url\": \"https://mine.example\"}");
        assertThat(app.load().remote().orElseThrow().base())
                .isEqualTo(URI.create("https://mine.example"));
    }

    @Test
    void aTokenGoesToAnotherMachineByTlsOnly() {
        app.environment.put("T", "abc");
        app.flags.put("mode", "remote_slim");
        var with = "secrets: {T: {env: T}}\n" + HEAD;
        var backend = "{url: \"%s\", token: \"${secret.T}\"}";

        app.manifest(
                with.replace("\"${profile.backend_url}\"", backend.formatted("http://10.0.0.1")));
        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml:6:51 /modes/remote_slim/backend/token: \"token\" would go to 10.0.0.1"
                                + " in clear text. Use https, or an address of this machine.");

        for (var safe : new String[] {"http://127.0.0.2:1", "http://[::1]:1", "https://10.0.0.1"}) {
            app.manifest(with.replace("\"${profile.backend_url}\"", backend.formatted(safe)));
            assertThat(app.problems()).isEmpty();
        }
    }

    @Test
    void aBackendsOriginHasToAgreeWithTheMode() {
        app.write(
                "runtime-profile.json",
                "{\"backend_origin\": \"remote\", \"backend_url\": \"http://127.0.0.1:1\"}");
        assertThat(app.problems())
                .containsExactly(
                        "runtime-profile.json:1:20 /backend_origin: backend_origin is remote, and the"
                                + " mode local_fullstack has a local backend. Write local, or choose"
                                + " another mode.");

        app.write(
                "runtime-profile.json",
                "{\"backend_origin\": \"local\", \"backend_url\": \"http://127.0.0.1:1\"}");
        app.flags.put("mode", "remote_slim");
        assertThat(app.load().backendOrigin()).as("the flag wins").isEqualTo("remote");
    }

    @Test
    void aSidecarOfBothModesIsTheSameInBothUnlessItAsksForTheMode() {
        app.manifest((HEAD + SIDECARS).replace("env: {MODE: \"${mode}\"}, ready", "ready"));
        var local = app.load().sidecars().getLast();

        app.write("runtime-profile.json", "{\"backend_url\": \"http://127.0.0.1:1\"}");
        app.flags.put("mode", "remote_slim");
        var slim = app.load().sidecars().getLast();

        assertThat(slim).isEqualTo(local);

        app.manifest(HEAD + SIDECARS);
        assertThat(app.load().sidecars().getLast()).isNotEqualTo(local);
    }
}
