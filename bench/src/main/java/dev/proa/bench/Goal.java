package dev.proa.bench;

/** What the median of a measure should reach. */
record Goal(Sense sense, double limit) {
    enum Sense {
        AT_MOST("at_most", "≤"),
        AT_LEAST("at_least", "≥");

        private final String key;
        private final String sign;

        Sense(String key, String sign) {
            this.key = key;
            this.sign = sign;
        }

        String key() {
            return key;
        }

        String sign() {
            return sign;
        }
    }

    static Goal atMost(double limit) {
        return new Goal(Sense.AT_MOST, limit);
    }

    static Goal atLeast(double limit) {
        return new Goal(Sense.AT_LEAST, limit);
    }

    boolean met(double value) {
        return switch (sense) {
            case AT_MOST -> value <= limit;
            case AT_LEAST -> value >= limit;
        };
    }
}
