package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.HandTurnedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class GitHeadsTest {
    @TempDir Path folder;
    private final GitHeads heads = new GitHeads(new HandTurnedClock());

    private Path tree(String head) throws IOException {
        Files.createDirectories(folder.resolve(".git"));
        Files.writeString(folder.resolve(".git/HEAD"), head);
        return folder;
    }

    @Test
    void saysTheBranchOfATreeAndOfFoldersInIt() throws Exception {
        tree("ref: refs/heads/feature/a\n");
        var inner = Files.createDirectories(folder.resolve("src/main"));

        assertThat(heads.branch(folder.toString())).contains("feature/a");
        assertThat(heads.branch(inner.toString())).contains("feature/a");
    }

    @Test
    void saysTheShortIdOfADetachedHead() throws Exception {
        var tree = tree("0123456789abcdef0123456789abcdef01234567\n");

        assertThat(heads.branch(tree.toString())).contains("0123456");
    }

    @Test
    void followsAWorktreeToItsOwnHead() throws Exception {
        tree("ref: refs/heads/main\n");
        var own = Files.createDirectories(folder.resolve(".git/worktrees/fix"));
        Files.writeString(own.resolve("HEAD"), "ref: refs/heads/fix\n");
        var absolute = Files.createDirectories(folder.resolve("a"));
        Files.writeString(absolute.resolve(".git"), "gitdir: " + own + "\n");
        var relative = Files.createDirectories(folder.resolve("b"));
        Files.writeString(relative.resolve(".git"), "gitdir: ../.git/worktrees/fix\n");

        assertThat(heads.branch(absolute.toString())).contains("fix");
        assertThat(heads.branch(relative.toString())).contains("fix");
    }

    @Test
    void saysNothingOfWhatIsNoWorkingTree() throws Exception {
        tree("something else\n");

        assertThat(heads.branch(folder.toString())).isEmpty();
        assertThat(heads.branch("relative")).isEmpty();
        assertThat(heads.branch(null)).isEmpty();
        assertThat(heads.branch("/nowhere/at/all")).isEmpty();
        assertThat(heads.branch("/\0")).isEmpty();
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void isNotHeldByAPipeInPlaceOfTheFile() throws Exception {
        Files.createDirectories(folder.resolve(".git"));
        var made = new ProcessBuilder("mkfifo", folder.resolve(".git/HEAD").toString()).start();
        assertThat(made.waitFor()).isZero();

        assertThat(heads.branch(folder.toString())).isEmpty();
    }
}
