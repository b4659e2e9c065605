package dev.proa.eventlog;

/**
 * Who has told of what a session used. The same request may be told of by several sources; where
 * they name it, {@link Ledger} finds the pairs one by one. Where they do not, the better source of
 * a session counts alone:
 *
 * <ul>
 *   <li>a history counts rather than OTLP requests that carry no id which it has, too,
 *   <li>requests count rather than a meter, which only sums them up,
 *   <li>a meter of costs counts rather than the prices of a meter of tokens.
 * </ul>
 *
 * @param bits which of the kinds below have been heard
 */
record Witnesses(int bits) {
    static final Witnesses NONE = new Witnesses(0);

    /** What kind of testimony an event is. */
    enum Kind {
        /** One request, read from a history. */
        HISTORY(1),
        /** One request, of OTLP, that has no id which the agent's histories have, too. */
        NAMELESS(2),
        /** One request, told otherwise. */
        REQUEST(4),
        /** An increment of a meter of tokens. */
        TOKEN_METER(8),
        /** An increment of a meter of costs. */
        COST_METER(16);

        private final int bit;

        Kind(int bit) {
            this.bit = bit;
        }

        static Kind of(EventRow row) {
            var who = row.identity();
            if (who.metered()) {
                return row.tokens().any() ? TOKEN_METER : COST_METER;
            }
            if (row.source().equals("import")) {
                return HISTORY;
            }
            // Rollouts of Codex name neither requests nor answers.
            var named =
                    !row.agentType().equals(CodexHistory.AGENT)
                            && (who.messageId() != null || who.requestId() != null);
            return row.source().equals("otel") && !named ? NAMELESS : REQUEST;
        }

        boolean meter() {
            return this == TOKEN_METER || this == COST_METER;
        }
    }

    boolean heard(Kind kind) {
        return (bits & kind.bit) != 0;
    }

    Witnesses and(Kind kind) {
        return new Witnesses(bits | kind.bit);
    }

    /** Whether one of this kind counts after all that has been heard. */
    boolean believe(Kind kind) {
        return switch (kind) {
            case HISTORY, REQUEST -> true;
            case NAMELESS -> !heard(Kind.HISTORY);
            case TOKEN_METER, COST_METER -> !requests();
        };
    }

    private boolean requests() {
        return heard(Kind.HISTORY) || heard(Kind.NAMELESS) || heard(Kind.REQUEST);
    }

    /** Whether what a meter of tokens counted is paid by a meter of costs. */
    boolean paidByMeter() {
        return heard(Kind.COST_METER);
    }

    /** Whether this kind is new and takes away the word of OTLP requests without ids. */
    boolean silencesNameless(Kind kind) {
        return kind == Kind.HISTORY && !heard(Kind.HISTORY) && heard(Kind.NAMELESS);
    }

    /** Whether this kind is new and takes away the word of meters. */
    boolean silencesMeters(Kind kind) {
        return !kind.meter() && !requests() && (heard(Kind.TOKEN_METER) || heard(Kind.COST_METER));
    }

    /** Whether this kind is new and takes over what tokens of a meter cost. */
    boolean takesOverCosts(Kind kind) {
        return kind == Kind.COST_METER && !heard(Kind.COST_METER) && heard(Kind.TOKEN_METER);
    }
}
