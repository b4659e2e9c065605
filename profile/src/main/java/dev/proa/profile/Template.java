package dev.proa.profile;

import dev.proa.core.Secret;
import dev.proa.core.Where;
import java.util.Map;

/**
 * A text of the manifest whose late names ({@code port}, {@code data}, {@code sidecars.X.port}) are
 * still open as {@code ${name}}; all others were resolved when the profile was loaded, and {@code
 * $$} stands for a dollar sign.
 *
 * @param text the text with late names
 * @param where its place in the manifest, for problems found late
 * @param secrets the values of {@code ${secret.NAME}} in it, by that name
 */
public record Template(String text, Where where, Map<String, Secret> secrets) {
    public Template {
        secrets = Map.copyOf(secrets);
    }

    /** A text without secrets. */
    public Template(String text, Where where) {
        this(text, where, Map.of());
    }

    /** Gives each late name its value. */
    @FunctionalInterface
    public interface Names {
        /** The value of {@code name}, one of the late names. */
        String value(String name);
    }

    /** The text with every late name replaced, and secrets revealed. */
    public String resolve(Names names) {
        var out = new StringBuilder();
        int from = 0;
        while (true) {
            int dollar = text.indexOf('$', from);
            if (dollar < 0 || dollar + 1 >= text.length()) {
                return out.append(text, from, text.length()).toString();
            }
            out.append(text, from, dollar);
            int end = text.indexOf('}', dollar);
            if (text.charAt(dollar + 1) == '{' && end > 0) {
                var name = text.substring(dollar + 2, end);
                var secret = secrets.get(name);
                out.append(secret == null ? names.value(name) : secret.reveal());
                from = end + 1;
            } else {
                out.append('$');
                from = dollar + (text.charAt(dollar + 1) == '$' ? 2 : 1);
            }
        }
    }
}
