package dev.proa.runtime;

import dev.proa.core.Problem;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Hears how a run goes, to tell a person. Called from several threads; must return quickly. */
public interface RunListener {
    /**
     * The page can be opened.
     *
     * @param page its one-time address
     * @param inWindow whether a window shows it already
     * @param ingestUrl where events are taken in; empty if the app takes none
     */
    void opened(URI page, boolean inWindow, String ingestUrl);

    /** Everything is ready, {@code after} the start. */
    void ready(Duration after);

    /** A sidecar changed its state. */
    void sidecar(String id, String state, String reason);

    /** {@code proa dev}: a file changed, and so the sidecar is restarted. */
    void fileChanged(String sidecar, String file);

    /**
     * How it stands with the mode's backend elsewhere: {@code connected}, {@code retrying} and the
     * other words of the page channel.
     *
     * @param reason why it cannot be reached; empty if it can
     */
    void remote(String address, String state, String reason);

    /** The app runs in another mode from now on. */
    void mode(String mode);

    /** This start waits for the instance that holds the data folder; {@code holder} says which. */
    void waiting(String holder);

    /**
     * What lies in the data folder is brought into another form; a copy of it is put into {@code
     * backup} first.
     */
    void migrating(int from, int to, Path backup);

    /** Something a person should know or fix. */
    void problem(Problem problem);
}
