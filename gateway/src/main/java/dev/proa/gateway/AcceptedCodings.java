package dev.proa.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads which content codings a client takes (RFC 9110 section 12.5.3). */
final class AcceptedCodings {
    private static final Pattern MEMBER =
            Pattern.compile(
                    "([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \\t]*;[ \\t]*[qQ]=(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?))?");

    /** Below every weight that can be written: uncoded is always taken, unless it is refused. */
    private static final int UNSAID_IDENTITY = 1;

    private final Map<Coding, Integer> said = new EnumMap<>(Coding.class);
    private OptionalInt others = OptionalInt.empty();

    private AcceptedCodings(List<String> lines) {
        for (var line : lines) {
            for (var member : line.split(",", -1)) {
                var parts = MEMBER.matcher(member.strip());
                // A member that is none says nothing about the others.
                if (parts.matches()) {
                    note(parts.group(1), weight(Optional.ofNullable(parts.group(2))));
                }
            }
        }
    }

    /**
     * The codings that may be used, best first; of equal weight those that save more come first.
     * Empty if the client takes nothing that we have.
     */
    static List<Coding> of(HttpHeaders headers) {
        var lines = headers.getAll(HttpHeaderNames.ACCEPT_ENCODING);
        if (lines.isEmpty()) {
            // Everything is acceptable then; a client that says nothing may understand nothing.
            return List.of(Coding.IDENTITY);
        }
        var accepted = new AcceptedCodings(lines);
        return Arrays.stream(Coding.values())
                .filter(coding -> accepted.weight(coding) > 0)
                .sorted(Comparator.comparingInt(coding -> -accepted.weight(coding)))
                .toList();
    }

    private void note(String token, int weight) {
        if (token.equals("*")) {
            others = OptionalInt.of(weight);
        } else {
            Coding.named(token).ifPresent(coding -> said.put(coding, weight));
        }
    }

    private int weight(Coding coding) {
        var rest = coding == Coding.IDENTITY ? UNSAID_IDENTITY : 0;
        return said.getOrDefault(coding, others.orElse(rest));
    }

    /** Twice the thousandths, so that 1 is free for what nobody has written. */
    private static int weight(Optional<String> value) {
        return value.map(text -> (int) Math.round(Double.parseDouble(text) * 2000)).orElse(2000);
    }
}
