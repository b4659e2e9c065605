package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.SettingsLayer;
import dev.proa.core.Where;
import dev.proa.eventlog.SettingValues.Kept;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class SettingsTest {
    @TempDir Path folder;

    private Settings open(SettingsLayer... given) {
        return Settings.open(folder, List.of(given));
    }

    private static SettingsLayer layer(String name, Map<String, Object> values) {
        return new SettingsLayer(
                name, values, Map.of("", new Where(name + ".json", 3, 5, "/settings")));
    }

    private static Reply put(Settings settings, String body) {
        return settings.put(body.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode json(Reply reply) {
        return Json.read(new String(reply.json(), StandardCharsets.UTF_8));
    }

    @Test
    void withoutAnyLayerEverythingIsKeptAndTheLimitsAreThoseOfTheContract() {
        var values = open().values();

        assertThat(values.privacy().of("hook"))
                .isEqualTo(new SettingValues.PrivacyRule(Kept.KEEP, Kept.KEEP, 500, true));
        assertThat(values.retention().days()).isEmpty();
        assertThat(values.retention().maxBytes()).isEmpty();
        assertThat(values.budgets()).isEmpty();
        assertThat(values.limit("claude_code").orElseThrow().sessionLimit())
                .isEqualByComparingTo("44000");
        assertThat(values.limit("codex").orElseThrow().extendedLimit())
                .isEqualByComparingTo("1500");
        assertThat(values.imports()).isEqualTo(new SettingValues.Imports(true, 10));
    }

    @Test
    void theProfileWinsOverWhatWasChosenAndThatOverTheManifest() {
        var manifest =
                layer(
                        "manifest",
                        Map.of(
                                "privacy",
                                Map.of("prompts", "drop", "outputs", "drop", "redact", false)));
        put(open(manifest), "{\"privacy\":{\"prompts\":\"cut\",\"outputs\":\"cut\"}}");
        var profile = layer("profile", Map.of("privacy", Map.of("prompts", "keep")));

        var settings = open(profile, manifest);

        assertThat(settings.values().privacy().usual())
                .isEqualTo(new SettingValues.PrivacyRule(Kept.KEEP, Kept.CUT, 500, false));
        var said = json(settings.reply());
        assertThat(said.path("from").path("/privacy/prompts").stringValue()).isEqualTo("profile");
        assertThat(said.path("from").path("/privacy/outputs").stringValue()).isEqualTo("settings");
        assertThat(said.path("from").path("/privacy/redact").stringValue()).isEqualTo("manifest");
        assertThat(said.path("from").path("/privacy/cut_at").stringValue()).isEqualTo("default");
        assertThat(said.path("values").path("privacy").path("outputs").stringValue())
                .isEqualTo("cut");
        assertThat(said.path("problems").path(0).path("what").stringValue())
                .isEqualTo(
                        "\"cut\" was chosen and does not hold: profile.json:3:5 /settings sets it");
    }

    @Test
    void aSourceWithARuleOfItsOwnTakesTheRestFromTheUsualOne() {
        var settings = open();

        put(
                settings,
                "{\"privacy\":{\"outputs\":\"cut\",\"per_source\":{\"hook\":{\"prompts\":\"drop\"}}}}");

        assertThat(settings.values().privacy().of("hook"))
                .isEqualTo(new SettingValues.PrivacyRule(Kept.DROP, Kept.CUT, 500, true));
        assertThat(settings.values().privacy().of("otel").prompts()).isEqualTo(Kept.KEEP);
    }

    @Test
    void whatWasChosenIsThereAfterARestartInAFileOfItsOwner() throws IOException {
        var reply =
                put(
                        open(),
                        """
                        {"retention":{"days":30,"max_bytes":1073741824,"kinds":{"tool_use":7,"session_end":0}},
                         "budgets":[{"name":"All","period":"week","limit_usd":12.345678901,"project":"proa"}],
                         "limits":{"codex":{"session_limit":0.5}},"import":{"auto":false}}
                        """);

        assertThat(reply.status()).isEqualTo(200);
        var values = open().values();
        assertThat(values.retention().days()).isEqualTo(OptionalInt.of(30));
        assertThat(values.retention().maxBytes()).isEqualTo(OptionalLong.of(1L << 30));
        assertThat(values.retention().kinds())
                .containsEntry("tool_use", OptionalInt.of(7))
                .containsEntry("session_end", OptionalInt.empty());
        assertThat(values.budgets().getFirst().limitNanos()).isEqualTo(12_345_678_901L);
        assertThat(values.budgets().getFirst().project()).contains("proa");
        assertThat(values.limit("codex").orElseThrow().sessionLimit())
                .isEqualTo(new BigDecimal("0.5"));
        assertThat(values.limit("codex").orElseThrow().sessionHours()).isEqualTo(5);
        assertThat(values.imports().auto()).isFalse();
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("settings.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnceAndNothingIsChanged() {
        var settings = open();

        var reply =
                put(
                        settings,
                        """
                        {"privacy":{"prompts":"hide","cut_at":3,"per_source":{"hooks":{}}},"retention":{"days":-1,"max_bytes":5},
                         "budgets":[{"limit_usd":0},{"name":"a","limit_usd":1},{"name":"a","limit_usd":"x"}],
                         "import":{"auto":"yes"},"colour":1,"limits":{"claude_code":{"kind":"hours"}}}
                        """);

        assertThat(reply.status()).isEqualTo(400);
        var fields = new ArrayList<String>();
        json(reply).path("details").forEach(d -> fields.add(d.path("field").stringValue()));
        assertThat(fields)
                .containsExactlyInAnyOrder(
                        "/colour",
                        "/privacy/prompts",
                        "/privacy/cut_at",
                        "/privacy/per_source/hooks",
                        "/retention/days",
                        "/retention/max_bytes",
                        "/budgets/0",
                        "/budgets/0/limit_usd",
                        "/budgets/2/name",
                        "/budgets/2/limit_usd",
                        "/limits/claude_code/kind",
                        "/import/auto");
        assertThat(settings.values()).isEqualTo(open().values());
        assertThat(folder.resolve("settings.json")).doesNotExist();
    }

    @Test
    void whatTheProfileSetsCannotBeChangedElsewhere() {
        var settings = open(layer("profile", Map.of("privacy", Map.of("prompts", "drop"))));

        var reply = put(settings, "{\"privacy\":{\"prompts\":\"keep\",\"outputs\":\"cut\"}}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(json(reply).path("details").path(0).path("message").stringValue())
                .isEqualTo("it is set by profile.json:3:5 /settings. Change it there.");
        assertThat(settings.values().privacy().usual().outputs()).isEqualTo(Kept.KEEP);
    }

    @Test
    void aFormThatSendsAllOfItChoosesOnlyWhatIsNew() throws IOException {
        var settings = open();
        var all = json(settings.reply()).path("values").toString();

        put(settings, all.replace("\"every_minutes\":10", "\"every_minutes\":20"));

        assertThat(Json.read(Files.readString(folder.resolve("settings.json"))).toString())
                .isEqualTo("{\"import\":{\"every_minutes\":20}}");
    }

    @Test
    void nullTakesBackWhatWasChosen() {
        var settings = open();
        put(settings, "{\"privacy\":{\"prompts\":\"drop\"},\"import\":{\"every_minutes\":20}}");

        put(settings, "{\"privacy\":null,\"import\":{\"every_minutes\":null}}");

        assertThat(settings.values()).isEqualTo(Settings.open(folder, List.of()).values());
        assertThat(settings.values().privacy().usual().prompts()).isEqualTo(Kept.KEEP);
        assertThat(settings.values().imports().everyMinutes()).isEqualTo(10);
    }

    @Test
    void listenersHearOfAChange() {
        var settings = open();
        var heard = new ArrayList<SettingValues>();
        settings.listen(heard::add);

        put(settings, "{\"privacy\":{\"prompts\":\"drop\"}}");

        assertThat(heard).hasSize(1).contains(settings.values());
    }

    @Test
    void problemsOfAllLayersAreSaidTogetherWithTheirPlaces() throws IOException {
        Files.writeString(folder.resolve("settings.json"), "{\"import\": {\"every\": 5}}");
        var profile = layer("profile", Map.of("privacy", Map.of("prompts", "never")));

        var e =
                catchThrowableOfType(
                        ProaException.class, () -> Settings.open(folder, List.of(profile)));

        assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_CONFIG);
        assertThat(e.problems())
                .extracting(Object::toString)
                .containsExactly(
                        "profile.json:3:5 /settings: \"never\" is not one of keep, cut, drop. Write one of"
                                + " them.",
                        folder.resolve("settings.json")
                                + " /import/every: there is no such setting. Write one of auto, every_minutes.");
    }

    @Test
    void aBrokenFileIsRefusedWithItsPlace() throws IOException {
        Files.writeString(folder.resolve("settings.json"), "{\n \"import\": {,}}");

        var e = catchThrowableOfType(ProaException.class, () -> open());

        assertThat(e.problems().getFirst().where().line()).isEqualTo(2);
    }
}
