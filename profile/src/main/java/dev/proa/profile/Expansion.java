package dev.proa.profile;

import dev.proa.core.Secret;
import dev.proa.core.Where;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${env.X}}, {@code ${env.X:-default}}, {@code ${profile.a.b}} and {@code
 * ${profile.a.b:-default}}, once: what they stand for is never looked at again. The default is
 * taken when the value is missing or empty, as in a POSIX shell. {@code $$} is a dollar sign.
 */
final class Expansion {
    private static final Pattern ENV =
            Pattern.compile("env\\.([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", Pattern.DOTALL);
    private static final Pattern PROFILE =
            Pattern.compile("profile\\.([A-Za-z0-9_.-]*[A-Za-z0-9_])(?::-(.*))?", Pattern.DOTALL);
    private static final Pattern LATE = Pattern.compile("port|data|pid|sidecars\\.([^.}]+)\\.port");
    private static final Pattern SECRET = Pattern.compile("secret\\.([^.}:]+)");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Map<String, String> environment;
    private final ProfileFile profile;
    private final Home home;
    private final Problems problems;
    private final String mode;
    private final SecretSource secrets;
    private final boolean chosen;

    /** Gives the values of secrets. */
    interface SecretSource {
        /** The names there are. */
        Set<String> names();

        /** The value; empty if there is none, which is reported. */
        Optional<Secret> value(String name);
    }

    Expansion(
            Map<String, String> environment,
            ProfileFile profile,
            Home home,
            Problems problems,
            String mode,
            SecretSource secrets) {
        this(environment, profile, home, problems, mode, secrets, true);
    }

    private Expansion(
            Map<String, String> environment,
            ProfileFile profile,
            Home home,
            Problems problems,
            String mode,
            SecretSource secrets,
            boolean chosen) {
        this.environment = environment;
        this.profile = profile;
        this.home = home;
        this.problems = problems;
        this.mode = mode;
        this.secrets = secrets;
        this.chosen = chosen;
    }

    /** For what another mode uses: a value that is missing today is no problem today. */
    Expansion lenient() {
        return new Expansion(environment, profile, home, problems, mode, secrets, false);
    }

    /** The text with its names replaced; empty if that cannot be done, with the reason reported. */
    Optional<Expanded> expand(String raw, Where where, LateNames late) {
        int before = problems.count();
        var turn = new Turn(where, late);
        for (int i = 0; i < raw.length(); ) {
            i = turn.step(raw, i);
        }
        boolean whole = problems.count() == before && !turn.unknown;
        return whole ? Optional.of(turn.done()) : Optional.empty();
    }

    /** One text being replaced. */
    private final class Turn {
        private final Where where;
        private final LateNames late;
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder plain = new StringBuilder();
        private final StringBuilder shown = new StringBuilder();
        private String layer = "manifest";
        private String name = "";
        private final Map<String, Secret> used = new HashMap<>();
        private int parts;
        private boolean open;
        private boolean unknown;

        Turn(Where where, LateNames late) {
            this.where = where;
            this.late = late;
        }

        Expanded done() {
            boolean whole = parts == 1 && !layer.equals("manifest");
            return new Expanded(
                    text.toString(),
                    plain.toString(),
                    Shown.text(shown.toString()),
                    whole ? layer : "manifest",
                    whole ? name : Expanded.place(where),
                    open,
                    used);
        }

        /** Takes in what starts at {@code i}; says where the next thing starts. */
        int step(String raw, int i) {
            int dollar = raw.indexOf('$', i);
            if (dollar != i) {
                int end = dollar < 0 ? raw.length() : dollar;
                literal(raw.substring(i, end));
                return end;
            }
            char next = i + 1 < raw.length() ? raw.charAt(i + 1) : ' ';
            if (next == '{') {
                return reference(raw, i);
            }
            var variable = VARIABLE.matcher(raw).region(i + 1, raw.length());
            if (variable.lookingAt()) {
                problems.add(
                        where,
                        "$" + variable.group() + " is not replaced, no shell reads this",
                        "Write ${env.%s}, or $$%1$s for the text itself"
                                .formatted(variable.group()));
                return variable.end();
            }
            literal("$");
            return i + (next == '$' ? 2 : 1);
        }

