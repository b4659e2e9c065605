package dev.proa.eventlog;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * What one token of each class costs, in pico-dollars: US dollars times 10^12. A price per million
 * tokens with six decimals is a whole number of them, one with three decimals also of nano-dollars.
 *
 * @param cacheWrite a token that is kept for five minutes
 * @param cacheWriteHour a token that is kept for an hour
 */
record Rates(long input, long output, long cacheRead, long cacheWrite, long cacheWriteHour) {
    private static final int PICOS_PER_NANO = 1_000;
    private static final int DIGITS = 6;

    /** Pico-dollars per token of a price in dollars per million tokens with up to six decimals. */
    static long picos(BigDecimal perMillion) {
        return perMillion.movePointRight(DIGITS).longValueExact();
    }

    /** Dollars per million tokens. */
    static BigDecimal perMillion(long picos) {
        var dollars = BigDecimal.valueOf(picos, DIGITS).stripTrailingZeros();
        return dollars.scale() < 0 ? dollars.setScale(0) : dollars;
    }

    /** What tokens cost in nano-dollars; rounded half to even where a price has more decimals. */
    long nanos(NewEvent.Tokens tokens) {
        var exact =
                times(tokens.in(), input)
                        .add(times(tokens.out(), output))
                        .add(times(tokens.cacheRead(), cacheRead))
                        .add(times(tokens.cacheWrite() - tokens.cacheWriteHour(), cacheWrite))
                        .add(times(tokens.cacheWriteHour(), cacheWriteHour));
        var nanos =
                new BigDecimal(exact)
                        .divide(BigDecimal.valueOf(PICOS_PER_NANO), 0, RoundingMode.HALF_EVEN);
        return nanos.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact();
    }

    private static BigInteger times(long tokens, long picos) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(picos));
    }
}
