package dev.proa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

final class HooksCommandTest {
    private static final String OWN = "{\n  \"model\": \"opus\"\n}";

    @TempDir Path folder;
    private HooksHome home;

    @BeforeEach
    void open() throws IOException {
        home = new HooksHome(folder);
    }

    @AfterEach
    void close() {
        home.close();
    }

    @Test
    void installsProgramAndSettingsAndKeepsADatedCopy() throws IOException {
        Files.writeString(home.settings(), OWN);
        Files.setPosixFilePermissions(
                home.settings(), PosixFilePermissions.fromString("rw-r-----"));

        var run = home.run("install", "claude");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(home.settings()).content().contains(home.program() + " claude");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.settings())))
                .isEqualTo("rw-r-----");
        assertThat(home.beside())
                .singleElement()
                .satisfies(copy -> {
                    assertThat(copy)
                            .hasFileName("settings.json.proa-20261120T141500.bak")
                            .hasContent(OWN);
                });
        assertThat(home.program()).hasContent("program 1").isExecutable();
        assertThat(run.out()).contains("next session", "Before 2.1.101");
    }

    @Test
    void changesNothingTheSecondTimeAndSaysSo() throws IOException {
        home.run("install", "claude");
        var before = Files.readAllBytes(home.settings());

        var again = home.run("install", "claude");

        assertThat(again.code()).isZero();
        assertThat(again.out()).contains("nothing was changed");
        assertThat(home.settings()).hasBinaryContent(before);
        assertThat(home.beside()).isEmpty();
    }

    @Test
    void neverOverwritesAnEarlierCopy() throws IOException {
        Files.writeString(home.settings(), OWN);
        var first = home.path(".claude/settings.json.proa-20261120T141500.bak");
        Files.writeString(first, "precious");

        home.run("install", "claude");

        assertThat(first).hasContent("precious");
        assertThat(home.path(".claude/settings.json.proa-20261120T141500-2.bak")).hasContent(OWN);
    }

    @Test
    void uninstallsToTheByteAndRemovesAFileThatWasNotThere() throws IOException {
        home.run("install", "claude");
        assertThat(home.settings()).exists();
        assertThat(home.run("uninstall", "claude").code()).isZero();
        assertThat(home.settings()).doesNotExist();
        assertThat(home.program()).exists();

        Files.delete(home.path(".claude/settings.json.proa-20261120T141500.bak"));
        Files.writeString(home.settings(), "{ \n\n }");
        home.run("install", "claude");
        home.run("uninstall", "claude");

        assertThat(home.settings()).hasBinaryContent("{ \n\n }".getBytes(UTF_8));
    }

    @Test
    void keepsWhatTheUserChangedBetweenInstallAndUninstall() throws IOException {
        Files.writeString(home.settings(), "{\n  \"hooks\": {\n    \"Stop\": []\n  }\n}\n");
        home.run("install", "claude");
        var changed = Files.readString(home.settings()).replaceFirst("\\{", "{\n  \"new\": 1,");
        Files.writeString(home.settings(), changed);

        home.run("uninstall", "claude");

        assertThat(home.settings())
                .content()
                .isEqualToIgnoringWhitespace("{\"new\":1,\"hooks\":{\"Stop\":[]}}");
    }

    @Test
    void editsBehindALinkAndKeepsTheLink() throws IOException {
        var real = Files.writeString(home.path("dotfiles.json"), OWN);
        Files.createSymbolicLink(home.settings(), real);

        home.run("install", "claude");

        assertThat(home.settings()).isSymbolicLink();
        assertThat(real).content().contains("proa-hook claude");
        home.run("uninstall", "claude");
        assertThat(real).hasContent(OWN);
        assertThat(home.settings()).isSymbolicLink();
    }

    @Test
    void keepsAByteOrderMark() throws IOException {
        Files.writeString(home.settings(), "\uFEFF" + OWN);

        home.run("install", "claude");
        assertThat(Files.readString(home.settings())).startsWith("\uFEFF{");
        home.run("uninstall", "claude");

        assertThat(home.settings()).hasBinaryContent(("\uFEFF" + OWN).getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ // c\n}",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":2}",
                "{",
                "[]",
                "{\"hooks\":[]}",
                "{\"hooks\":{\"Stop\":{}}}",
                "{\"a\":\"\u0001\"}",
            })
    void refusesBadSettingsAndLeavesThemToTheByte(String text) throws IOException {
        Files.writeString(home.settings(), text);

        for (var verb : new String[] {"install", "uninstall"}) {
            var run = home.run(verb, "claude");
            assertThat(run.code()).isEqualTo(65);
            assertThat(run.err()).startsWith(home.settings() + ":1:");
        }

        assertThat(home.settings()).hasBinaryContent(text.getBytes(UTF_8));
        assertThat(home.beside()).isEmpty();
        assertThat(home.program()).doesNotExist();
    }

    @Test
    void refusesTextThatIsNotUtf8() throws IOException {
        var bytes = new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
        Files.write(home.settings(), bytes);

        assertThat(home.run("install", "claude").code()).isEqualTo(65);

        assertThat(home.settings()).hasBinaryContent(bytes);
    }

    @Test
    void refusesAReadOnlyFileAndADanglingLink() throws IOException {
        Files.writeString(home.settings(), OWN);
        Files.setPosixFilePermissions(
                home.settings(), PosixFilePermissions.fromString("r--r--r--"));
        var run = home.run("install", "claude");
        assertThat(run.code()).isEqualTo(73);
        assertThat(run.err()).contains("it is read-only", "chmod u+w");
        assertThat(home.settings()).hasContent(OWN);

        var link = home.path("link.json");
        Files.createSymbolicLink(link, Path.of("nowhere.json"));
        assertThat(home.run("install", "claude", "--settings", link.toString()).err())
                .contains("it is a link to nowhere.json");
    }

    @Test
    void namesTheOwnerOfAReadOnlyFileThatIsAnothers() throws IOException {
        Files.writeString(home.settings(), OWN);
        Files.setPosixFilePermissions(
                home.settings(), PosixFilePermissions.fromString("r--r--r--"));
        Assumptions.assumeTrue(givenAway(home.settings()), "only root can give a file away");

        assertThat(home.run("install", "claude").err())
                .contains("it is read-only", "It belongs to nobody")
                .doesNotContain("chmod");
    }

    private static boolean givenAway(Path file) throws IOException {
        var users = file.getFileSystem().getUserPrincipalLookupService();
        try {
            Files.setOwner(file, users.lookupPrincipalByName("nobody"));
            return true;
        } catch (FileSystemException e) {
            return false;
        }
    }

    @Test
    void saysWhereItCannotWrite() throws IOException {
        Files.writeString(home.path("plain"), "");

        var run = home.run("install", "claude", "--settings", home.path("plain/x.json").toString());

        assertThat(run.code()).isEqualTo(73);
        assertThat(run.err()).contains("plain/x.json: it cannot be written");
    }

    @Test
    void refusesToOverwriteAChangeMadeMeanwhile() throws IOException {
        Files.writeString(home.settings(), OWN);
        var read = SettingsFile.read(home.settings());
        Files.writeString(home.settings(), "{\"other\":1}");

        assertThatThrownBy(() -> read.replace("{}", Instant.EPOCH))
                .isInstanceOfSatisfying(
                        ProaException.class,
                        e -> assertThat(e.exitCode()).isEqualTo(ExitCode.TRY_LATER));

        assertThat(home.settings()).hasContent("{\"other\":1}");
        assertThat(home.beside()).noneMatch(p -> p.toString().endsWith(".tmp"));
    }

    @Test
    void printsWithoutWriting() throws IOException {
        Files.writeString(home.settings(), OWN);

        var run = home.run("install", "claude", "--print", "--claude-version", "2.1.113");

        assertThat(run.out()).startsWith("{\n  \"model\": \"opus\",\n  \"hooks\": {");
        assertThat(run.out()).contains("PermissionRequest");
        assertThat(home.settings()).hasContent(OWN);
        assertThat(home.program()).doesNotExist();
    }

    @Test
    void renewsTheProgramWhenAnotherIsShipped() throws IOException {
        home.run("install", "claude");
        Files.writeString(home.path("shipped-hook"), "program 2");

        var run = home.run("install", "claude");

        assertThat(run.out()).contains("renewed");
        assertThat(home.program()).hasContent("program 2").isExecutable();
    }

    @Test
    void followsClaudeConfigDirAndXdgDataHome() throws IOException {
        home.set("CLAUDE_CONFIG_DIR", home.path("conf").toString());
        home.set("XDG_DATA_HOME", home.path("data dir").toString());

        home.run("install", "claude");

        assertThat(home.path("conf/settings.json"))
                .content()
                .contains("'" + home.path("data dir/proa/hooks/proa-hook") + "' claude");
    }

    @Test
    void refusesWhatThisVersionCannotDo() {
        assertThat(home.run("install", "codex", "--safety").code()).isEqualTo(64);
        assertThat(home.run("install", "emacs").code()).isEqualTo(64);
        assertThat(home.run("install").code()).isEqualTo(64);
        assertThat(home.run().code()).isEqualTo(64);
        assertThat(home.run("install", "claude", "--claude-version", "new").code()).isEqualTo(64);
    }

    @Test
    void showsExamplesInTheHelp() {
        for (var verb : new String[] {"install", "uninstall", "doctor"}) {
            assertThat(home.run(verb, "--help").out()).contains("proa hooks " + verb + " claude");
        }
        assertThat(home.run("--help").out()).contains("proa hooks install claude");
    }

    @Test
    void doctorNamesEverythingThatIsMissing() throws IOException {
        Files.createDirectories(home.path(".local/state/proa/dev.proa.agent-monitor/spool"));
        Files.writeString(
                home.path(".local/state/proa/dev.proa.agent-monitor/spool/1.json"), "12345");

        var run = home.run("doctor", "claude", "--no-probe");

        assertThat(run.code()).isEqualTo(69);
        assertThat(run.out())
                .contains("wrong  program: ", "does not report SessionStart", "wrong  monitor")
                .contains("ok     spool: 1 payload of 5 bytes in");
    }

    @Test
    void doctorIsContentWhenAllIsThere() throws IOException {
        home.run("install", "claude");
        try (var monitor = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            home.set("AGENTMONITOR_URL", "http://127.0.0.1:" + monitor.getLocalPort());

            var run = home.run("doctor", "claude", "--no-probe", "--json");

            assertThat(run.code()).as(run.out()).isZero();
            var json = new JsonMapper().readTree(run.out());
            assertThat(json.path("ok").booleanValue()).isTrue();
            assertThat(json.path("checks")).hasSize(4);
        }
    }

    @Test
    void doctorSeesHooksThatAreSwitchedOff() throws IOException {
        Files.writeString(home.settings(), "{\"disableAllHooks\": true}");
        home.run("install", "claude");

        assertThat(home.run("doctor", "claude", "--no-probe").out())
                .contains("switches all hooks off");
    }

    @Test
    void findsTheMonitorByTheDiscoveryFileOfThisMachineOnly() throws IOException {
        home.set("AGENTMONITOR_URL", "");
        var file = home.path(".local/state/proa/dev.proa.agent-monitor/ingest-url");
        Files.createDirectories(file.getParent());

        Files.writeString(file, "http://127.0.0.1:1\n");
        assertThat(home.run("doctor", "claude", "--no-probe").out())
                .contains("http://127.0.0.1:1 (from " + file + ")");

        Files.writeString(file, "http://192.0.2.7:1\n");
        assertThat(home.run("doctor", "claude", "--no-probe").out())
                .contains("http://127.0.0.1:3141 (from the usual port)");
    }
}
