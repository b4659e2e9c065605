package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files a history is made of. */
class HistorySourceTest {
    @TempDir Path folder;
    private Path projects;
    private Path elsewhere;

    @BeforeEach
    void makeFolders() throws Exception {
        projects = folder.resolve("projects");
        elsewhere = Files.createDirectories(folder.resolve("disk/moved"));
        Files.writeString(elsewhere.resolve("s1.jsonl"), "{}");
    }

    private List<String> found() {
        return HistorySource.files(projects).stream()
                .map(found -> projects.relativize(found.file()).toString())
                .sorted()
                .toList();
    }

    @Test
    void theFolderItselfMayBeALink() throws Exception {
        Files.createSymbolicLink(projects, elsewhere.getParent());

        assertThat(found()).containsExactly("moved/s1.jsonl");
    }

    @Test
    void aProjectOrAFileMayBeALink() throws Exception {
        Files.createDirectories(projects);
        Files.createSymbolicLink(projects.resolve("p"), elsewhere);
        Files.createSymbolicLink(projects.resolve("f.jsonl"), elsewhere.resolve("s1.jsonl"));

        assertThat(found()).containsExactly("f.jsonl", "p/s1.jsonl");
    }

    @Test
    void linksThatLeadNowhereOrInACircleAreLeftOut() throws Exception {
        Files.createDirectories(projects.resolve("p"));
        Files.writeString(projects.resolve("p/s2.jsonl"), "{}");
        Files.createSymbolicLink(projects.resolve("p/round"), projects);
        Files.createSymbolicLink(projects.resolve("gone.jsonl"), folder.resolve("nothing"));
        Files.createDirectory(projects.resolve("folder.jsonl"));

        assertThat(found()).containsExactly("p/s2.jsonl");
    }
}
