package dev.proa.profile;

import dev.proa.profile.Node.Kind;
import java.util.regex.Pattern;

/** What an unquoted YAML scalar is: YAML 1.2.2 section 10.3.2, where {@code no} is a text. */
final class CoreSchema {
    private static final Pattern NULL = Pattern.compile("null|Null|NULL|~|");
    private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern NUMBER =
            Pattern.compile(
                    "0o[0-7]+|0x[0-9a-fA-F]+"
                            + "|[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
                            + "|[-+]?(\\.inf|\\.Inf|\\.INF)|\\.nan|\\.NaN|\\.NAN");

    private CoreSchema() {}

    static Kind kindOf(String plain) {
        if (NULL.matcher(plain).matches()) {
            return Kind.NULL;
        }
        if (BOOLEAN.matcher(plain).matches()) {
            return Kind.BOOLEAN;
        }
        if (INTEGER.matcher(plain).matches()) {
            return Kind.INTEGER;
        }
        return NUMBER.matcher(plain).matches() ? Kind.NUMBER : Kind.TEXT;
    }
}
