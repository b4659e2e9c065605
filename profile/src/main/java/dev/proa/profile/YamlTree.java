package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.Node.Entry;
import dev.proa.profile.Node.Kind;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Node.Sequence;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML 1.2 into nodes that know their place. It works on the parser's events, where nothing
 * is expanded: anchors, aliases, tags and merge keys are refused, so a document is never larger
 * than its file.
 */
final class YamlTree {
    private static final int DEEPEST = 32;

    private final String file;
    private final Problems problems;
    private final Iterator<Event> events;

    private YamlTree(String file, String text, Problems problems) {
        this.file = file;
        this.problems = problems;
        var settings = LoadSettings.builder().setLabel(file).setUseMarks(true).build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /** The document's value; empty if it cannot be read, with the reason reported. */
    static Optional<Node> parse(String file, String text, Problems problems) {
        try {
            return new YamlTree(file, text, problems).document();
        } catch (Unreadable e) {
            problems.add(e.where, e.what, e.remedy);
        } catch (MarkedYamlEngineException e) {
            var mark = e.getProblemMark().or(e::getContextMark);
            problems.add(
                    mark.map(m -> at(file, m, "")).orElse(Where.of(file)),
                    "the YAML cannot be read: " + oneLine(e.getProblem()),
                    remedy(e.getProblem()));
        } catch (ReaderException e) {
            problems.add(
                    at(file, text, e.getPosition()),
                    "the character U+%04X is not allowed in YAML".formatted(e.getCodePoint()),
                    "Remove it, or write it as an escape in double quotes");
        } catch (YamlEngineException e) {
            problems.add(
                    Where.of(file),
                    "the YAML cannot be read: " + oneLine(String.valueOf(e.getMessage())),
                    "Correct it");
        }
        return Optional.empty();
    }

    private Optional<Node> document() {
        events.next(); // the start of the stream
        var first = events.next();
        if (!(first instanceof DocumentStartEvent start)) {
            throw new Unreadable(
                    new Where(file, 1, 1, ""), "the file is empty", "Write at least proa: 1");
        }
        start.getSpecVersion()
                .filter(v -> v.getMinor() < 2)
                .ifPresent(v ->
                        problems.add(
                                where(start, ""),
                                "YAML 1." + v.getMinor() + " is asked for, 1.2 is read",
                                "Remove the %YAML line"));
        var value = value(events.next(), "", 0);
        events.next(); // the end of the document
        if (events.next() instanceof DocumentStartEvent second) {
            problems.add(
                    where(second, ""), "a second document starts here", "Keep one in the file");
        }
        return Optional.of(value);
    }

    private Node value(Event event, String pointer, int depth) {
        var where = where(event, pointer);
        if (event instanceof AliasEvent alias) {
            throw new Unreadable(
                    where, "*" + alias.getAlias() + " is an alias", "Write the value itself");
        }
        if (depth > DEEPEST) {
            throw new Unreadable(
                    where, "the nesting is deeper than " + DEEPEST, "Write a flatter file");
        }
        refuseExtras((NodeEvent) event, where);
        return switch (event.getEventId()) {
            case MappingStart -> mapping(where, pointer, depth);
            case SequenceStart -> sequence(where, pointer, depth);
            default -> scalar((ScalarEvent) event, where);
        };
    }

    private void refuseExtras(NodeEvent event, Where where) {
        event.getAnchor()
                .ifPresent(a ->
                        problems.add(
                                where,
                                "&" + a + " is an anchor",
                                "Remove it, and write the value where it is needed"));
        var tag =
                switch (event) {
                    case CollectionStartEvent c -> c.getTag();
                    case ScalarEvent s -> s.getTag();
                    default -> Optional.<String>empty();
                };
        tag.ifPresent(t ->
                problems.add(
                        where,
                        "the value carries the tag " + Quoted.of(t),
                        "Remove the tag, and put text in quotes"));
    }

    private static Scalar scalar(ScalarEvent event, Where where) {
        var kind = event.isPlain() ? CoreSchema.kindOf(event.getValue()) : Kind.TEXT;
        return new Scalar(where, event.getValue(), kind);
    }

    private Sequence sequence(Where where, String pointer, int depth) {
        List<Node> items = new ArrayList<>();
        for (var e = events.next(); e.getEventId() != Event.ID.SequenceEnd; e = events.next()) {
            items.add(value(e, Pointer.child(pointer, items.size()), depth + 1));
        }
        return new Sequence(where, items);
    }

    private Mapping mapping(Where where, String pointer, int depth) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (var e = events.next(); e.getEventId() != Event.ID.MappingEnd; e = events.next()) {
            if (!(value(e, pointer, depth + 1) instanceof Scalar name)) {
                throw new Unreadable(
                        where(e, pointer), "a list or mapping is used as a key", "Write a name");
            }
            var inner = Pointer.child(pointer, name.text());
            var named = where(e, inner);
            var value = value(events.next(), inner, depth + 1);
            if (name.text().equals("<<")) {
                problems.add(named, "<< is a merge key", "Write the values themselves");
            } else if (entries.containsKey(name.text())) {
                Duplicate.report(problems, named, name.text(), entries);
            } else {
                entries.put(name.text(), new Entry(name.text(), named, value));
            }
        }
        return new Mapping(where, List.copyOf(entries.values()));
    }

    private Where where(Event event, String pointer) {
        return event.getStartMark().map(m -> at(file, m, pointer)).orElse(Where.of(file));
    }

    private static Where at(String file, Mark mark, String pointer) {
        return new Where(file, mark.getLine() + 1, mark.getColumn() + 1, pointer);
    }

    private static Where at(String file, String text, int codePoints) {
        var before = text.substring(0, text.offsetByCodePoints(0, codePoints));
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new Where(file, line, before.length() - before.lastIndexOf('\n'), "");
    }

    private static String oneLine(String message) {
        return message.contains("TAB")
                ? "a tab is used as indentation"
                : message.strip().replaceAll("\\s+", " ").replaceAll("\\.$", "");
    }

    private static String remedy(String problem) {
        if (problem.contains("TAB")) {
            return "Indent with spaces";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "Put the text in quotes, or begin a new line";
        }
        if (problem.contains("cannot start any token")) {
            return "Put the text in quotes";
        }
        return "Check indentation, quotes and brackets around this place";
    }

    /** The rest of the document cannot be understood. */
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Where where;
        private final String what;
        private final String remedy;

        Unreadable(Where where, String what, String remedy) {
            super(what, null, false, false);
            this.where = where;
            this.what = what;
            this.remedy = remedy;
        }
    }
}
