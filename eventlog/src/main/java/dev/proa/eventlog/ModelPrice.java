package dev.proa.eventlog;

import java.util.Comparator;
import java.util.List;

/**
 * What a model costs.
 *
 * @param model the name that a table gives it
 * @param aliases other names of the same model
 * @param tiers bands of long prompts, the lowest first
 * @param bundled whether it comes with Proa; else the user's file has it
 */
record ModelPrice(
        String model,
        String provider,
        List<String> aliases,
        Rates base,
        List<Tier> tiers,
        boolean bundled) {
    /** The prices of a request whose prompt is longer than {@code above} tokens. */
    record Tier(long above, Rates rates) {}

    ModelPrice {
        aliases = List.copyOf(aliases);
        tiers = tiers.stream().sorted(Comparator.comparingLong(Tier::above)).toList();
    }

    /**
     * The cost of one request in nano-dollars. All of it is paid by the highest band that its
     * prompt exceeds; the prompt is what was sent, whether or not a cache held or took it.
     */
    long ofRequest(NewEvent.Tokens tokens) {
        var prompt = Sums.plus(Sums.plus(tokens.in(), tokens.cacheRead()), tokens.cacheWrite());
        var rates = base;
        for (var tier : tiers) {
            rates = prompt > tier.above() ? tier.rates() : rates;
        }
        return rates.nanos(tokens);
    }

    /** The cost of tokens of many requests, whose prompts are not known one by one. */
    long ofSum(NewEvent.Tokens tokens) {
        return base.nanos(tokens);
    }
}
