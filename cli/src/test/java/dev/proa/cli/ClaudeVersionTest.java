package dev.proa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClaudeVersionTest {
    @TempDir Path home;

    private Path program(String path) throws IOException {
        var file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private void link(String path, Path target) throws IOException {
        var link = home.resolve(path);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, target);
    }

    @Test
    void readsItFromTheNativeInstallersLink() throws IOException {
        link(".local/bin/claude", program(".local/share/claude/versions/2.1.113"));

        assertThat(ClaudeVersion.oldest("", home)).hasToString("2.1.113");
    }

    @Test
    void readsItFromThePackageOnThePath() throws IOException {
        var cli = program("npm/lib/node_modules/@anthropic-ai/claude-code/cli.js");
        Files.writeString(
                cli.resolveSibling("package.json"),
                "{\n \"version\": \"2.0.9\",\n \"name\": \"@anthropic-ai/claude-code\"}");
        link("npm/bin/claude", cli);

        assertThat(ClaudeVersion.oldest("relative::" + home.resolve("npm/bin"), home))
                .hasToString("2.0.9");
    }

    @Test
    void takesTheOldestOfSeveralButTheNewestOfAnEditor() throws IOException {
        link(".local/bin/claude", program("versions/2.1.113"));
        Files.createDirectories(
                home.resolve(".vscode/extensions/anthropic.claude-code-2.0.1-linux-x64"));
        Files.createDirectories(
                home.resolve(".vscode/extensions/anthropic.claude-code-2.1.20-linux-x64"));
        Files.createDirectories(home.resolve(".vscode/extensions/other.claude-code-1.0.0"));

        assertThat(ClaudeVersion.oldest("", home)).hasToString("2.1.20");
    }

    @Test
    void isUnknownWhenOneOfThemDoesNotTell() throws IOException {
        link(".local/bin/claude", program("versions/2.1.113"));
        program("bin/claude");

        assertThat(ClaudeVersion.oldest(home.resolve("bin").toString(), home)).isNull();
        assertThat(ClaudeVersion.oldest("", home.resolve("empty"))).isNull();
    }
}
