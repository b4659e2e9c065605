package dev.proa.cli;

import dev.proa.cli.JsonText.Arr;
import dev.proa.cli.JsonText.Child;
import dev.proa.cli.JsonText.Obj;
import dev.proa.cli.JsonText.Scalar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The hooks that the agent monitor needs in Claude Code's settings, as edits of their text.
 *
 * <p>Each event holds groups, each group a matcher and a list of handlers
 * (https://code.claude.com/docs/en/hooks). Ours are handlers whose command runs {@code proa-hook
 * claude}, wherever that program lies.
 */
final class ClaudeHooks {
    /** Known to every Claude Code since 1.0.85. */
    private static final List<String> EVENTS =
            List.of(
                    "SessionStart",
                    "SessionEnd",
                    "UserPromptSubmit",
                    "PostToolUse",
                    "Notification",
                    "Stop",
                    "SubagentStop",
                    "PreCompact");

    /**
     * Known to newer ones only. A Claude Code before 2.1.101 ignores a whole settings file that
     * names an event it does not know, so these need a version that is known to be newer.
     */
    private static final List<String> LATER_EVENTS =
            List.of("PostToolUseFailure", "PermissionRequest", "SubagentStart", "StopFailure");

    /** Asked before each shell command, if it is installed with {@code --safety}. */
    private static final String BEFORE_TOOLS = "PreToolUse";

    private static final String SAFETY = " --safety";

    private static final ClaudeVersion FORGIVING = new ClaudeVersion(2, 1, 101);
    private static final Set<String> TOOL_EVENTS =
            Set.of("PostToolUse", "PostToolUseFailure", "PermissionRequest");
    private static final int TIMEOUT_SECONDS = 10;
    private static final Pattern OURS =
            Pattern.compile(
                    "\\s*(?:'(?:[^']|'\\\\'')*/proa-hook'|\"[^\"]*/proa-hook\"|\\S*/proa-hook)\\s+claude(?:\\s+--safety)?\\s*");
    private static final Pattern PLAIN_PATH = Pattern.compile("[\\w@%+=:,./-]+");

    /** A handler of ours and everything it stands in. */
    private record Ours(
            Obj root, Child hooks, Child event, Child group, Child handler, Scalar command) {}

    private ClaudeHooks() {}

    /**
     * The events to install, given the oldest Claude Code that may read the settings.
     *
     * @param safety whether shell commands are to be looked at before they run
     */
    static List<String> events(@Nullable ClaudeVersion oldest, boolean safety) {
        var events = new ArrayList<>(EVENTS);
        if (safety) {
            events.add(BEFORE_TOOLS);
        }
        if (oldest != null && oldest.compareTo(FORGIVING) >= 0) {
            events.addAll(LATER_EVENTS);
        }
        return List.copyOf(events);
    }

    /** How many events a Claude Code that knows them all reports. */
    static int all() {
        return EVENTS.size() + LATER_EVENTS.size();
    }

    /** Those events in the order in which they are installed. */
    static List<String> inOrder(Set<String> events) {
        return Stream.of(EVENTS, List.of(BEFORE_TOOLS), LATER_EVENTS)
                .flatMap(List::stream)
                .filter(events::contains)
                .toList();
    }

    /** The command line for a program, quoted for the shell that Claude Code runs it with. */
    static String command(String program) {
        var path =
                PLAIN_PATH.matcher(program).matches()
                        ? program
                        : "'" + program.replace("'", "'\\''") + "'";
        return path + " claude";
    }

    /** The text with the command for each of the events; the same text if it is there already. */
    static String install(String file, String text, List<String> events, String command) {
        if (text.isBlank()) {
            return install(file, "{}\n", events, command);
        }
        for (var event : events) {
            var line = event.equals(BEFORE_TOOLS) ? command + SAFETY : command;
            text = installOne(JsonText.parse(file, text), event, line);
        }
        return text;
    }

    private static String installOne(JsonText json, String event, String command) {
        var mine = ours(json).stream().filter(o -> o.event.name().equals(event)).toList();
        if (mine.isEmpty()) {
            return addGroup(json, event, command);
        }
        if (mine.size() > 1) {
            // Two of ours would count every event twice.
            var text = remove(json, mine.getLast(), Set.of());
            return installOne(JsonText.parse(json.file(), text), event, command);
        }
        var present = mine.getFirst().command;
        return command.equals(present.string())
                ? json.text()
                : JsonLayout.replace(
                        json.text(), present.start(), present.end(), JsonLayout.quoted(command));
    }

    private static String addGroup(JsonText json, String event, String command) {
        var layout = JsonLayout.of(json);
        var root = (Obj) json.root();
        var hooks = root.member("hooks");
        var group = group(event, command);
        if (hooks == null) {
            return layout.add(json.text(), root, "hooks", Map.of(event, List.of(group)));
        }
        var events = (Obj) hooks.value();
        var present = events.member(event);
        return present == null
                ? layout.add(json.text(), events, event, List.of(group))
                : layout.append(json.text(), (Arr) present.value(), group);
    }

