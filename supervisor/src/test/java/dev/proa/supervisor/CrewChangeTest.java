package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Where;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.Template;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who stays, who leaves and who joins. */
class CrewChangeTest {
    private static List<SidecarSpec> specs(Specs... sidecars) {
        return Stream.of(sidecars).map(Specs::done).toList();
    }

    private static Specs rich(String word) {
        return Specs.sidecar("api")
                .runs("serve", word)
                .with("A", "1")
                .with("B", "${port}")
                .port()
                .ready(new Check.Log(Pattern.compile("ready on .*")))
                .needs("db", new Need.Log(Pattern.compile("up")));
    }

    private static List<String> joining(CrewChange change) {
        return change.joining().stream().map(SidecarSpec::id).toList();
    }

    @Test
    void anEntryReadAgainFromTheSameTextIsTheSame() {
        var change =
                CrewChange.of(
                        specs(Specs.sidecar("db"), rich("x")),
                        specs(Specs.sidecar("db"), rich("x")));

        assertThat(change.leaving()).isEmpty();
        assertThat(change.joining()).isEmpty();
    }

    @Test
    void anEntryThatMovedToAnotherLineIsTheSame() {
        var spec = Specs.sidecar("db").runs("sleep", "9").done();
        var moved =
                new SidecarSpec(
                        spec.id(),
                        spec.kind(),
                        spec.command().stream()
                                .map(word ->
                                        new Template(
                                                word.text(), new Where("proa.yaml", 99, 1, "/x")))
                                .toList(),
                        spec.cwd(),
                        spec.env(),
                        spec.port(),
                        spec.ready(),
                        spec.live(),
                        spec.dump(),
                        spec.restart(),
                        spec.stop(),
                        spec.needs(),
                        spec.logs(),
                        spec.confinement(),
                        spec.attach(),
                        spec.watch());

        assertThat(CrewChange.same(spec, moved)).isTrue();
    }

    @Test
    void anyOtherWordCheckOrTimeIsAnotherEntry() {
        var spec = rich("x").done();

        assertThat(
                        Stream.of(
                                rich("y"),
                                rich("x").with("A", "2"),
                                rich("x").ready(new Check.Log(Pattern.compile("other"))),
                                rich("x").ready(new Check.Exec(List.of())),
                                rich("x").within(Duration.ofSeconds(9)),
                                rich("x").grace(Duration.ofSeconds(9)),
                                rich("x").needs("db", new Need.Ready()),
                                rich("x").kind(SidecarSpec.Kind.TASK)))
                .noneMatch(other -> CrewChange.same(spec, other.done()));
    }

    @Test
    void thoseThatAreNotWantedLeaveAndNewOnesJoinInTheirOrder() {
        var change =
                CrewChange.of(
                        specs(Specs.sidecar("db"), Specs.sidecar("old").needs("db", need())),
                        specs(
                                Specs.sidecar("db"),
                                Specs.sidecar("new").needs("db", need()),
                                Specs.sidecar("web").needs("new", need())));

        assertThat(change.leaving()).containsExactly("old");
        assertThat(joining(change)).containsExactly("new", "web");
    }

    @Test
    void whoNeedsOneThatChangesIsStartedAnewWithIt() {
        var change =
                CrewChange.of(
                        specs(
                                Specs.sidecar("db"),
                                Specs.sidecar("api").needs("db", need()),
                                Specs.sidecar("apart")),
                        specs(
                                Specs.sidecar("db").runs("other"),
                                Specs.sidecar("api").needs("db", need()),
                                Specs.sidecar("apart")));

        assertThat(change.leaving()).containsExactlyInAnyOrder("db", "api");
        assertThat(joining(change)).containsExactly("db", "api");
    }

    private static Need need() {
        return new Need.Ready();
    }
}
