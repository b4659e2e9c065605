package dev.proa.profile;

import dev.proa.core.Where;

/**
 * A text of the manifest whose late names ({@code port}, {@code data}, {@code sidecars.X.port}) are
 * still open as {@code ${name}}; all others were resolved when the profile was loaded, and {@code
 * $$} stands for a dollar sign.
 *
 * @param text the text with late names
 * @param where its place in the manifest, for problems found late
 */
public record Template(String text, Where where) {
    /** Gives each late name its value. */
    @FunctionalInterface
    public interface Names {
        /** The value of {@code name}, one of the late names. */
        String value(String name);
    }

    /** The text with every late name replaced. */
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
                out.append(names.value(text.substring(dollar + 2, end)));
                from = end + 1;
            } else {
                out.append('$');
                from = dollar + (text.charAt(dollar + 1) == '$' ? 2 : 1);
            }
        }
    }
}
