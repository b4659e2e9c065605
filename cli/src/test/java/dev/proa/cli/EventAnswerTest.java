package dev.proa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;

class EventAnswerTest {
    private static final CommandSpec COMMAND = CommandSpec.create().name("search");

    private static void saysOf(int status, String body, ExitCode exit, String said) {
        assertThatThrownBy(() -> EventAnswer.good(COMMAND, status, body))
                .isInstanceOfSatisfying(
                        ProaException.class, e -> assertThat(e.exitCode()).isEqualTo(exit))
                .hasMessage(said);
    }

    @Test
    void saysWhyTheLogCannotAnswerNow() {
        saysOf(
                503,
                "{\"error\":\"The index is being made.\"}",
                ExitCode.TRY_LATER,
                "search: The index is being made. Try again.");
    }

    @Test
    void saysTheDetailOfAProblem() {
        saysOf(
                503,
                "{\"title\":\"Service Unavailable\",\"detail\":\"it cannot be read. Start Proa again.\"}",
                ExitCode.TRY_LATER,
                "search: it cannot be read. Start Proa again. Try again.");
    }

    @Test
    void saysWhatIsWrongWithTheQuestion() {
        saysOf(
                400,
                "{\"error\":\"Invalid search\",\"details\":[{\"field\":\"q\",\"message\":\"is empty\"}]}",
                ExitCode.USAGE,
                "search: Invalid search; q is empty. See search --help.");
    }

    @Test
    void saysTheStatusOfWhatIsNoJson() {
        saysOf(502, "<html>", ExitCode.TRY_LATER, "search: it answered 502. Try again.");
    }
}