    private static Map<String, Object> group(String event, String command) {
        var group = new LinkedHashMap<String, Object>();
        if (event.equals(BEFORE_TOOLS)) {
            group.put("matcher", "Bash");
        } else if (TOOL_EVENTS.contains(event)) {
            group.put("matcher", "*");
        }
        var handler = new LinkedHashMap<String, Object>();
        handler.put("type", "command");
        handler.put("command", command);
        handler.put("timeout", TIMEOUT_SECONDS);
        group.put("hooks", List.of(handler));
        return group;
    }

    /**
     * The text without any handler of ours, and without groups, lists and objects left empty by
     * that.
     *
     * @param keep JSON pointers of lists and objects that stay even if empty
     */
    static String uninstall(String file, String text, Set<String> keep) {
        while (!text.isBlank()) {
            var json = JsonText.parse(file, text);
            var mine = ours(json);
            if (mine.isEmpty()) {
                return text;
            }
            text = remove(json, mine.getLast(), keep);
        }
        return text;
    }

    private static String remove(JsonText json, Ours it, Set<String> keep) {
        var group = (Obj) it.group.value();
        var handlers = list(group);
        var event = (Arr) it.event.value();
        var hooks = (Obj) it.hooks.value();
        if (handlers != null && handlers.children().size() > 1) {
            return JsonLayout.remove(json.text(), handlers, it.handler);
        }
        if (event.children().size() > 1 || keep.contains("/hooks/" + it.event.name())) {
            return JsonLayout.remove(json.text(), event, it.group);
        }
        if (hooks.children().size() > 1 || keep.contains("/hooks")) {
            return JsonLayout.remove(json.text(), hooks, it.event);
        }
        return JsonLayout.remove(json.text(), it.root, it.hooks);
    }

    /** The commands of ours by event, as they are without {@code --safety}. */
    static Map<String, String> installed(String file, String text) {
        var installed = new LinkedHashMap<String, String>();
        if (!text.isBlank()) {
            for (var it : ours(JsonText.parse(file, text))) {
                var line = String.valueOf(it.command.string());
                installed.put(
                        it.event.name(),
                        line.endsWith(SAFETY)
                                ? line.substring(0, line.length() - SAFETY.length())
                                : line);
            }
        }
        return installed;
    }

    /** The command lines of ours as they stand there, each once. */
    static List<String> commands(String file, String text) {
        return text.isBlank()
                ? List.of()
                : ours(JsonText.parse(file, text)).stream()
                        .map(it -> String.valueOf(it.command.string()))
                        .distinct()
                        .toList();
    }

    /** What the settings add to the environment of every session, and so of its hooks. */
    static Map<String, String> environment(String file, String text) {
        var added = new LinkedHashMap<String, String>();
        if (text.isBlank() || !(JsonText.parse(file, text).root() instanceof Obj root)) {
            return added;
        }
        var env = root.member("env");
        if (env != null && env.value() instanceof Obj variables) {
            for (var variable : variables.children()) {
                if (variable.value() instanceof Scalar scalar && scalar.string() != null) {
                    added.put(variable.name(), scalar.string());
                }
            }
        }
        return added;
    }

    /** Whether the settings switch every hook off. */
    static boolean disabled(String file, String text) {
        if (text.isBlank() || !(JsonText.parse(file, text).root() instanceof Obj root)) {
            return false;
        }
        var flag = root.member("disableAllHooks");
        return flag != null && text.startsWith("true", flag.value().start());
    }

    /** Lists and objects of a text that are empty and would be ours to fill, as JSON pointers. */
    static Set<String> empties(String file, String text) {
        var empties = new HashSet<String>();
        if (text.isBlank() || !(JsonText.parse(file, text).root() instanceof Obj root)) {
            return empties;
        }
        var hooks = root.member("hooks");
        if (hooks != null && hooks.value() instanceof Obj events) {
            if (events.children().isEmpty()) {
                empties.add("/hooks");
            }
            for (var event : events.children()) {
                if (event.value() instanceof Arr groups && groups.children().isEmpty()) {
                    empties.add("/hooks");
                    empties.add("/hooks/" + event.name());
                }
            }
        }
        return empties;
    }

    private static List<Ours> ours(JsonText json) {
        ClaudeShape.check(json);
        var found = new ArrayList<Ours>();
        var root = (Obj) json.root();
        var hooks = root.member("hooks");
        if (hooks == null) {
            return found;
        }
        for (var event : ((Obj) hooks.value()).children()) {
            for (var group : ((Arr) event.value()).children()) {
                for (var handler : list((Obj) group.value()).children()) {
                    var command = ((Obj) handler.value()).member("command");
                    if (command != null
                            && command.value() instanceof Scalar scalar
                            && scalar.string() != null
                            && OURS.matcher(scalar.string()).matches()) {
                        found.add(new Ours(root, hooks, event, group, handler, scalar));
                    }
                }
            }
        }
        return found;
    }

    private static Arr list(Obj group) {
        var handlers = group.member("hooks");
        if (handlers == null) {
            throw new IllegalStateException("a group without handlers passed the check");
        }
        return (Arr) handlers.value();
    }
}
