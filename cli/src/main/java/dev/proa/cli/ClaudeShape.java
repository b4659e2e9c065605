package dev.proa.cli;

import dev.proa.cli.JsonText.Arr;
import dev.proa.cli.JsonText.Child;
import dev.proa.cli.JsonText.Obj;
import dev.proa.cli.JsonText.Scalar;
import dev.proa.cli.JsonText.Value;
import dev.proa.core.ProaException;

/**
 * What Claude Code takes for hooks. Settings of another shape are ignored as a whole by Claude
 * Code, so an installation into them would be silent and useless.
 */
final class ClaudeShape {
    private ClaudeShape() {}

    /**
     * Looks at the root and at everything in {@code /hooks}.
     *
     * @throws ProaException at the first value that has another shape
     */
    static void check(JsonText json) {
        var root = object(json, json.root(), "");
        var hooks = root.member("hooks");
        if (hooks == null) {
            return;
        }
        for (var event : object(json, hooks.value(), "/hooks").children()) {
            var at = "/hooks/" + event.name().replace("~", "~0").replace("/", "~1");
            int i = 0;
            for (var group : array(json, event.value(), at).children()) {
                group(json, group, at + "/" + i++);
            }
        }
    }

    private static void group(JsonText json, Child child, String at) {
        var handlers = object(json, child.value(), at).member("hooks");
        if (handlers == null) {
            throw json.problem(
                    child.value(),
                    at,
                    "the entry has no \"hooks\" list, so Claude Code ignores the whole file",
                    "Write {\"hooks\": [...]} or remove the entry");
        }
        int i = 0;
        for (var handler : array(json, handlers.value(), at + "/hooks").children()) {
            object(json, handler.value(), at + "/hooks/" + i++);
        }
    }

    private static Obj object(JsonText json, Value value, String at) {
        if (value instanceof Obj object) {
            return object;
        }
        throw json.problem(value, at, "an object is needed here, found " + kind(value), "Use {}");
    }

    private static Arr array(JsonText json, Value value, String at) {
        if (value instanceof Arr array) {
            return array;
        }
        throw json.problem(value, at, "a list is needed here, found " + kind(value), "Use []");
    }

    private static String kind(Value value) {
        return switch (value) {
            case Obj _ -> "an object";
            case Arr _ -> "a list";
            case Scalar s -> s.string() == null ? "a plain value" : "a string";
        };
    }
}