        private int reference(String raw, int i) {
            int end = raw.indexOf('}', i);
            if (end < 0) {
                problems.add(
                        where,
                        "the brace of ${ is not closed",
                        "Write }, or $${ for the text itself");
                return raw.length();
            }
            var inner = raw.substring(i + 2, end);
            if (inner.contains("${")) {
                problems.add(
                        where, "${" + inner + "} holds another ${", "Write a plain text after :-");
                return raw.length();
            }
            replace(inner);
            return end + 1;
        }

        private void replace(String inner) {
            var env = ENV.matcher(inner);
            var entry = PROFILE.matcher(inner);
            var secret = SECRET.matcher(inner);
            if (env.matches()) {
                fromEnvironment(env);
            } else if (entry.matches()) {
                fromProfile(entry);
            } else if (inner.equals("mode")) {
                value("mode", "mode", mode);
            } else if (secret.matches()) {
                fromSecret(secret.group(1), inner);
            } else if (LATE.matcher(inner).matches()) {
                late.refuse(inner)
                        .ifPresentOrElse(
                                r -> problems.add(where, r.what(), r.remedy()), () -> leave(inner));
            } else {
                problems.add(where, "${" + inner + "} is not known", remedy(inner));
            }
        }

        private void fromEnvironment(Matcher found) {
            var variable = found.group(1);
            var value = environment.get(variable);
            boolean takesDefault = found.group(2) != null;
            if (value != null && !(value.isEmpty() && takesDefault)) {
                value("environment", variable, value);
            } else if (takesDefault) {
                fallback(found.group(2));
            } else {
                missing(
                        "the environment has no " + variable,
                        "Set it, or write ${env.%s:-DEFAULT}".formatted(variable));
            }
        }

        private void fromProfile(Matcher found) {
            var path = found.group(1);
            boolean takesDefault = found.group(2) != null;
            switch (profile.find(path, where, problems)) {
                case ProfileFile.Value(String value) when !(value.isEmpty() && takesDefault) ->
                        value("profile", path, home.expand(value));
                case ProfileFile.Value _ -> fallback(found.group(2));
                case ProfileFile.Missing _ when takesDefault -> fallback(found.group(2));
                case ProfileFile.Missing _ ->
                        missing(
                                "the profile has no " + path,
                                "Set it in %s, or write ${profile.%s:-DEFAULT}"
                                        .formatted(ProfileFile.NAME, path));
                case ProfileFile.Reported _ -> unknown = true;
            }
        }

        private void fromSecret(String secret, String inner) {
            var refusal = late.refuse(inner);
            if (refusal.isPresent()) {
                problems.add(where, refusal.get().what(), refusal.get().remedy());
            } else if (!secrets.names().contains(secret)) {
                problems.add(
                        where,
                        "there is no secret " + Quoted.of(secret),
                        Guess.closest(secret, secrets.names())
                                .map(g -> "Write ${secret." + g + "}")
                                .orElse("Add it to secrets"));
            } else if (chosen) {
                secrets.value(secret)
                        .ifPresentOrElse(
                                value -> {
                                    used.put(inner, value);
                                    leave(inner);
                                },
                                () -> unknown = true);
            } else {
                unknown = true;
            }
        }

        private void missing(String what, String remedy) {
            unknown = true;
            if (chosen) {
                problems.add(where, what, remedy);
            }
        }

        private void fallback(String fallback) {
            literal(home.expand(fallback).replace("$$", "$"));
        }

        private void value(String from, String called, String value) {
            parts++;
            layer = from;
            name = called;
            text.append(Expanded.escape(value));
            plain.append(value);
            shown.append(Shown.value(called, value));
        }

        private void literal(String literal) {
            parts += 2; // with anything beside a name, the whole is the manifest's
            text.append(Expanded.escape(literal));
            plain.append(literal);
            shown.append(literal);
        }

        private void leave(String inner) {
            open = true;
            parts += 2;
            for (var form : new StringBuilder[] {text, plain, shown}) {
                form.append("${").append(inner).append('}');
            }
        }

        private String remedy(String inner) {
            if (LATE.matcher(inner.replaceAll(":-.*", "")).matches()) {
                return "Leave the :- out, it always has a value";
            }
            return VARIABLE.matcher(inner).matches()
                    ? "Write ${env.%s}, or $${%1$s} for the text itself".formatted(inner)
                    : "Write ${env.NAME}, ${profile.KEY}, ${secret.NAME}, ${mode}, ${port},"
                            + " ${data} or ${sidecars.ID.port}, or $${ for the text itself";
        }
    }
}
