package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpansionTest {
    @TempDir Path temp;
    private AppFolder app;

    @BeforeEach
    void makeAnApp() throws IOException {
        app = new AppFolder(temp);
    }

    /** The arguments as the program would get them. */
    private List<String> arguments(String items) {
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                sidecars:
                  a:
                    command: [serve, %s]
                    port: {strategy: assigned}
                """
                        .formatted(items));
        return app.load().sidecars().getFirst().command().stream()
                .skip(1)
                .map(t -> t.resolve(name -> "<" + name + ">"))
                .map(app::withoutBase)
                .toList();
    }

    @Test
    void leavesLateNamesOpenAndTakesTwoDollarsForOne() {
        assertThat(
                        arguments(
                                "'${port}', 'a${data}b', '$${port}', '$$HOME', 'x$$', '5$', '$$$$', '^a$|b'"))
                .containsExactly(
                        "<port>", "a<data>b", "${port}", "$HOME", "x$", "5$", "$$", "^a$|b");
    }

    @Test
    void neverReadsAValueOfTheEnvironmentAgain() {
        app.environment.put("X", "${port} ${env.Y} $$ $HOME ~/x");

        assertThat(arguments("'${env.X}', 'a ${env.X}', '${env.NO:-~/y}'"))
                .containsExactly(
                        "${port} ${env.Y} $$ $HOME ~/x",
                        "a ${port} ${env.Y} $$ $HOME ~/x",
                        "BASE/home/y");
    }

    @Test
    void takesTheDefaultForAMissingOrEmptyValue() {
        app.environment.put("EMPTY", "");
        app.write("runtime-profile.json", "{\"data_dir\": \"/x\"}");

        assertThat(
                        arguments(
                                "'${env.NO:-a}', '${env.EMPTY:-b}', '${env.EMPTY}', '${env.NO:-}',"
                                        + " '${profile.backend_url:-c}',"
                                        + " '${profile.llm_defaults.model:-d:-e}'"))
                .containsExactly("a", "b", "", "", "c", "d:-e");
    }

    @Test
    void looksValuesOfTheProfileUp() {
        app.write(
                "runtime-profile.json",
                """
                {"data_dir": "~/pqa", "local_ports": {"mongo": 5},
                 "llm_defaults": {"model": "m$x"}, "feature_flags": {"f": true}}
                """);

        assertThat(
                        arguments(
                                "'${profile.data_dir}/mongo', '${profile.local_ports.mongo}',"
                                        + " '${profile.llm_defaults.model}', '${profile.feature_flags.f}'"))
                .containsExactly("BASE/home/pqa/mongo", "5", "m$x", "true");
    }

    @Test
    void expandsTheHomeFolderOnlyAtTheStartOfAnItemOrOfAnOptionsValue() {
        assertThat(arguments("~/a, --dbpath=~/b, a~/c, http://h/~x, '~', a=~/d"))
                .containsExactly(
                        "BASE/home/a",
                        "--dbpath=BASE/home/b",
                        "a~/c",
                        "http://h/~x",
                        "BASE/home",
                        "a=~/d");
    }

    @Test
    void keepsADollarInTheNameOfTheHomeFolder() throws IOException {
        var home = Path.of("/home/a${port}$");

        assertThat(new Home(home).expandItem("~/x")).isEqualTo("/home/a$${port}$$/x");
    }

    @Test
    void expandsAfterEachColonOfAVariable() {
        var home = new Home(Path.of("/h"));

        assertThat(home.expandAssigned("~/a:~/b:/c")).isEqualTo("/h/a:/h/b:/c");
    }

    @Test
    void leavesNothingOpenInAnyOtherValue() {
        app.environment.put("W", "700");
        app.environment.put("SPA", "true");
        app.environment.put("DIR", "web");
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: "${env.DIR} QA", version: 1.4.0}
                window: {width: "${env.W}"}
                ui: {dir: "${env.DIR}", spa: "${env.SPA}"}
                """);

        var profile = app.load();

        assertThat(profile.app().name()).isEqualTo("web QA");
        assertThat(profile.window().width()).isEqualTo(700);
        assertThat(profile.ui()).isEqualTo(Profile.Ui.Folder.of(app.folder.resolve("web"), true));
    }
}
