package dev.proa.supervisor;

import dev.proa.core.Where;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.SidecarSpec.Ready;
import dev.proa.profile.SidecarSpec.Restart;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.profile.SidecarSpec.Stop;
import dev.proa.profile.Template;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Makes sidecar specs, starting from the manifest's defaults. */
final class Specs {
    private final String id;
    private List<String> command = List.of("true");
    private Path cwd = Path.of("/");
    private final Map<String, Template> env = new LinkedHashMap<>();
    private Port port = new Port.None();
    private Ready ready = Ready.of(new Check.Started(), Duration.ofSeconds(60));
    private Restart restart = Restart.of(RestartPolicy.ALWAYS, 6, Duration.ofSeconds(90));
    private Stop stop = Stop.of("TERM", Duration.ofSeconds(5));
    private final Map<String, Need> needs = new LinkedHashMap<>();
    private SidecarSpec.Kind kind = SidecarSpec.Kind.SERVICE;
    private Optional<SidecarSpec.Live> live = Optional.empty();
    private Optional<SidecarSpec.Dump> dump = Optional.empty();
    private SidecarSpec.Logs logs = SidecarSpec.Logs.DEFAULT;
    private SidecarSpec.Confinement confinement = SidecarSpec.Confinement.NONE;
    private Optional<SidecarSpec.Attach> attach = Optional.empty();
    private Optional<SidecarSpec.Watch> watch = Optional.empty();

    private Specs(String id) {
        this.id = id;
    }

    static Specs sidecar(String id) {
        return new Specs(id);
    }

    Specs runs(String... words) {
        command = List.of(words);
        return this;
    }

    Specs shell(String script) {
        return runs("sh", "-c", script);
    }

    Specs python(String script) {
        return runs("python3", "-c", script);
    }

    Specs in(Path folder) {
        cwd = folder;
        return this;
    }

    Specs with(String name, String value) {
        env.put(name, template(value));
        return this;
    }

    Specs port() {
        port = new Port.Assigned(OptionalInt.empty());
        return this;
    }

    Specs port(Port how) {
        port = how;
        return this;
    }

    Specs ready(Check check) {
        ready =
                new Ready(
                        check, ready.timeout(), ready.every(), ready.failures(), ready.unhealthy());
        return this;
    }

    Specs within(Duration timeout) {
        ready =
                new Ready(
                        ready.check(), timeout, ready.every(), ready.failures(), ready.unhealthy());
        return this;
    }

    Specs restarts(RestartPolicy policy) {
        restart = Restart.of(policy, restart.max(), restart.within());
        return this;
    }

    Specs restarts(int max, Duration within) {
        restart = Restart.of(restart.policy(), max, within);
        return this;
    }

    Specs grace(Duration grace) {
        stop = Stop.of("TERM", grace);
        return this;
    }

    Specs ready(Ready how) {
        ready = how;
        return this;
    }

    Specs restart(Restart how) {
        restart = how;
        return this;
    }

    Specs stop(Stop how) {
        stop = how;
        return this;
    }

    Specs kind(SidecarSpec.Kind how) {
        kind = how;
        return this;
    }

    Specs live(SidecarSpec.Live how) {
        live = Optional.of(how);
        return this;
    }

    Specs dump(SidecarSpec.Dump how) {
        dump = Optional.of(how);
        return this;
    }

    Specs logs(SidecarSpec.Logs how) {
        logs = how;
        return this;
    }

    Specs confined(SidecarSpec.Confinement how) {
        confinement = how;
        return this;
    }

    Specs attach(SidecarSpec.Attach how) {
        attach = Optional.of(how);
        return this;
    }

    Specs watch(SidecarSpec.Watch how) {
        watch = Optional.of(how);
        return this;
    }

    Specs needs(String other, Need need) {
        needs.put(other, need);
        return this;
    }

    SidecarSpec done() {
        var words = Stream.of(command).flatMap(List::stream).map(this::template).toList();
        return new SidecarSpec(
                id,
                kind,
                words,
                cwd,
                env,
                port,
                ready,
                live,
                dump,
                restart,
                stop,
                needs,
                logs,
                confinement,
                attach,
                watch);
    }

    private Template template(String text) {
        return new Template(text, new Where("proa.yaml", 7, 3, "/sidecars/" + id + "/command/0"));
    }
}
