package dev.proa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Random settings in random layouts: what install adds, and that uninstall takes it away. */
final class HooksRoundTripTest {
    private static final int DOCUMENTS = 250;
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir Path folder;

    @Test
    void installAddsOurGroupsAndUninstallRestoresEveryByte() throws IOException {
        for (long seed = 0; seed < DOCUMENTS; seed++) {
            var text = new Settings(new Random(seed)).text();
            var about = "seed " + seed + ":\n" + text;
            try (var home = new HooksHome(Files.createDirectory(folder.resolve("h" + seed)))) {
                Files.writeString(home.settings(), text);

                var run = home.run("install", "claude");

                assertThat(run.code()).as(about + run.err()).isZero();
                var installed = Files.readString(home.settings());
                assertThat(tree(installed)).as(about).isEqualTo(expected(text, home));
                assertThat(home.run("install", "claude").out()).as(about).contains("nothing was");
                assertThat(home.run("uninstall", "claude").code()).as(about).isZero();
                assertThat(home.settings()).as(about).hasBinaryContent(text.getBytes(UTF_8));
            }
        }
    }

    @Test
    void uninstallKeepsAForeignChangeMadeSince() throws IOException {
        for (long seed = 0; seed < DOCUMENTS; seed++) {
            var text = new Settings(new Random(seed)).text();
            var about = "seed " + seed + ":\n" + text;
            try (var home = new HooksHome(Files.createDirectory(folder.resolve("k" + seed)))) {
                Files.writeString(home.settings(), text);
                home.run("install", "claude");
                var json = JsonText.parse("s", stripMark(Files.readString(home.settings())));
                var root = (JsonText.Obj) json.root();
                Files.writeString(
                        home.settings(),
                        JsonLayout.of(json).add(json.text(), root, "later", List.of("x")));

                assertThat(home.run("uninstall", "claude").code()).as(about).isZero();

                var expected = (ObjectNode) tree(text);
                expected.putArray("later").add("x");
                assertThat(tree(Files.readString(home.settings()))).as(about).isEqualTo(expected);
            }
        }
    }

    private static String stripMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static JsonNode tree(String text) {
        return MAPPER.readTree(stripMark(text));
    }

    private static JsonNode expected(String text, HooksHome home) {
        var root = (ObjectNode) tree(text);
        var hooks = root.has("hooks") ? (ObjectNode) root.get("hooks") : root.putObject("hooks");
        for (var event : ClaudeHooks.events(null, false)) {
            var groups = hooks.has(event) ? (ArrayNode) hooks.get(event) : hooks.putArray(event);
            var group = groups.addObject();
            if (event.equals("PostToolUse")) {
                group.put("matcher", "*");
            }
            group.putArray("hooks")
                    .addObject()
                    .put("type", "command")
                    .put("command", home.program() + " claude")
                    .put("timeout", 10);
        }
        return root;
    }

    /** Writes settings with foreign hooks in one of several layouts, some of them ugly. */
    private static final class Settings {
        private static final String[] UNITS = {"  ", "    ", "\t", ""};
        private static final String[] EVENTS = {
            "Stop", "PostToolUse", "SessionStart", "PreToolUse"
        };
        private static final String[] STRINGS = {
            "a", "", "é\uD83D\uDE00", "q\\\"q", "back\\\\", "}],{", "\\u0041", "proa-hook claude"
        };
        private final Random random;
        private final String newline;
        private final String unit;
        private final int layout;

        Settings(Random random) {
            this.random = random;
            newline = random.nextInt(4) == 0 ? "\r\n" : "\n";
            unit = UNITS[random.nextInt(UNITS.length)];
            layout = random.nextInt(4);
        }

        String text() {
            var members = new ArrayList<String>();
            for (int i = random.nextInt(4); i > 0; i--) {
                members.add(member("m" + i, value(2)));
            }
            if (random.nextInt(3) > 0) {
                members.add(random.nextInt(members.size() + 1), member("hooks", hooks()));
            }
            var mark = random.nextInt(8) == 0 ? "\uFEFF" : "";
            var end = random.nextBoolean() ? newline : "";
            return mark + block("{", members, "}", 0) + end;
        }

        private String hooks() {
            var events = new ArrayList<String>();
            for (var event : EVENTS) {
                if (random.nextInt(3) == 0) {
                    var groups = new ArrayList<String>();
                    for (int i = random.nextInt(3); i > 0; i--) {
                        var handler = block("{", List.of(member("command", value(0))), "}", 5);
                        var handlers = block("[", List.of(handler), "]", 4);
                        groups.add(block("{", List.of(member("hooks", handlers)), "}", 3));
                    }
                    events.add(member(event, block("[", groups, "]", 2)));
                }
            }
            return block("{", events, "}", 1);
        }

        private String value(int depth) {
            return switch (random.nextInt(depth == 0 ? 4 : 6)) {
                case 0 -> "-12.5e2";
                case 1 -> "null";
                case 4 -> block("[", List.of(value(depth - 1), value(depth - 1)), "]", 3 - depth);
                case 5 -> block("{", List.of(member("k", value(depth - 1))), "}", 3 - depth);
                default -> "\"" + STRINGS[random.nextInt(STRINGS.length)] + "\"";
            };
        }

        private String member(String name, String value) {
            var colon = layout == 0 ? ":" : layout == 3 ? odd() + ":" + odd() : ": ";
            return "\"" + name + "\"" + colon + value;
        }

        private String block(String open, List<String> parts, String close, int depth) {
            if (parts.isEmpty()) {
                return open + (random.nextInt(3) == 0 ? odd() : "") + close;
            }
            return switch (layout) {
                case 0 -> open + String.join(",", parts) + close;
                case 1 -> open + " " + String.join(", ", parts) + " " + close;
                case 2 -> {
                    var line = newline + unit.repeat(depth + 1);
                    yield open
                            + line
                            + String.join("," + line, parts)
                            + newline
                            + unit.repeat(depth)
                            + close;
                }
                default -> {
                    var joined = new StringBuilder(open).append(odd());
                    for (var part : parts) {
                        joined.append(part).append(odd()).append(',').append(odd());
                    }
                    joined.deleteCharAt(joined.lastIndexOf(","));
                    yield joined.append(close).toString();
                }
            };
        }

        private String odd() {
            var odd = new StringBuilder();
            for (int i = random.nextInt(3); i > 0; i--) {
                odd.append(List.of(" ", "\t", newline).get(random.nextInt(3)));
            }
            return odd.toString();
        }
    }
}
