package dev.proa.cli;

import dev.proa.runtime.StopRequest;

/**
 * Turns SIGINT, SIGTERM and SIGHUP into a wish to stop. The JVM's own handling would end with 128 +
 * the signal's number, where the contract is an orderly stop with 0; the platform has no other way
 * to take these signals over than jdk.unsupported, which exports this class on purpose.
 */
final class Signals {
    private Signals() {}

    static void to(StopRequest stop) {
        for (var name : new String[] {"INT", "TERM", "HUP"}) {
            try {
                sun.misc.Signal.handle(new sun.misc.Signal(name), _ -> stop.ask("SIG" + name));
            } catch (IllegalArgumentException _) {
                // This JVM or system does not lend the signal (HUP on Windows, all under -Xrs): its
                // default stays.
            }
        }
    }
}
