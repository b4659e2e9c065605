package dev.proa.runtime;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.proa.core.Problem;
import dev.proa.profile.Profile;
import dev.proa.profile.ProfileLoader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A whole run in this process, without a window. */
final class TestRun implements AutoCloseable {
    private final Path dataFolder;
    private final AppRun run;
    private final InstanceFile file;

    private TestRun(Path dataFolder, AppRun run) throws IOException {
        this.dataFolder = dataFolder;
        this.run = run;
        this.file = InstanceFile.read(dataFolder).orElseThrow();
    }

    /** Runs an app of which {@code rest} is the manifest behind its {@code app}. */
    static TestRun of(Path folder, String rest) throws IOException {
        var app = Files.createDirectories(folder.resolve("app"));
        Files.createDirectories(app.resolve("web"));
        Files.writeString(app.resolve("web/index.html"), "<!doctype html><title>T</title>");
        Files.writeString(
                app.resolve("proa.yaml"),
                "proa: 1\napp: {id: dev.proa.tested, name: Tested, version: 1.0.0}\n" + rest);
        var environment = new HashMap<String, String>();
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", folder.toString());
        var data = folder.resolve("data");
        var sources =
                new Profile.Sources(app, Map.of("data-dir", data.toString()), environment, folder);
        var profile = ProfileLoader.load(sources);
        var build = build(folder);
        var setting =
                new AppRun.Setting(
                        sources,
                        build,
                        "0.1.0",
                        WindowChoice.NONE,
                        false,
                        List.of(),
                        folder,
                        new StopRequest(),
                        new Quiet());
        if (!(AppRun.start(profile, setting) instanceof AppRun.Start.Running(var run))) {
            throw new AssertionError("another instance runs in " + data);
        }
        return new TestRun(data, run);
    }

    /** The native guard of this checkout, where a build has it. */
    private static Path build(Path folder) throws IOException {
        var build = folder.resolve("build-1");
        var libexec = Files.createDirectories(build.resolve("libexec"));
        var guard = Path.of(System.getProperty("proa.guard"));
        for (var name : List.of("proa-guard", "proa-guard.sha256")) {
            if (Files.exists(guard.resolveSibling(name))) {
                Files.copy(guard.resolveSibling(name), libexec.resolve(name), REPLACE_EXISTING);
            }
        }
        return build;
    }

    int port() {
        return file.port();
    }

    Path dataFolder() {
        return dataFolder;
    }

    Set<String> operations() {
        return run.controlOperations();
    }

    RawHttp request(String method, String target) {
        return RawHttp.of(method, target).with("X-Proa-Token: " + file.token().reveal());
    }

    RawHttp.Answer get(String target) {
        return request("GET", target).ask(port());
    }

    RawHttp.Answer post(String target, String body) {
        return request("POST", target).sending(body).ask(port());
    }

    @Override
    public void close() {
        run.close();
    }

    private static final class Quiet implements RunListener {
        @Override
        public void opened(URI page, boolean inWindow, String ingestUrl) {}

        @Override
        public void ready(Duration after) {}

        @Override
        public void sidecar(String id, String state, String reason) {}

        @Override
        public void fileChanged(String sidecar, String file) {}

        @Override
        public void remote(String address, String state, String reason) {}

        @Override
        public void mode(String mode) {}

        @Override
        public void waiting(String holder) {}

        @Override
        public void migrating(int from, int to, Path backup) {}

        @Override
        public void problem(Problem problem) {}
    }
}
