package dev.proa.supervisor;

/** Signals one process of a sidecar without ending it. */
@FunctionalInterface
interface SignalSender {
    /**
     * Signals the main process of {@code run}, and nobody else.
     *
     * @param signal the number of this machine
     * @return whether it was sent
     */
    boolean send(Run run, int signal);
}
