package dev.proa.profile;

import dev.proa.core.Secret;
import dev.proa.core.Where;
import java.util.Map;

/**
 * A text after {@code ${...}} was replaced, in three forms.
 *
 * @param text as a {@link Template} reads it: late names open, every literal dollar doubled
 * @param plain the literal text; late names stand in it as they were written
 * @param shown {@code plain} with the values of secret names hidden
 * @param layer where it came from as a whole: {@code manifest}, {@code environment}, {@code
 *     profile}
 * @param name its name in that layer
 * @param late whether a late name is left in it
 * @param secrets those of the late names that are secrets
 */
record Expanded(
        String text,
        String plain,
        String shown,
        String layer,
        String name,
        boolean late,
        Map<String, Secret> secrets) {
    Expanded {
        secrets = Map.copyOf(secrets);
    }

    /** As its sidecar will use it. */
    Template template(Where where) {
        return new Template(text, where, secrets);
    }

    /** A text in which nothing was to be replaced. */
    static Expanded literal(String text, Where where) {
        return new Expanded(
                escape(text), text, Shown.text(text), "manifest", place(where), false, Map.of());
    }

    static String escape(String literal) {
        return literal.replace("$", "$$");
    }

    /** A place in the manifest as the name of an origin. */
    static String place(Where where) {
        return where.file() + ":" + where.line() + ":" + where.column();
    }
}
