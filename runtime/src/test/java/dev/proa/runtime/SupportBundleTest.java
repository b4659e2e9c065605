package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Secret;
import dev.proa.profile.Profile;
import dev.proa.profile.ProfileLoader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupportBundleTest {
    private static final String TOKEN = "Zq8-instance-token_0123456789abcdefghijklmn";
    private static final String OF_ENVIRONMENT = "env secret/with+signs&more";
    private static final String OF_PROFILE = "profile-s3cret-value";
    private static final String OF_SIDECAR = "sidecar-s3cret-value";
    private static final String OF_BLOCK = "block-of-yaml-lines-that-is-secret";
    private static final String OF_KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC";
    private static final List<String> SECRETS =
            List.of(TOKEN, OF_ENVIRONMENT, OF_PROFILE, OF_SIDECAR, OF_BLOCK, OF_KEY);

    private Path app;
    private Path data;
    private Map<String, String> environment;

    @BeforeEach
    void anAppThatLeaks(@TempDir Path folder) throws IOException {
        app = Files.createDirectories(folder.resolve("app"));
        data = Files.createDirectories(folder.resolve("data"));
        environment =
                Map.of("PATH", System.getenv("PATH"), "MY_API_KEY", OF_ENVIRONMENT, "HOME", "/h");
        Files.writeString(
                app.resolve("proa.yaml"),
                """
                proa: 1
                app: {id: dev.proa.leaky, name: Leaky, version: 1.0.0}
                sidecars:
                  api:
                    command: [sh, -c, "true"]
                    env:
                      DB_PASSWORD: %s
                      HARMLESS: shown-as-it-is
                      SSH_KEY: |
                        %s
                        second line of the same key, %s
                """
                        .formatted(OF_SIDECAR, OF_BLOCK, OF_BLOCK));
        Files.writeString(
                app.resolve("runtime-profile.json"),
                "{\"mode\": \"local_fullstack\", \"llm_defaults\": {\"name\": \"small\", \"api_token\": \""
                        + OF_PROFILE
                        + "\"}}");
        Files.createDirectories(data.resolve("logs"));
        Files.createDirectories(data.resolve("runtime"));
        new InstanceFile(
                        "i",
                        1,
                        Instant.EPOCH,
                        "http://127.0.0.1:1",
                        1,
                        Secret.of(TOKEN),
                        Optional.empty(),
                        "dev.proa.leaky",
                        "1.0.0",
                        "local_fullstack")
                .write(data);
        var log = new StringBuilder();
        for (var secret : SECRETS.subList(0, 4)) {
            forms(secret).forEach(form -> log.append("it says ").append(form).append(" here\n"));
        }
        log.append("-----BEGIN PRIVATE KEY-----\n")
                .append(OF_KEY)
                .append("\n-----END PRIVATE KEY-----\nafterwards\n");
        Files.writeString(data.resolve("logs/api.log"), log);
        Files.writeString(
                data.resolve("runtime/journal.jsonl"),
                "{\"seq\":1,\"event\":\"x\",\"log_tail\":[\"" + OF_PROFILE + "\"]}\n");
    }

    private static List<String> forms(String secret) {
        var bytes = secret.getBytes(StandardCharsets.UTF_8);
        return List.of(
                secret,
                Base64.getEncoder().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                HexFormat.of().formatHex(bytes),
                HexFormat.of().withUpperCase().formatHex(bytes),
                URLEncoder.encode(secret, StandardCharsets.UTF_8));
    }

    private Profile profile() {
        return ProfileLoader.load(
                new Profile.Sources(
                        app, Map.of("data-dir", data.toString()), environment, Path.of("/h")));
    }

    private static Map<String, String> unpacked(SupportBundle bundle) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bundle.write(bytes);
        var files = new LinkedHashMap<String, String>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }

    private SupportBundle offline() throws IOException {
        return SupportBundle.offline(data, Optional.of(profile()), environment).versions("1.2.3");
    }

    @Test
    void noSecretLeavesInAnyForm() throws IOException {
        var files = unpacked(offline());

        assertThat(files).isNotEmpty();
        for (var file : files.entrySet()) {
            for (var secret : SECRETS) {
                assertThat(file.getValue())
                        .as(file.getKey())
                        .doesNotContain(forms(secret).toArray(String[]::new));
            }
        }
    }

    @Test
    void whatHelpsIsThere() throws IOException {
        var files = unpacked(offline());

        assertThat(files.keySet())
                .contains(
                        "README.txt",
                        "versions.json",
                        "plan.json",
                        "proa.yaml",
                        "runtime-profile.json",
                        "environment.txt",
                        "journal.jsonl",
                        "logs/api.log");
        assertThat(files.get("proa.yaml")).contains("HARMLESS: shown-as-it-is", "DB_PASSWORD: ***");
        assertThat(files.get("runtime-profile.json")).contains("\"name\" : \"small\"", "***");
        assertThat(files.get("logs/api.log")).contains("it says *** here").endsWith("afterwards\n");
        assertThat(files.get("environment.txt")).contains("MY_API_KEY\n", "PATH=");
        assertThat(files.get("versions.json")).contains("1.2.3");
        assertThat(files.get("README.txt")).contains("Left out: status.json");
    }

    @Test
    void ofALongLogTheLastTwoMebibytesAreTakenFromALineOn() throws IOException {
        var line = "0123456789".repeat(10) + "\n";
        Files.writeString(data.resolve("logs/api.log"), line.repeat(30_000) + "the end\n");

        var files = unpacked(offline());

        assertThat(files.get("logs/api.log"))
                .hasSizeBetween(2 * 1024 * 1024 - line.length(), 2 * 1024 * 1024)
                .startsWith(line)
                .endsWith("the end\n");
        assertThat(files.get("README.txt")).contains("logs/api.log: all but its last 2097152");
    }

    @Test
    void aDataFolderAloneIsEnough() throws IOException {
        var files = unpacked(SupportBundle.offline(data, Optional.empty(), Map.of()));

        assertThat(files.keySet()).contains("logs/api.log", "journal.jsonl", "README.txt");
        assertThat(files.get("logs/api.log")).doesNotContain(TOKEN);
    }
}
