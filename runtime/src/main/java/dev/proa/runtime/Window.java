package dev.proa.runtime;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.gateway.Gateway;
import dev.proa.supervisor.OwnProcess;
import dev.proa.supervisor.Supervisor;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** The page in a window of a Chromium-like browser, which runs under a guard like any child. */
final class Window {
    private static final Duration PRINTED = Duration.ofMinutes(10);
    private static final Duration HANDED_OVER = Duration.ofSeconds(10);

    /** Its log's name, which no sidecar can have. */
    private static final String LOG = "_window";

    /** Where the page was made to appear. */
    record Shown(URI address, boolean inWindow) {}

    private final Stages.Context run;
    private final Supervisor supervisor;
    private final Gateway gateway;
    private final AtomicBoolean showing = new AtomicBoolean();

    Window(Stages.Context run, Supervisor supervisor, Gateway gateway) {
        this.run = run;
        this.supervisor = supervisor;
        this.gateway = gateway;
    }

    /** Shows the page as the run was asked to. */
    Shown show() {
        boolean inWindow =
                switch (run.setting().window()) {
                    case NONE -> false;
                    case AUTO -> open();
                    case APP -> {
                        if (!open()) {
                            throw new ProaException(
                                    ExitCode.UNAVAILABLE,
                                    new Problem(
                                            Where.of("--window app"),
                                            "No Chromium-like browser or no screen was found",
                                            "Install chromium, set PROA_BROWSER, or use --window none"));
                        }
                        yield true;
                    }
                };
        return new Shown(gateway.bootAddress(PRINTED), inWindow);
    }

    /**
     * Opens a window, or has the browser that shows one raise it; false if there is no browser or
     * no screen.
     */
    boolean open() {
        var environment = run.setting().environment();
        var browser = Browser.find(environment);
        if (run.setting().window() == WindowChoice.NONE
                || browser.isEmpty()
                || !Browser.screen(environment)) {
            return false;
        }
        try {
            var userData = AtomicFile.ownFolder(run.data().runtime().resolve("window"));
            var size = run.profile().window();
            var command =
                    browser.get()
                            .command(
                                    gateway.bootAddress(HANDED_OVER),
                                    userData,
                                    size.width(),
                                    size.height(),
                                    OwnProcess.root());
            // A browser that already shows this profile opens another window and the second process
            // ends at once.
            boolean first = showing.compareAndSet(false, true);
            supervisor.run(LOG, command, userData, Map.of(), first ? _ -> closed() : _ -> {});
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void closed() {
        showing.set(false);
        run.setting().stop().askOnce("window closed");
    }
}
