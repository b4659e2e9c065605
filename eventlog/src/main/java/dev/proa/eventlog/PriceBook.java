package dev.proa.eventlog;

/** The prices in force; safe to use from any thread. */
final class PriceBook {
    private volatile Prices prices;

    PriceBook(Prices first) {
        prices = first;
    }

    Prices present() {
        return prices;
    }

    /** Lets other prices be in force from the next transaction on. */
    void replace(Prices next) {
        prices = next;
    }
}
