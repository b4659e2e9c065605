package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StopRequestTest {
    private final StopRequest stop = new StopRequest();

    @Test
    void theFirstWishNamesTheReason() throws InterruptedException {
        stop.askOnce("window closed");
        stop.ask("SIGINT");

        assertThat(stop.await()).isEqualTo("window closed");
    }

    @Test
    void aSecondSignalIsTheImmediateStop() throws InterruptedException {
        stop.ask("SIGINT");
        stop.askOnce("window closed");
        var waiter =
                Thread.ofVirtual()
                        .unstarted(() -> {
                            try {
                                stop.awaitImmediate();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        waiter.start();
        assertThat(waiter.isAlive()).isTrue();

        stop.ask("SIGINT");

        waiter.join();
        assertThat(stop.reason()).isEqualTo("SIGINT");
    }
}
