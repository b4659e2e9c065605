package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.MonotonicTime;
import dev.proa.core.Problem;
import dev.proa.profile.SidecarSpec;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
    private static final Duration DEBOUNCE = Duration.ofMillis(100);

    private record Change(String sidecar, String file) {}

    private final List<Change> changes = new CopyOnWriteArrayList<>();
    private final List<Problem> problems = new CopyOnWriteArrayList<>();
    private Path app;
    private Duration debounce = DEBOUNCE;
    private Optional<FileWatch> watch = Optional.empty();

    @BeforeEach
    void anApp(@TempDir Path folder) throws IOException {
        app = folder.toRealPath();
        write("api/main.py", "1");
        write("api/lib/deep.py", "1");
        write("web/page.ts", "1");
        write("bell", "1");
    }

    @AfterEach
    void end() throws IOException {
        if (watch.isPresent()) {
            watch.get().close();
        }
        assertThat(problems).isEmpty();
    }

    private Path write(String name, String text) throws IOException {
        var file = app.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private void watch(String... paths) throws IOException {
        var listener =
                new FileWatch.Listener() {
                    @Override
                    public void changed(String sidecar, Path file) {
                        changes.add(new Change(sidecar, app.relativize(file).toString()));
                    }

                    @Override
                    public void problem(Problem problem) {
                        problems.add(problem);
                    }
                };
        watch =
                Optional.of(
                        FileWatch.start(
                                List.of(files("api", paths), files("bell", "bell")),
                                listener,
                                new MonotonicTime()));
    }

    private WatchedFiles files(String sidecar, String... paths) {
        return new WatchedFiles(
                sidecar, new SidecarSpec.Watch(List.of(paths), debounce), app, app.resolve("data"));
    }

    /** What is told of the api; whatever happened before this call has been told on its return. */
    private List<String> told() throws IOException {
        write("bell", "rung " + changes.size());
        Await.until(
                "the bell", () -> changes.stream().anyMatch(each -> each.file().equals("bell")));
        changes.removeIf(each -> each.sidecar().equals("bell"));
        return changes.stream().map(Change::file).toList();
    }

    private void awaitApi() {
        Await.until(
                "a change", () -> changes.stream().anyMatch(each -> each.sidecar().equals("api")));
    }

    @Test
    void aBurstOf50WritesIsToldOnce() throws Exception {
        debounce = Duration.ofSeconds(2); // however long a busy machine lets a writer wait
        watch("api/**/*.py");

        for (int i = 0; i < 50; i++) {
            write("api/main.py", "version " + i);
        }
        awaitApi();

        assertThat(told()).containsExactly("api/main.py");
    }

    @Test
    void aFileThatNoPatternNamesIsNotTold() throws Exception {
        watch("api/**/*.py");

        write("web/page.ts", "2");
        write("api/notes.txt", "2");
        write("api/__pycache__/main.py", "2");
        write("data/api/main.py", "2");

        assertThat(told()).isEmpty();
    }

    @Test
    void aSaveThatReplacesTheFileIsTold() throws Exception {
        watch("api/*.py");
        var modified = Files.getLastModifiedTime(app.resolve("api/main.py"));

        var fresh = write("api/.main.py.swp", "2");
        Files.setLastModifiedTime(fresh, modified);
        Files.move(fresh, app.resolve("api/main.py"), StandardCopyOption.REPLACE_EXISTING);
        awaitApi();

        assertThat(told()).containsExactly("api/main.py");
    }

    @Test
    void aDeletionAndARenameAreTold() throws Exception {
        watch("api/*.py");

        Files.delete(app.resolve("api/main.py"));
        awaitApi();
        changes.clear();
        Files.move(app.resolve("api/lib/deep.py"), app.resolve("api/shallow.py"));
        awaitApi();

        assertThat(told()).containsExactly("api/shallow.py");
    }

    @Test
    void filesInFoldersThatAreMadeLaterAreTold() throws Exception {
        watch("api");

        write("api/new/folder/one.py", "1");
        awaitApi();
        changes.clear();
        write("api/new/folder/two.py", "1");
        awaitApi();

        assertThat(told()).containsExactly("api/new/folder/two.py");
    }

    @Test
    void aFolderMovedAwayIsToldAndSoIsItsReturn() throws Exception {
        watch("api/**");

        Files.move(app.resolve("api"), app.resolve("api.old"));
        Files.move(app.resolve("api.old"), app.resolve("api"));
        write("api/main.py", "2");
        awaitApi();
        changes.clear();
        write("api/lib/deep.py", "2");
        awaitApi();

        assertThat(told()).containsExactly("api/lib/deep.py");
    }

    @Test
    void aFileThatIsOnlyTouchedByRightsIsNotTold() throws Exception {
        watch("api/*.py");

        Files.setPosixFilePermissions(
                app.resolve("api/main.py"), PosixFilePermissions.fromString("rwx------"));

        assertThat(told()).isEmpty();
    }

    @Test
    void patternsMeanWhatPeopleExpect() {
        assertThat(matches("**/*.py", "a.py", "x/y/a.py")).containsExactly(true, true);
        assertThat(matches("src", "src/a", "src/x/b", "lib/a")).containsExactly(true, true, false);
        assertThat(matches("src/**/*.py", "src/a.py", "src/x/a.py", "a.py"))
                .containsExactly(true, true, false);
        assertThat(matches("./src/*.{js,ts}", "src/a.ts", "src/x/a.ts"))
                .containsExactly(true, false);
        assertThat(matches("**", "target/a", ".git/b", "x/node_modules/c", "data/logs/api.log"))
                .containsOnly(false);
        assertThat(matches("target/gen/*", "target/gen/a")).containsExactly(true);
        assertThat(matches("../other/*.py", "../other/a.py", "other/a.py"))
                .containsExactly(true, false);
    }

    private List<Boolean> matches(String pattern, String... files) {
        var watched = files("api", pattern);
        return List.of(files).stream()
                .map(file -> watched.matches(app.resolve(file).normalize()))
                .toList();
    }
}
