package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
    @TempDir Path temp;
    private AppFolder app;

    @BeforeEach
    void makeAnApp() throws IOException {
        app = new AppFolder(temp);
        app.environment.put("DB_PASSWORD", "hunter2");
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                ui: {dir: web}
                ingest: {port: 3141, paths: [/v1]}
                sidecars:
                  api:
                    needs: {db: started}
                    command: [serve, --port, "${port}", --token, "hunter2", "--api-key=hunter2", "${env.DB_PASSWORD}", "two words"]
                    env:
                      URI: "mongodb://me:hunter2@127.0.0.1:${sidecars.db.port}/x$$"
                      AUTHORIZATION: Bearer hunter2
                      PLAIN: "1"
                    port: {strategy: assigned, preferred: 8000}
                    ready: {http: /ready, json: {/a: 1}}
                  db:
                    command: [serve]
                    port: {strategy: fixed, port: 27017}
                    ready: {log: "^up$"}
                routes: {/api: api}
                """);
    }

    @Test
    void showsEachThingOnALineInTheOrderOfTheStart() {
        var lines = Plan.of(app.load()).lines().stream().map(app::withoutBase);

        assertThat(lines)
                .containsExactly(
                        "app      QA 1.4.0 (dev.example.qa)",
                        "mode     local_fullstack",
                        "data     BASE/home/.local/share/proa/dev.example.qa",
                        "gateway  127.0.0.1:(any free port)",
                        "page     BASE/app/web",
                        "ingest   127.0.0.1:3141 /v1",
                        "sidecar  db",
                        "  command  BASE/app/bin/serve",
                        "  cwd      BASE/app",
                        "  port     fixed 27017",
                        "  ready    log ^up$, within 1m",
                        "  restart  always, 6 in 90s",
                        "  stop     TERM, 5s",
                        "sidecar  api",
                        "  command  BASE/app/bin/serve --port ${port} --token *** --api-key=*** *** \"two words\"",
                        "  cwd      BASE/app",
                        "  env      AUTHORIZATION=***",
                        "  env      PLAIN=1",
                        "  env      URI=mongodb://me:***@127.0.0.1:${sidecars.db.port}/x$",
                        "  port     assigned (preferred 8000)",
                        "  ready    http /ready 200 {/a=1}, within 1m",
                        "  restart  always, 6 in 90s",
                        "  stop     TERM, 5s",
                        "  needs    db started",
                        "route    /api -> api");
    }

    @Test
    void neverHoldsASecret() {
        var plan = Plan.of(app.load());

        assertThat(plan.toString()).doesNotContain("hunter2");
        assertThat(new String(plan.toJson(), StandardCharsets.UTF_8)).doesNotContain("hunter2");
    }

    @Test
    void writesTheSameJsonForTheSamePlan() {
        var json = new String(Plan.of(app.load()).toJson(), StandardCharsets.UTF_8);

        assertThat(Plan.of(app.load()).toJson()).asString(StandardCharsets.UTF_8).isEqualTo(json);
        assertThat(app.withoutBase(json))
                .startsWith(
                        "{\"app\":{\"id\":\"dev.example.qa\",\"name\":\"QA\",\"version\":\"1.4.0\",\"icon\":null},"
                                + "\"folder\":\"BASE/app\",\"mode\":\"local_fullstack\","
                                + "\"data_dir\":\"BASE/home/.local/share/proa/dev.example.qa\","
                                + "\"gateway\":{\"port\":0},\"page\":\"BASE/app/web\",\"backend\":null,"
                                + "\"ingest\":{\"port\":3141,\"auth\":\"same_user\",\"paths\":[\"/v1\"]},"
                                + "\"sidecars\":[{\"id\":\"db\",\"command\":[\"BASE/app/bin/serve\"],"
                                + "\"cwd\":\"BASE/app\",\"env\":{},\"port\":\"fixed 27017\","
                                + "\"ready\":\"log ^up$\",\"ready_timeout\":\"1m\","
                                + "\"restart\":\"always, 6 in 90s\",\"stop\":\"TERM, 5s\",\"needs\":{}},")
                .contains("\"routes\":{\"/api\":\"api\"}")
                .contains(
                        "\"/ingest/port\":{\"layer\":\"manifest\",\"name\":\"proa.yaml:4:16\",\"value\":3141}");
    }
}
