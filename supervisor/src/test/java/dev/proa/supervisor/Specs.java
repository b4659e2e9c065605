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
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Makes sidecar specs, starting from the manifest's defaults. */
final class Specs {
    private final String id;
    private List<String> command = List.of("true");
    private Path cwd = Path.of("/");
    private final Map<String, Template> env = new LinkedHashMap<>();
    private Port port = new Port.None();
    private Ready ready = new Ready(new Check.Started(), Duration.ofSeconds(60));
    private Restart restart = new Restart(RestartPolicy.ALWAYS, 6, Duration.ofSeconds(90));
    private Stop stop = new Stop("TERM", Duration.ofSeconds(5));
    private final Map<String, Need> needs = new LinkedHashMap<>();

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
        ready = new Ready(check, ready.timeout());
        return this;
    }

    Specs within(Duration timeout) {
        ready = new Ready(ready.check(), timeout);
        return this;
    }

    Specs restarts(RestartPolicy policy) {
        restart = new Restart(policy, restart.max(), restart.within());
        return this;
    }

    Specs restarts(int max, Duration within) {
        restart = new Restart(restart.policy(), max, within);
        return this;
    }

    Specs grace(Duration grace) {
        stop = new Stop("TERM", grace);
        return this;
    }

    Specs needs(String other, Need need) {
        needs.put(other, need);
        return this;
    }

    SidecarSpec done() {
        var words = Stream.of(command).flatMap(List::stream).map(this::template).toList();
        return new SidecarSpec(id, words, cwd, env, port, ready, restart, stop, needs);
    }

    private Template template(String text) {
        return new Template(text, new Where("proa.yaml", 7, 3, "/sidecars/" + id + "/command/0"));
    }
}
