package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.proa.core.ProaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is written in the files: a profile, or problems with a place; nothing else. */
class MutationTest {
    private static final int TURNS = Integer.getInteger("proa.turns", 1_500);
    private static final String[] PIECES = {
        "${",
        "}",
        "$",
        "~",
        ":",
        "[",
        "]",
        "{",
        "}",
        "&a ",
        "*a",
        "!!str ",
        "\t",
        "\n",
        "\0",
        "'",
        "\"",
        "- ",
        "null",
        "no",
        "0x1F",
        "1e9",
        "99999999999999999999",
        "${port}",
        "${env.X:-${port}}",
        "${sidecars.api.port}",
        "${profile.local_ports}",
        "\uD83D\uDE00",
        "\u202E",
        "<<: ",
        "? ",
        "|\n",
        "/../",
        "#",
        "%YAML 1.1\n---\n",
        "...",
        "\\",
        "\uFEFF",
        "-1",
        "1.5",
        "on"
    };
    private static final String MANIFEST =
            """
            proa: 1
            app: {id: dev.example.qa, name: QA, version: 1.4.0, icon: web/index.html}
            window: {width: 800, height: 600, min_width: 400, min_height: 300}
            ui: {dir: web, spa: false}
            backend: {embedded: monitor}
            ingest: {port: 3141, auth: same_user, paths: [/api/events]}
            sidecars:
              db:
                command: [serve, --path, "${data}/db", "${profile.local_ports.mongo:-1}"]
                port: {strategy: assigned, preferred: "${profile.local_ports.mongo:-27017}"}
              api:
                needs: {db: ready}
                command: [./run.sh, --port, "${port}"]
                cwd: backend
                env: {URI: "mongodb://127.0.0.1:${sidecars.db.port}", K: "${env.PATH}"}
                port: {strategy: fixed, port: 8080}
                ready: {http: /ready, status: 200, json: {/status: ok}, timeout: 60s}
                restart: {policy: always, max: 6, within: 90s}
                stop: {signal: TERM, grace: 6s}
            routes: {/api: api}
            """;
    private static final String PROFILE =
            "{\"mode\": \"local_fullstack\", \"local_ports\": {\"mongo\": 27018}, \"data_dir\": \"~/x\"}";

    @TempDir Path temp;

    @Test
    void throwsOnlyProblemsWhateverIsChanged() throws IOException {
        long seed = Long.getLong("proa.seed", 20_260_101L);
        var random = new Random(seed);
        var app = new AppFolder(temp);
        int loaded = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            var manifest = mutated(MANIFEST.getBytes(StandardCharsets.UTF_8), random);
            var profile =
                    turn % 4 == 0
                            ? mutated(PROFILE.getBytes(StandardCharsets.UTF_8), random)
                            : PROFILE.getBytes(StandardCharsets.UTF_8);
            Files.write(app.folder.resolve("proa.yaml"), manifest);
            Files.write(app.folder.resolve("runtime-profile.json"), profile);
            loaded += loads(app, seed, turn, manifest) ? 1 : 0;
        }

        assertThat(loaded).isBetween(1, TURNS - 1);
    }

    private static boolean loads(AppFolder app, long seed, int turn, byte[] manifest) {
        try {
            return loads(app);
        } catch (RuntimeException | AssertionError e) {
            return fail(
                    "seed %d, turn %d%n%s"
                            .formatted(seed, turn, new String(manifest, StandardCharsets.UTF_8)),
                    e);
        }
    }

    private static boolean loads(AppFolder app) {
        try {
            var profile = app.load();
            for (var sidecar : profile.sidecars()) {
                sidecar.command().forEach(t -> t.resolve(MutationTest::late));
                sidecar.env().values().forEach(t -> t.resolve(MutationTest::late));
            }
            var plan = Plan.of(profile);
            assertThat(plan.toJson()).isNotEmpty();
            assertThat(plan.lines()).allSatisfy(l -> assertThat(l.lines()).hasSize(1));
            return true;
        } catch (ProaException e) {
            assertThat(e.problems())
                    .isNotEmpty()
                    .allSatisfy(p -> assertThat(p.toString().lines()).hasSize(1));
            return false;
        }
    }

    private static String late(String name) {
        assertThat(name).matches("port|data|sidecars\\.[a-z0-9_-]+\\.port");
        return "";
    }

    private static byte[] mutated(byte[] good, Random random) {
        var bytes = good;
        for (int i = random.nextInt(3) + 1; i > 0; i--) {
            int from = random.nextInt(bytes.length);
            int cut = random.nextInt(3) == 0 ? random.nextInt(12) : 0;
            int to = Math.min(bytes.length, from + cut);
            var piece =
                    switch (random.nextInt(4)) {
                        case 0 -> new byte[] {(byte) random.nextInt(256)};
                        case 1 ->
                                Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 20));
                        default ->
                                PIECES[random.nextInt(PIECES.length)].getBytes(
                                        StandardCharsets.UTF_8);
                    };
            var next = Arrays.copyOf(bytes, from + piece.length + bytes.length - to);
            System.arraycopy(piece, 0, next, from, piece.length);
            System.arraycopy(bytes, to, next, from + piece.length, bytes.length - to);
            bytes = next.length == 0 ? good : next;
        }
        return bytes;
    }
}
