package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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
                    command: [serve, "${data}/db", "${port}"]
                    port: {strategy: fixed, port: 27017}
                    ready: {log: "^up$"}
                routes: {/api: api}
                """);
    }

    @Test
    void showsEachThingAndWhereItComesFromInTheOrderOfTheStart() {
        assertThat(table(app.load()))
                .containsExactly(
                        "app|QA 1.4.0 (dev.example.qa)|proa.yaml:2:11",
                        "mode|local_fullstack|default",
                        "data|BASE/home/.local/share/proa/dev.example.qa|default",
                        "gateway|127.0.0.1:(any free port)|default",
                        "page|BASE/app/web|proa.yaml:3:11",
                        "ingest|127.0.0.1:3141 /v1|proa.yaml:4:16",
                        "sidecar|db",
                        " command|BASE/app/bin/serve"
                                + " BASE/home/.local/share/proa/dev.example.qa/db 27017|proa.yaml:16:15",
                        " cwd|BASE/app|default",
                        " port|fixed 27017|proa.yaml:17:22",
                        " ready|log ^up$, within 1m|proa.yaml:18:18",
                        " restart|always, 6 in 90s|default",
                        " stop|TERM, 5s|default",
                        "sidecar|api",
                        " command|BASE/app/bin/serve --port ${port} --token *** --api-key=*** ***"
                                + " \"two words\"|environment DB_PASSWORD, proa.yaml:8:15",
                        " cwd|BASE/app|default",
                        " env|AUTHORIZATION=***|proa.yaml:11:22",
                        " env|PLAIN=1|proa.yaml:12:14",
                        " env|URI=mongodb://me:***@127.0.0.1:${sidecars.db.port}/x$|proa.yaml:10:12",
                        " port|assigned (preferred 8000)|proa.yaml:13:22",
                        " ready|http /ready 200 {/a=1}, within 1m|proa.yaml:14:19",
                        " restart|always, 6 in 90s|default",
                        " stop|TERM, 5s|default",
                        " needs|db started|proa.yaml:7:17",
                        "route|/api -> api|proa.yaml:19:16");
    }

    @Test
    void aPortOfTheProfileThatAFlagOverridesIsNotCalledUnused() throws IOException {
        app.write("runtime-profile.json", "{\"local_ports\": {\"web\": 3000}}");
        app.flags.put("port", "4000");

        var profile = app.load();

        assertThat(profile.gatewayPort()).isEqualTo(4000);
        assertThat(profile.warnings()).isEmpty();
    }

    /** Columns with one bar between them, whatever their width. */
    private List<String> table(Profile profile) {
        return Plan.of(profile).lines().stream()
                .map(app::withoutBase)
                .map(l -> l.replaceAll("^  ", " ").replaceAll("(?<=\\S) {2,}", "|"))
                .toList();
    }

    @Test
    void showsModesTheRemoteBackendRulesListenersFlagsAndWarnings() throws IOException {
        app.write("key.pem", "k").write("cert.pem", "c");
        app.environment.put("QA_TOKEN", "0123456789abcdef0123456789abcdef");
        app.environment.put("APP_RUNTIME_MODE", "desktop_remote_slim");
        app.write(
                "runtime-profile.json",
                """
                {"backend_url": "https://qa.example/base/", "backend_origin": "remote",
                 "local_ports": {"web": 3000, "mongo": 1},
                 "llm_defaults": {"model": "m", "api_key": "hunter2"}, "feature_flags": {"beta": true}}
                """);
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                modes:
                  local_fullstack: {default: true}
                  remote_slim: {backend: {url: "${profile.backend_url}", token: "${secret.T}"}}
                secrets: {T: {env: QA_TOKEN}}
                sidecars:
                  backend: {modes: [local_fullstack], command: [nowhere], cwd: gone, port: {}}
                routes:
                  /api: {to: backend, rewrite: {strip: /api, prepend: /v2}, max_body: 64MiB, hold: 2s,
                         request_headers: {set: {X-Key: "k ${secret.T}"}, remove: [X-Old]}}
                gateway:
                  ipv6: true
                  listen: {address: 192.168.1.5, port: 8443, tls: {cert: cert.pem, key: key.pem}, token: "${secret.T}"}
                """);

        var profile = app.load();

        assertThat(table(profile))
                .containsExactly(
                        "app|QA 1.4.0 (dev.example.qa)|proa.yaml:2:11",
                        "mode|remote_slim (of remote_slim, local_fullstack)|environment APP_RUNTIME_MODE",
                        "data|BASE/home/.local/share/proa/dev.example.qa|default",
                        "gateway|127.0.0.1:3000|profile local_ports.web",
                        "        and on [::1]|proa.yaml:13:9",
                        "        and on 192.168.1.5 port 8443 with TLS|proa.yaml:14:21",
                        "page|none|default",
                        "remote|https://qa.example/base, probe /health/ready every 5s within 3s, offline"
                                + " after 2, token ***|profile backend_url, proa.yaml:5:65",
                        "route|/api -> remote https://qa.example/base|proa.yaml:10:14",
                        " rewrite|strip /api, prepend /v2|proa.yaml:10:40",
                        " request_headers set x-key, remove x-old|proa.yaml:11:41",
                        " max_body 64MiB|proa.yaml:10:71",
                        " hold|2s|proa.yaml:10:84",
                        "flag|beta=true",
                        "llm|api_key=***",
                        "llm|model=m",
                        "warning|environment /APP_RUNTIME_MODE: this variable is now called PROA_MODE."
                                + " Set PROA_MODE.",
                        "warning|runtime-profile.json:2:40 /local_ports/mongo: local_ports.mongo is the"
                                + " port of nothing in this app. Remove it, or write the name of a sidecar"
                                + " with a port.");
        assertThat(profile.routes().getFirst().rules().request().put())
                .containsEntry("x-key", "k 0123456789abcdef0123456789abcdef");
        assertThat(Plan.of(profile) + new String(Plan.of(profile).toJson(), StandardCharsets.UTF_8))
                .doesNotContain("0123456789abcdef")
                .doesNotContain("hunter2");
    }

    @Test
    void saysWhenATaskIsReadyAndNoTimeWhereNothingIsAsked() {
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                sidecars:
                  migrate: {kind: task, command: [serve]}
                  worker: {command: [serve]}
                """);

        assertThat(table(app.load()))
                .contains(" ready|exits with 0|default", " ready|started|default")
                .noneMatch(line -> line.contains("within 1m"));
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
                                + "\"folder\":\"BASE/app\",\"mode\":\"local_fullstack\",\"modes\":[{\"id\":\"local_fullstack\",\"default\":true}],"
                                + "\"data_dir\":\"BASE/home/.local/share/proa/dev.example.qa\","
                                + "\"gateway\":{\"port\":0,\"ipv6\":false,\"access_log\":false,\"listen\":null},"
                                + "\"page\":\"BASE/app/web\",\"backend\":null,"
                                + "\"backend_origin\":\"local\",\"remote\":null,"
                                + "\"ingest\":{\"port\":3141,\"auth\":\"same_user\",\"paths\":[\"/v1\"]},"
                                + "\"sidecars\":[{\"id\":\"db\",\"command\":[\"BASE/app/bin/serve\",\"BASE/home/.local/share/proa/dev.example.qa/db\",\"27017\"],"
                                + "\"cwd\":\"BASE/app\",\"env\":{},\"port\":\"fixed 27017\","
                                + "\"ready\":\"log ^up$\",\"ready_timeout\":\"1m\","
                                + "\"restart\":\"always, 6 in 90s\",\"stop\":\"TERM, 5s\",\"needs\":{}},")
                .contains("\"routes\":{\"/api\":\"api\"}")
                .contains(
                        "\"/ingest/port\":{\"layer\":\"manifest\",\"name\":\"proa.yaml:4:16\",\"value\":3141}");
    }
}
