package dev.proa.runtime;

import dev.proa.core.LoopbackPort;
import dev.proa.supervisor.ProcessGlance;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.util.Optional;

/** What comes of looking for the instance of a data folder. Nothing is told to a stranger. */
public sealed interface InstanceSighting {
    /** No instance file. */
    record None() implements InstanceSighting {}

    /**
     * A file that was left behind: whoever is at its address does not prove to be that run.
     *
     * @param holder who listens there now, in words
     */
    record Stale(InstanceFile file, Optional<String> holder) implements InstanceSighting {}

    /**
     * Its process is there and says nothing.
     *
     * @param stopped whether the process was stopped by a signal and can be continued
     */
    record Silent(Path dataFolder, InstanceFile file, boolean stopped) implements InstanceSighting {
        /** What to do about it. */
        public String remedy() {
            return stopped
                    ? "Continue it with: kill -CONT " + file.pid()
                    : "Try again; if it stays so, end it with: kill " + file.pid();
        }

        /** What was found. */
        public String what() {
            return "the instance in "
                    + dataFolder
                    + (stopped
                            ? " was stopped by a signal and does not answer"
                            : " does not answer");
        }
    }

    /** It has proved that it is the one of the file. */
    record Running(RunningInstance instance) implements InstanceSighting {}

    /** Looks; takes up to 5 s where nobody answers. */
    static InstanceSighting of(Path dataFolder) throws IOException {
        var found = InstanceFile.read(dataFolder);
        if (found.isEmpty()) {
            return new None();
        }
        var file = found.get();
        try (var line = new InstanceLine(file)) {
            line.prove();
            return new Running(new RunningInstance(dataFolder, file));
        } catch (HttpTimeoutException e) {
            return ProcessGlance.at(file.pid())
                    .<InstanceSighting>map(
                            process -> new Silent(dataFolder, file, process.stopped()))
                    .orElseGet(() -> stale(file));
        } catch (IOException e) {
            return stale(file);
        }
    }

    private static Stale stale(InstanceFile file) {
        return new Stale(
                file,
                file.port() > 0 && file.port() < 65_536
                        ? PortUse.of(new LoopbackPort(file.port()))
                        : Optional.empty());
    }
}
