package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema and the loader agree wherever a schema can judge. */
class SchemaTest {
    @TempDir Path temp;
    private Schema schema;
    private AppFolder app;

    @BeforeEach
    void readTheSchema() throws IOException {
        var file = Path.of(System.getProperty("proa.checkout"), "docs/manifest.schema.json");
        schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(Files.readString(file), InputFormat.JSON);
        app = new AppFolder(temp);
        app.environment.put("N", "700");
        app.environment.put("YES", "true");
    }

    private static String manifest(String rest) {
        return "{\"proa\": 1, \"app\": {\"id\": \"dev.example.qa\", \"name\": \"QA\", \"version\": \"1.0\"}"
                + (rest.isEmpty() ? "" : ", " + rest)
                + "}";
    }

    private static final String API =
            "\"sidecars\": {\"api\": {\"command\": [\"serve\"], \"port\": {}}}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"ui\": {\"dev\": \"http://[::1]:5173/\"}, \"gateway\": {\"ipv6\": \"${env.YES}\", \"access_log\": true}",
                "\"ui\": {\"dir\": \"web\", \"csp\": {\"img-src\": [\"data:\", \"https://*.example:443\"]}, \"first_script\": \"index.html\"}",
                "\"modes\": {\"a\": {\"default\": true}, \"b\": {\"backend\": \"${profile.backend_url}\"},"
                        + " \"c\": {\"backend\": {\"url\": \"https://x/y\", \"probe\": \"/p?q\", \"every\": \"1s\","
                        + " \"timeout\": \"${env.T:-2s}\", \"failures\": 9, \"token\": \"${secret.S}\", \"ca\": \"ca.pem\"}}},"
                        + " \"secrets\": {\"S\": {\"env\": \"S\"}, \"F\": {\"file\": \"~/f\"}, \"D\": {\"service\": {\"app\": \"qa\"}}},"
                        + " \"sidecars\": {\"m\": {\"modes\": [\"a\"], \"command\": [\"serve\"]}}",
                API
                        + ", \"routes\": {\"/a\": {\"to\": \"api\", \"rewrite\": {\"strip\": \"/a\", \"prepend\": \"/v2\"},"
                        + " \"request_headers\": {\"set\": {\"X-A\": \"b\"}, \"remove\": [\"X-B\"]}, \"max_body\": \"1GiB\","
                        + " \"timeout\": \"60s\", \"hold\": \"2s\", \"compat\": {\"query_token\": \"t\"}}}",
                "\"ui\": {\"dir\": \"web\", \"spa\": true}",
                "\"window\": {\"width\": \"${env.N}\", \"height\": 700}",
                "\"backend\": {\"embedded\": \"agent-monitor\"}",
                "\"ingest\": {\"port\": 0, \"auth\": \"token\", \"paths\": [\"/a\", \"/a/b\"]}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\", 8080, \"${data}\"], \"env\": {\"A\": 1.5}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"port\": {\"strategy\": \"fixed\", \"port\": 1},"
                        + " \"ready\": {\"http\": \"/x?y\", \"status\": 204, \"json\": {\"/a~1b\": null}, \"timeout\": \"5ms\"},"
                        + " \"restart\": {\"policy\": \"never\"}, \"stop\": {\"signal\": \"INT\", \"grace\": \"1h\"}},"
                        + " \"b\": {\"command\": [\"serve\"], \"needs\": {\"a\": \"started\"}, \"ready\": {\"log\": \"up\"}}},"
                        + " \"routes\": {\"/\": \"a\", \"/v1.0/x\": \"a\"}",
                "\"stop\": {\"within\": \"20s\"}, \"sidecars\": {\"a\": {\"kind\": \"task\", \"command\": [\"serve\"]},"
                        + " \"b\": {\"command\": [\"serve\"], \"port\": {}, \"needs\": {\"a\": \"completed_successfully\"},"
                        + " \"ready\": {\"announce\": true, \"every\": \"1s\", \"failures\": 2, \"unhealthy\": \"30s\"},"
                        + " \"live\": {\"http\": \"/live\", \"every\": \"3s\"}, \"dump\": {\"exec\": [\"serve\", \"${pid}\"]},"
                        + " \"restart\": {\"strategy\": \"one_for_all\", \"fatal_exit_codes\": [3], \"port_conflict_codes\": [98]},"
                        + " \"stop\": {\"http\": \"POST /stop\"}, \"logs\": {\"max_file\": \"1MiB\", \"on_slow_disk\": \"drop_oldest\"},"
                        + " \"isolation\": \"pidns\", \"umask\": \"027\", \"nice\": 5, \"limits\": {\"memory\": \"1GiB\", \"pids\": 64},"
                        + " \"watch\": [\"src/**\"]}}",
                "\"sidecars\": {\"a\": {\"attach\": {\"url\": \"http://127.0.0.1:9/\", \"expect\": {\"service\": \"x\", \"/v\": 2}, \"auth\": \"${env.N}\"}},"
                        + " \"b\": {\"command\": [\"serve\"], \"port\": {\"strategy\": \"inherit\", \"preferred\": 8000}, \"needs\": {\"a\": \"healthy\"},"
                        + " \"ready\": {\"exec\": [\"serve\"]}, \"live\": {\"tcp\": true}, \"dump\": {\"signal\": \"QUIT\"}, \"watch\": {\"paths\": [\"*.py\"]}},"
                        + " \"c\": {\"command\": [\"serve\"], \"port\": {\"line\": \"port (\\\\d+)\"}, \"needs\": {\"b\": {\"log\": \"up\"}}},"
                        + " \"d\": {\"command\": [\"serve\"], \"port\": {\"strategy\": \"fixed\", \"port\": 9, \"taken\": \"move\"}}}",
            })
    void bothAccept(String rest) {
        app.manifest(manifest(rest));

        assertThat(app.problems()).isEmpty();
        assertThat(schema.validate(manifest(rest), InputFormat.JSON)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"colour\": 1",
                "\"modes\": {}",
                "\"modes\": {\"A\": {}}",
                "\"modes\": {\"a\": {\"default\": \"yes\"}}",
                "\"modes\": {\"a\": {\"backend\": \"ftp://x\"}}",
                "\"modes\": {\"a\": {\"backend\": {\"url\": \"http://x\", \"every\": 5}}}",
                "\"modes\": {\"a\": {\"backend\": {\"url\": \"http://u:p@x\"}}}",
                "\"secrets\": {\"A\": {}}",
                "\"secrets\": {\"A\": {\"env\": \"X\", \"file\": \"y\"}}",
                "\"secrets\": {\"A b\": {\"env\": \"X\"}}",
                "\"gateway\": {\"ipv6\": \"yes\"}",
                "\"gateway\": {\"listen\": {\"address\": \"0.0.0.0\", \"port\": 1}}",
                "\"ui\": {\"dev\": \"https://example.org\"}",
                "\"ui\": {\"dir\": \"web\", \"csp\": {\"sandbox\": [\"x\"]}}",
                "\"ui\": {\"dir\": \"web\", \"csp\": {\"img-src\": [\"a; b\"]}}",
                "\"ui\": {\"dir\": \"web\", \"first_script\": \"../x.js\"}",
                API + ", \"routes\": {\"/a\": {\"rewrite\": {\"strip\": \"/a\"}}}",
                API + ", \"routes\": {\"/a\": {\"to\": \"api\", \"rewrite\": {}}}",
                API
                        + ", \"routes\": {\"/a\": {\"to\": \"api\", \"rewrite\": {\"prepend\": \"v2/\"}}}",
                API + ", \"routes\": {\"/a\": {\"to\": \"api\", \"max_body\": 5}}",
                API
                        + ", \"routes\": {\"/a\": {\"to\": \"api\", \"request_headers\": {\"set\": {\"Host\": \"x\"}}}}",
                API
                        + ", \"routes\": {\"/a\": {\"to\": \"api\", \"response_headers\": {\"remove\": [\"a b\"]}}}",
                API + ", \"routes\": {\"/a\": {\"to\": \"api\", \"compat\": {}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"modes\": []}}",
                "\"ui\": {}",
                "\"ui\": {\"dir\": \"web\", \"sidecar\": \"a\"}",
                "\"ui\": {\"dir\": \"web\", \"spa\": \"no\"}",
                "\"window\": {\"width\": \"700\"}",
                "\"window\": {\"width\": 99}",
                "\"window\": {\"close_to_tray\": true}",
                "\"ingest\": {\"port\": 1}",
                "\"ingest\": {\"paths\": []}",
                "\"ingest\": {\"paths\": [\"/_proa/x\"]}",
                "\"backend\": {\"embedded\": \"A b\"}",
                "\"sidecars\": {\"A\": {\"command\": [\"serve\"]}}",
                "\"sidecars\": {\"a\": {}}",
                "\"sidecars\": {\"a\": {\"command\": []}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\", true]}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"port\": 8080}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"port\": {\"preferred\": 1}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"port\": {\"strategy\": \"inherit\", \"line\": \"(1)\"}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"env\": {\"PROA_X\": \"1\"}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"ready\": {\"log\": \"x\", \"status\": 200}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"ready\": {\"timeout\": 5}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"restart\": {\"strategy\": \"two_for_one\"}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"restart\": {\"fatal_exit_codes\": [0]}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"live\": {\"every\": \"1s\"}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"live\": {\"exec\": [\"serve\"]}, \"dump\": {\"signal\": \"KILL\"}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"kind\": \"job\"}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"umask\": 27}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"nice\": 20}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"limits\": {\"memory\": \"1GB\"}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"logs\": {\"max_file\": 16}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"watch\": [\"../x\"]}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"stop\": {\"http\": \"/stop\"}, \"port\": {}}}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"ready\": {\"exec\": [\"serve\"], \"log\": \"x\"}}}",
                "\"sidecars\": {\"a\": {\"attach\": {\"url\": \"http://example.org\", \"expect\": {\"a\": 1}}}}",
                "\"stop\": {\"within\": 5}",
                "\"sidecars\": {\"a\": {\"command\": [\"serve\"], \"stop\": {\"signal\": \"SIGTERM\"}}}",
                "\"sidecars\": {\"b\": {\"command\": [\"serve\"]}, \"a\": {\"command\": [\"serve\"], \"needs\": {\"b\": \"well\"}}}",
                "\"routes\": {\"/a/\": \"a\"}",
                "\"routes\": {\"/_proa\": \"a\"}",
                "\"routes\": {\"/a/../b\": \"a\"}",
            })
    void bothRefuse(String rest) {
        app.manifest(manifest(rest));

        assertThat(app.problems()).isNotEmpty();
        assertThat(schema.validate(manifest(rest), InputFormat.JSON)).isNotEmpty();
    }
}
