package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.Node.Kind;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Node.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Reads {@code command} and {@code env} of a sidecar: the places with late names. */
final class CommandReader {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Reading reading;
    private final Problems problems;
    private final Roster roster;
    private final Programs programs;
    private final Map<String, String> environment;

    CommandReader(Reading reading, Roster roster, Map<String, String> environment) {
        this.reading = reading;
        this.problems = reading.problems();
        this.roster = roster;
        this.programs = new Programs(reading.home(), environment, problems);
        this.environment = environment;
    }

    /** The variables the entry adds; a number is taken as it is written. */
    Map<String, Template> env(String id, Section section, Order order) {
        Map<String, Template> env = new LinkedHashMap<>();
        var node = section.node("env");
        if (node.isPresent() && node.get() instanceof Mapping mapping) {
            for (var e : mapping.entries()) {
                if (checkName(e.name(), e.named())) {
                    variable(id, e, order).ifPresent(t -> env.put(e.name(), t));
                }
            }
        } else {
            node.ifPresent(n -> reading.wrong(n, "a mapping of variables", "Write {NAME: value}"));
        }
        return env;
    }

    private boolean checkName(String name, Where where) {
        if (!VARIABLE.matcher(name).matches()) {
            problems.add(
                    where,
                    Quoted.of(name) + " is not a variable's name",
                    "Use letters, digits and _ only");
            return false;
        }
        if (name.startsWith("PROA_")) {
            problems.add(where, name + " is set by Proa itself", "Choose another name");
            return false;
        }
        return true;
    }

    private Optional<Template> variable(String id, Node.Entry e, Order order) {
        var node = e.value();
        if (node instanceof Scalar s && s.kind() == Kind.NULL) {
            problems.add(e.named(), e.name() + " has no value", "Write \"\" for an empty text");
            return Optional.empty();
        }
        var expanded =
                expand(node, roster.names(id, node.where(), order), reading.home()::expandAssigned);
        expanded.ifPresent(x -> reading.note(node.where(), x, Shown.value(e.name(), x.shown())));
        return expanded.map(x -> x.template(node.where()));
    }

    /** Program and arguments; the program becomes an absolute path if it is known by now. */
    List<Template> command(Section section, Function<Node, List<Template>> words) {
        var node = section.node("command");
        if (node.isEmpty()) {
            section.require(
                    "command", "", "command: [PROGRAM, ARGUMENT, ...]", _ -> Optional.empty());
            return List.of();
        }
        return words.apply(node.get());
    }

    /** Program and arguments of a list; empty when it is none, which is reported. */
    List<Template> words(
            String id, Node node, Order order, Map<String, Template> env, Optional<Path> cwd) {
        return words(node, roster.names(id, node.where(), order).inCommand(), env, cwd);
    }

    /** The same for what is done to a hung process, whose number may be used. */
    List<Template> dumpWords(
            String id, Node node, Order order, Map<String, Template> env, Optional<Path> cwd) {
        var names = roster.names(id, node.where(), order).inCommand();
        return words(
                node, name -> name.equals("pid") ? Optional.empty() : names.refuse(name), env, cwd);
    }

    /** One text with late names. */
    Optional<Template> text(String id, Node node, Order order) {
        var expanded = expand(node, roster.names(id, node.where(), order), text -> text);
        expanded.ifPresent(x -> reading.note(node.where(), x, "***"));
        return expanded.map(x -> x.template(node.where()));
    }

    private List<Template> words(
            Node node, LateNames names, Map<String, Template> env, Optional<Path> cwd) {
        if (!(node instanceof Sequence list) || list.items().isEmpty()) {
            reading.wrong(node, "a list of program and arguments", example(node));
            return List.of();
        }
        List<Expanded> items = new ArrayList<>();
        for (var item : list.items()) {
            var expanded = expand(item, names, reading.home()::expandItem);
            if (expanded.isPresent() && items.isEmpty()) {
                expanded = program(expanded.get(), item.where(), env, cwd);
            }
            items.add(expanded.orElse(Expanded.literal("", item.where())));
        }
        var shown = Shown.command(items.stream().map(Expanded::shown).toList());
        List<Template> command = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            var where = list.items().get(i).where();
            reading.note(where, items.get(i), shown.get(i));
            command.add(items.get(i).template(where));
        }
        return command;
    }

    private static String example(Node node) {
        return node instanceof Scalar s && s.kind() == Kind.TEXT && !s.text().isBlank()
                ? "Write [" + String.join(", ", s.text().strip().split("\\s+")) + "]"
                : "Write [PROGRAM, ARGUMENT, ...]";
    }

    private Optional<Expanded> expand(Node node, LateNames names, UnaryOperator<String> home) {
        var raw =
                node instanceof Scalar s && s.kind() == Kind.TEXT
                        ? new Scalar(s.where(), home.apply(s.text()), Kind.TEXT)
                        : node;
        return reading.expanded(raw, names, true);
    }

    private Optional<Expanded> program(
            Expanded item, Where where, Map<String, Template> env, Optional<Path> cwd) {
        if (item.late() || cwd.isEmpty() || !reading.chosen()) {
            return Optional.of(item); // known when it starts, or the folder is a problem already
        }
        return programs.find(item.plain(), cwd.get(), searchPath(env), where)
                .map(file ->
                        new Expanded(
                                Expanded.escape(file.toString()),
                                file.toString(),
                                file.toString(),
                                item.layer(),
                                item.name(),
                                false,
                                item.secrets()));
    }

    /** The sidecar's own PATH if its entry names one, else the inherited one. */
    private String searchPath(Map<String, Template> env) {
        var own = env.get("PATH");
        return own == null
                ? environment.getOrDefault("PATH", "")
                // A late name in a search path is no folder that exists by now.
                : own.resolve(name -> "${" + name + "}");
    }
}
