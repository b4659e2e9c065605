package dev.proa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DetachedStartTest {
    @Test
    void theProcessThatGoesOnGetsTheSameWordsAndSpeaksJson() {
        assertThat(DetachedStart.words(List.of("run", "a", "--detach", "--port", "0")))
                .containsExactly("run", "a", "--detached", "--port", "0", "--json");
        assertThat(DetachedStart.words(List.of("run", "--json", "--detach=true")))
                .containsExactly("run", "--json", "--detached");
    }

    @Test
    void whatStandsAfterTheTwoDashesStaysAsItIs() {
        assertThat(DetachedStart.words(List.of("run", "--detach", "--", "--detach", "--json")))
                .containsExactly("run", "--detached", "--json", "--", "--detach", "--json");
    }
}
