package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.InstanceId;
import dev.proa.core.MonotonicTime;
import dev.proa.core.WallTime;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A supervisor with real guards and children; its end proves that none of them is left. */
final class TestBench implements AutoCloseable {
    final Path data;
    final List<RuntimeEvent> journal = Collections.synchronizedList(new ArrayList<>());
    final List<SidecarStatus> changes = Collections.synchronizedList(new ArrayList<>());
    final Map<String, String> environment = new HashMap<>(System.getenv());
    private final InstanceId instance = InstanceId.random();
    private final Supervisor supervisor;

    private TestBench(
            Path data,
            List<SidecarSpec> sidecars,
            Map<String, String> more,
            Path guard,
            InstantSource time) {
        this.data = data;
        environment.putAll(more);
        var setup =
                new SupervisorSetup(
                        sidecars,
                        data,
                        instance,
                        "local_fullstack",
                        Optional.of(data.resolve("runtime-profile.json")),
                        environment,
                        guard,
                        journal::add,
                        time,
                        new WallTime(),
                        Optional.empty(),
                        changes::add);
        supervisor = new Supervisor(setup);
    }

    static TestBench of(Path data, Specs... sidecars) {
        return of(data, Map.of(), sidecars);
    }

    static TestBench of(Path data, Map<String, String> more, Specs... sidecars) {
        return with(Path.of(System.getProperty("proa.guard")), data, more, sidecars);
    }

    /** With another guard program than the one of this build. */
    static TestBench with(Path guard, Path data, Map<String, String> more, Specs... sidecars) {
        return new TestBench(data, specs(sidecars), more, guard, new MonotonicTime());
    }

    /** With another clock than the machine's. */
    static TestBench timed(InstantSource time, Path data, Specs... sidecars) {
        var guard = Path.of(System.getProperty("proa.guard"));
        return new TestBench(data, specs(sidecars), Map.of(), guard, time);
    }

    private static List<SidecarSpec> specs(Specs... sidecars) {
        return Stream.of(sidecars).map(Specs::done).toList();
    }

    Supervisor supervisor() {
        return supervisor;
    }

    TestBench start() {
        supervisor.start();
        return this;
    }

    SidecarStatus status(String id) {
        return supervisor.status(id).orElseThrow();
    }

    SidecarStatus await(String id, SidecarPhase phase) {
        try {
            Await.until(id + " is " + phase, () -> status(id).state() == phase);
        } catch (AssertionError e) {
            throw new AssertionError(status(id) + "\n" + String.join("\n", story()), e);
        }
        return status(id);
    }

    /** The journal, for the message of a failure. */
    List<String> story() {
        synchronized (journal) {
            return journal.stream().map(RuntimeEvent::toString).toList();
        }
    }

    <E extends RuntimeEvent> List<E> events(Class<E> type) {
        synchronized (journal) {
            return journal.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    String log(String id) throws IOException {
        return Files.readString(data.resolve("logs").resolve(id + ".log"));
    }

    @Override
    public void close() {
        supervisor.close();
        assertThat(ProcessHandle.current().descendants().map(handle -> handle.info().commandLine()))
                .as("children of this test")
                .isEmpty();
        assertThat(ofThisInstance()).as("processes with this instance's environment").isEmpty();
    }

    private List<Path> ofThisInstance() {
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            var found = new ArrayList<Path>();
            for (var process : processes) {
                if (environmentOf(process).contains(instance.toString())) {
                    found.add(process);
                }
            }
            return found;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String environmentOf(Path process) {
        try {
            return new String(
                    Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // gone, or somebody else's
        }
    }
}
