package dev.proa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.ExitCode;
import dev.proa.profile.Destination;
import dev.proa.profile.Profile;
import dev.proa.profile.ProfileLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class InitCommandTest {
    @TempDir Path temp;
    private Path app;

    @BeforeEach
    void makeAFolder() throws IOException {
        app = Files.createDirectories(temp.resolve("My App!"));
        for (var program : List.of("node", "npm", "python3")) {
            var file = write(temp, "bin/" + program, "#!/bin/sh\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
    }

    private static Path write(Path base, String name, String text) throws IOException {
        var file = base.resolve(name);
        Files.createDirectories(file.resolveSibling("x").getParent());
        return Files.writeString(file, text);
    }

    private record Said(int code, String out, String err) {}

    private Said init(String... options) {
        var out = new StringWriter();
        var err = new StringWriter();
        var line = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        var words = new java.util.ArrayList<>(List.of("init", app.toString()));
        words.addAll(List.of(options));
        int code = line.execute(words.toArray(String[]::new));
        return new Said(code, out.toString(), err.toString());
    }

    /** What the written manifest says, read where all programs exist; it has no problems. */
    private Profile written() {
        var said = init();
        assertThat(said.code()).as(said.err()).isZero();
        return ProfileLoader.load(
                new Profile.Sources(
                        app, Map.of(), Map.of("PATH", temp.resolve("bin").toString()), temp));
    }

    private static List<String> command(Profile profile, int sidecar) {
        var command = profile.sidecars().get(sidecar).command();
        return command.stream().skip(1).map(t -> t.text()).toList();
    }

    @Test
    void aBuiltPageOfAPackageIsThePage() throws IOException {
        write(
                app,
                "package.json",
                "{\"name\": \"qa-web\", \"version\": \"1.2.3\","
                        + " \"scripts\": {\"build\": \"vite build\", \"dev\": \"vite\"},"
                        + " \"devDependencies\": {\"vite\": \"7\", \"vue-router\": \"4\"}}");
        write(app, "dist/index.html", "<!doctype html>");

        var profile = written();

        assertThat(profile.app().id()).isEqualTo("local.qa-web");
        assertThat(profile.app().version()).isEqualTo("1.2.3");
        assertThat(profile.ui())
                .isInstanceOfSatisfying(
                        Profile.Ui.Folder.class,
                        ui -> {
                            assertThat(ui.dir()).isEqualTo(app.resolve("dist"));
                            assertThat(ui.spa()).isTrue();
                        });
        assertThat(profile.sidecars()).isEmpty();
    }

    @Test
    void anUnbuiltVitePageIsServedByItsOwnServer() throws IOException {
        write(
                app,
                "web/package.json",
                "{\"scripts\": {\"dev\": \"vite\", \"build\": \"vite build\"},"
                        + " \"devDependencies\": {\"vite\": \"7\"}}");

        var profile = written();

        assertThat(profile.ui()).isEqualTo(new Profile.Ui.FromSidecar("web"));
        assertThat(command(profile, 0))
                .containsExactly(
                        "run",
                        "dev",
                        "--",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "${port}",
                        "--strictPort");
        assertThat(profile.sidecars().getFirst().cwd()).isEqualTo(app.resolve("web"));
    }

    @Test
    void aNodeServerIsASidecar() throws IOException {
        write(
                app,
                "package.json",
                "{\"scripts\": {\"start\": \"NODE_ENV=x node src/server.mjs\"},"
                        + " \"dependencies\": {\"express\": \"5\"}}");

        var profile = written();

        assertThat(command(profile, 0)).containsExactly("src/server.mjs");
        assertThat(profile.sidecars().getFirst().env()).containsOnlyKeys("PORT", "HOST");
        assertThat(profile.routes().getFirst().prefix()).isEqualTo("/");
    }

    @Test
    void fastApiFlaskAndAiohttpAreSidecarsWithTheirOwnCommands() throws IOException {
        write(app, "a/pyproject.toml", "[project]\ndependencies = [\"fastapi\"]\n");
        write(app, "a/qa/main.py", "api: FastAPI = FastAPI()\n@api.get(\"/health/ready\")\n");
        write(app, "b/requirements.txt", "flask\n");
        write(app, "b/site.py", "from flask import Flask\nweb = Flask(__name__)\n");
        write(app, "c/requirements.txt", "aiohttp\n");
        write(app, "c/server.py", "if __name__ == '__main__':\n    pass\n");

        var profile = written();

        assertThat(profile.sidecars().stream().map(s -> s.id()))
                .containsExactly("backend", "backend2", "backend3");
        assertThat(command(profile, 0))
                .containsExactly(
                        "-m", "uvicorn", "qa.main:api", "--host", "127.0.0.1", "--port", "${port}");
        assertThat(profile.sidecars().getFirst().ready().check().toString())
                .contains("/health/ready");
        assertThat(command(profile, 1)).containsSubsequence("--app", "site:web", "run");
        assertThat(command(profile, 2)).containsExactly("server.py");
        assertThat(profile.routes().stream().map(r -> r.prefix()))
                .containsExactly("/", "/backend2", "/backend3");
    }

    @Test
    void aFolderOfPlainFilesIsThePage() throws IOException {
        write(app, "public/index.html", "<!doctype html>");

        assertThat(written().ui())
                .isInstanceOfSatisfying(
                        Profile.Ui.Folder.class,
                        ui -> assertThat(ui.dir()).isEqualTo(app.resolve("public")));
    }

    @Test
    void pageAndBackendAreFoundTogether() throws IOException {
        write(app, "frontend/package.json", "{\"scripts\": {\"build\": \"x\"}}");
        write(app, "frontend/build/index.html", "<!doctype html>");
        write(app, "backend/requirements.txt", "uvicorn\nstarlette\n");
        write(app, "backend/app.py", "app = Starlette()\n");

        var profile = written();

        assertThat(profile.ui()).isInstanceOf(Profile.Ui.Folder.class);
        assertThat(profile.routes().getFirst().prefix()).isEqualTo("/api");
        assertThat(profile.routes().getFirst().to()).isEqualTo(new Destination.Sidecar("backend"));
    }

    @Test
    void nothingFoundIsAManifestThatSaysWhatCanStandInIt() {
        var profile = written();

        assertThat(profile.app().id()).isEqualTo("local.my-app");
        assertThat(profile.app().name()).isEqualTo("My App!");
        assertThat(app.resolve("proa.yaml"))
                .content()
                .contains("# sidecars:", "# ui: {dir: web/dist}");
    }

    @Test
    void aManifestThatIsThereStaysAsItIs() throws IOException {
        write(app, "proa.yaml", "mine");

        var said = init();

        assertThat(said.code()).isEqualTo(ExitCode.CANNOT_CREATE.number());
        assertThat(said.err()).contains("the file is there already. Edit it");
        assertThat(app.resolve("proa.yaml")).hasContent("mine");
    }

    @Test
    void printWritesNothing() {
        var said = init("--print");

        assertThat(said.code()).isZero();
        assertThat(said.out()).contains("proa: 1\napp:\n  id: local.my-app");
        assertThat(app.resolve("proa.yaml")).doesNotExist();
    }

    @Test
    void jsonSaysWhatWasFoundAndWhatIsLeftToDo() throws IOException {
        write(app, "requirements.txt", "uvicorn\n");
        write(app, "main.py", "app = FastAPI()\n");
        write(app, ".venv/bin/python", "not executable");

        var said = new JsonMapper().readTree(init("--json").out());

        assertThat(said.path("written").asBoolean()).isTrue();
        assertThat(said.path("file").asString()).isEqualTo(app.resolve("proa.yaml").toString());
        assertThat(said.path("found").get(0).path("what").asString()).contains("uvicorn");
        assertThat(said.path("content").asString()).startsWith("# yaml-language-server: $schema=");
        assertThat(said.path("problems").isArray()).isTrue();
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        app = temp.resolve("gone");

        assertThat(init().code()).isEqualTo(ExitCode.USAGE.number());
    }

    @Test
    void saysThatAPackageFileCannotBeRead() throws IOException {
        write(app, "package.json", "{\"name\": \"x\",\n  oops}");

        var said = init("--print");
        var written = init();

        assertThat(said.code()).isZero();
        assertThat(said.out()).contains("package.json that cannot be read");
        assertThat(written.out()).contains("it is not JSON at line 2, column");
    }

    @Test
    void saysThatCodeCannotBeReadAndGoesOnWithTheRest() throws IOException {
        write(app, "requirements.txt", "fastapi\n");
        write(app, "zz.py", "from fastapi import FastAPI\napp = FastAPI()\n");
        // Whoever reads it: a regular file whose first byte cannot be read.
        Files.createSymbolicLink(app.resolve("app.py"), Path.of("/proc/self/mem"));

        var said = init();

        assertThat(said.code()).as(said.err()).isZero();
        assertThat(said.out())
                .contains("an ASGI server")
                .contains("Python files that cannot be read (app.py)");
    }
}
