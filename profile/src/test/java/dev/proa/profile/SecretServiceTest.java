package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretServiceTest {
    @TempDir Path temp;

    private static String looked(FakeKeyring keyring) throws Exception {
        try (keyring) {
            var bus = "unix:path=" + keyring.socket() + ",guid=1f";
            return SecretService.of(Map.of("DBUS_SESSION_BUS_ADDRESS", bus))
                    .lookup(new TreeMap<>(Map.of("application", "qa", "account", "me")))
                    .reveal();
        }
    }

    @Test
    void givesTheSecretOfTheOneOpenItem() throws Exception {
        var keyring = new FakeKeyring(temp, List.of("/item/1"), List.of("/item/2"), "gr\u00fcn");

        assertThat(looked(keyring)).isEqualTo("gr\u00fcn");
        assertThat(keyring.calls())
                .containsExactly("Hello", "OpenSession", "SearchItems", "GetSecret");
        assertThat(keyring.searched()).contains("application", "qa", "account", "me");
    }

    @Test
    void saysWhatIsWrongWithTheItems() throws Exception {
        assertThatThrownBy(() -> looked(new FakeKeyring(temp, List.of(), List.of(), "")))
                .hasMessage("the keyring has no item with {account=me, application=qa}");
        assertThatThrownBy(() -> looked(new FakeKeyring(temp, List.of(), List.of("/l"), "")))
                .hasMessage("the keyring's item with {account=me, application=qa} is locked");
        assertThatThrownBy(() -> looked(new FakeKeyring(temp, List.of("/a", "/b"), List.of(), "")))
                .hasMessage("the keyring has 2 items with {account=me, application=qa}");
        assertThatThrownBy(() -> looked(new FakeKeyring(temp, List.of("/a"), List.of(), " ")))
                .hasMessage("the keyring's item with {account=me, application=qa} is empty");
    }

    @Test
    void aBusThatHangsUpOrIsNotThereIsNoSecretService() throws Exception {
        var nowhere = Map.of("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + temp.resolve("none"));
        assertThatThrownBy(() -> SecretService.of(nowhere).lookup(new TreeMap<>(Map.of("a", "b"))))
                .hasMessageStartingWith("there is no Secret Service (");
        assertThatThrownBy(() -> SecretService.of(Map.of()))
                .hasMessageContaining("has no D-Bus with a socket file");
        assertThatThrownBy(() -> looked(new FakeKeyring(temp, List.of("/a"), List.of(), null)))
                .hasMessage("there is no Secret Service (the bus hung up)");
    }

    @Test
    void aMissingKeyringIsAProblemOfTheSecretsDefinition() throws IOException {
        var app = new AppFolder(temp);
        app.environment.put("XDG_RUNTIME_DIR", temp.resolve("run").toString());
        app.manifest(
                """
                proa: 1
                app: {id: dev.example.qa, name: QA, version: 1.4.0}
                secrets: {T: {service: {application: qa}}}
                sidecars: {a: {command: [serve], env: {T: "${secret.T}"}}}
                """);

        assertThat(app.problems())
                .singleElement()
                .asString()
                .startsWith("proa.yaml:3:14 /secrets/T: there is no Secret Service (BASE/run/bus: ")
                .endsWith("Start the desktop's keyring, or use env or file for this secret.");
    }
}
