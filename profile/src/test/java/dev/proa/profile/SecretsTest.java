package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    private static final String HEAD =
            """
            proa: 1
            app: {id: dev.example.qa, name: QA, version: 1.4.0}
            """;
    private static final String ONE =
            """
            sidecars: {a: {command: [serve], env: {URL: "x://u:${secret.T}@h", T: "${secret.T}"}}}
            """;

    @TempDir Path temp;
    private AppFolder app;

    @BeforeEach
    void makeAnApp() throws IOException {
        app = new AppFolder(temp);
    }

    private Path file(String content, String permissions) throws IOException {
        var file = app.folder.resolve("token");
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private String value(String variable) {
        return app.load().sidecars().getFirst().env().entrySet().stream()
                .filter(e -> e.getKey().equals(variable))
                .findFirst()
                .orElseThrow()
                .getValue()
                .resolve(name -> "?" + name);
    }

    @Test
    void aSecretOfTheEnvironmentReachesTheSidecarAndNothingThatIsShown() {
        app.manifest(HEAD + "secrets: {T: {env: QA_TOKEN}}\n" + ONE);
        app.environment.put("QA_TOKEN", "gr33n-apple$1");

        var profile = app.load();

        assertThat(value("URL")).isEqualTo("x://u:gr33n-apple$1@h");
        assertThat(profile.secrets()).containsExactly(Secret.of("gr33n-apple$1"));
        assertThat(profile.toString()).doesNotContain("gr33n");
        assertThat(Plan.of(profile).lines().toString()).doesNotContain("gr33n");
        assertThat(new String(Plan.of(profile).toJson(), StandardCharsets.UTF_8))
                .doesNotContain("gr33n");
    }

    @Test
    void aSecretOfAFileIsItsContentWithoutTheLastLineEnd() throws IOException {
        app.manifest(HEAD + "secrets: {T: {file: token}}\n" + ONE);

        file("gr33n\n", "rw-------");
        assertThat(value("T")).isEqualTo("gr33n");

        file("two\nlines", "r--------");
        assertThat(value("T")).isEqualTo("two\nlines");
    }

    @Test
    void aFileThatOthersCanReadIsRefused() throws IOException {
        app.manifest(HEAD + "secrets: {T: {file: token}}\n" + ONE);
        for (var open : new String[] {"rw-r-----", "rw----r--", "rwx------", "rw--w----"}) {
            file("gr33n", open);

            assertThat(app.problems())
                    .containsExactly(
                            "proa.yaml:3:14 /secrets/T: BASE/app/token is open to others (%s). Run"
                                            .formatted(open)
                                    + " chmod 600 BASE/app/token.");
        }
    }

    @Test
    void aSecretThatIsNotThereIsReportedOnceAtItsDefinition() throws IOException {
        app.manifest(
                HEAD
                        + """
                        secrets: {T: {env: QA_TOKEN}, U: {file: gone}, E: {file: token}, N: {file: nul}}
                        sidecars:
                          a: {command: [serve], env: {A: "${secret.T}", B: "${secret.T}", C: "${secret.U}",
                              D: "${secret.E}", E: "${secret.N}", F: "${secret.TT}"}}
                        """);
        file(" \n", "rw-------");
        Files.writeString(app.folder.resolve("nul"), "a\0b");
        Files.setPosixFilePermissions(
                app.folder.resolve("nul"), PosixFilePermissions.fromString("rw-------"));

        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml:3:14 /secrets/T: the environment has no QA_TOKEN. Set it for the"
                                + " command that starts the app.",
                        "proa.yaml:3:34 /secrets/U: there is no file BASE/app/gone. Write the secret"
                                + " into it and run chmod 600 BASE/app/gone.",
                        "proa.yaml:3:51 /secrets/E: BASE/app/token is empty. Write the secret into it.",
                        "proa.yaml:3:69 /secrets/N: BASE/app/nul holds a NUL character. Write the"
                                + " secret into it.",
                        "proa.yaml:6:46 /sidecars/a/env/F: there is no secret \"TT\". Add it to secrets.");
    }

    @Test
    void aSecretThatNothingUsesNeedNotBeThere() {
        app.manifest(HEAD + "secrets: {T: {env: QA_TOKEN}, U: {file: gone}}\n");

        assertThat(app.load().secrets()).isEmpty();
    }

    @Test
    void aSecretIsRefusedWhereItWouldBeSeen() {
        app.environment.put("QA_TOKEN", "gr33n");
        app.manifest(
                HEAD
                        + """
                        secrets: {T: {env: QA_TOKEN}, U: {file: "${secret.T}"}, V: {env: A, file: b}, W: {}}
                        ui: {dir: "${secret.T}"}
                        sidecars:
                          a: {command: [serve, "${secret.T}"], port: {}, cwd: "${secret.T}",
                              ready: {http: "/x?${secret.T}"}, live: {exec: [serve, "-p${secret.T}"]}}
                        routes: {"/a": {to: a, request_headers: {set: {X-T: "${secret.T}", X-U: "a\\nb"}}}}
                        """);

        var problems = app.problems();

        assertThat(problems)
                .containsExactly(
                        "proa.yaml:3:41 /secrets/U/file: ${secret.T} would be shown here. Use it in"
                                + " env, in header values or as a token.",
                        "proa.yaml:3:60 /secrets/V: env and file stand side by side. Keep one of them.",
                        "proa.yaml:3:82 /secrets/W: nothing says where the secret is. Write {env:"
                                + " VARIABLE}, {file: PATH} or {service: {...}}.",
                        "proa.yaml:4:11 /ui/dir: ${secret.T} would be shown here. Use it in env, in"
                                + " header values or as a token.",
                        "proa.yaml:6:24 /sidecars/a/command/1: ${secret.T} in a command could be read"
                                + " by every user of this machine. Give it to the program by env.",
                        "proa.yaml:6:55 /sidecars/a/cwd: ${secret.T} would be shown here. Use it in"
                                + " env, in header values or as a token.",
                        "proa.yaml:7:21 /sidecars/a/ready/http: ${secret.T} would be shown here. Use it"
                                + " in env, in header values or as a token.",
                        "proa.yaml:7:61 /sidecars/a/live/exec/1: ${secret.T} in a command could be read"
                                + " by every user of this machine. Give it to the program by env.",
                        "proa.yaml:8:73 /routes/~1a/request_headers/set/X-U: the value of X-U cannot be"
                                + " sent as a header. Use visible ASCII characters on one line.");
        assertThat(problems.toString()).doesNotContain("gr33n");
    }

    @Test
    void aListenersTokenHasThirtyTwoBytes() {
        app.write("c.pem", "c").write("k.pem", "k");
        app.environment.put("QA_TOKEN", "0123456789abcdef0123456789abcde");
        app.manifest(
                HEAD
                        + """
                        secrets: {T: {env: QA_TOKEN}}
                        gateway: {listen: {address: 10.0.0.1, port: 8443, tls: {cert: c.pem, key: k.pem}, token: "${secret.T}"}}
                        """);

        assertThat(app.problems())
                .containsExactly(
                        "proa.yaml:4:83 /gateway/listen/token: \"token\" has 31 bytes, and who guesses"
                                + " it controls the app. Use at least 32 random bytes, such as openssl"
                                + " rand -base64 32 prints.");

        app.environment.put("QA_TOKEN", "0123456789abcdef0123456789abcdef");
        assertThat(app.load().gateway().listen()).isPresent();
    }
}
