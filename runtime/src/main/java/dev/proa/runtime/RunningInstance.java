package dev.proa.runtime;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An instance that has proved who it is, seen from another process of the same user. */
public final class RunningInstance {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration BUNDLE = Duration.ofSeconds(60);

    private final Path dataFolder;
    private final InstanceFile file;

    RunningInstance(Path dataFolder, InstanceFile file) {
        this.dataFolder = dataFolder;
        this.file = file;
    }

    /** The status and body of an answer. */
    public record Answer(int status, String body) {}

    /**
     * The instance that holds {@code dataFolder}; empty if none proves to be the one of its file,
     * so that a stranger on a port left behind is never taken for it and never sees its token.
     *
     * @throws ProaException (75) if somebody listens there and does not answer
     */
    public static Optional<RunningInstance> in(Path dataFolder) throws IOException {
        return switch (InstanceSighting.of(dataFolder)) {
            case InstanceSighting.None _, InstanceSighting.Stale _ -> Optional.empty();
            case InstanceSighting.Running(var instance) -> Optional.of(instance);
            case InstanceSighting.Silent silent -> throw problem(silent);
        };
    }

    /**
     * All instances of this user that answer.
     *
     * @throws ProaException (75) if there are only such as do not
     */
    public static List<RunningInstance> all(StateFolder state) throws IOException {
        var found = new ArrayList<RunningInstance>();
        Optional<InstanceSighting.Silent> silent = Optional.empty();
        for (var sighting : sightings(state)) {
            switch (sighting) {
                case InstanceSighting.Running(var instance) -> found.add(instance);
                case InstanceSighting.Silent each -> silent = Optional.of(each);
                case InstanceSighting.None _, InstanceSighting.Stale _ -> {}
            }
        }
        if (found.isEmpty() && silent.isPresent()) {
            throw problem(silent.get());
        }
        return found;
    }

    /** What is known of every instance of this user that was begun and has not ended in order. */
    public static List<InstanceSighting> sightings(StateFolder state) throws IOException {
        var found = new ArrayList<InstanceSighting>();
        for (var folder : state.dataFolders()) {
            found.add(InstanceSighting.of(folder));
        }
        return found;
    }

    private static ProaException problem(InstanceSighting.Silent silent) {
        return new ProaException(
                ExitCode.TRY_LATER,
                new Problem(
                        Where.of("pid " + silent.file().pid()), silent.what(), silent.remedy()));
    }

    private ProaException silent(IOException cause) {
        return new ProaException(
                ExitCode.TRY_LATER,
                new Problem(
                        Where.of("pid " + file.pid()),
                        "the instance in " + dataFolder + " does not answer (" + cause + ")",
                        "Try again; if it stays so, end it with: kill " + file.pid()),
                cause);
    }

    public Path dataFolder() {
        return dataFolder;
    }

    public InstanceFile file() {
        return file;
    }

    /**
     * Calls the instance with its token, once it has proved again who it is.
     *
     * @param path with its query, starting with a slash
     * @throws ProaException (75) if it cannot be reached or does not answer within 5 s
     */
    public Answer call(String method, String path) {
        return call(method, path, "");
    }

    /** As {@link #call(String, String)}, with a JSON body. */
    public Answer call(String method, String path, String json) {
        return call(method, path, json, PATIENCE);
    }

    /** As {@link #call(String, String, String)}, for what may take longer than 5 s. */
    public Answer call(String method, String path, String json, Duration patience) {
        var text = BodyHandlers.ofString(StandardCharsets.UTF_8);
        var answer = send(method, path, json, patience, text);
        return new Answer(answer.statusCode(), answer.body());
    }

    /**
     * The instance's support bundle, a ZIP file.
     *
     * @throws ProaException (75) if it does not answer within 60 s
     */
    public byte[] bundle() {
        var answer = send("POST", "/_proa/support-bundle", "", BUNDLE, BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw silent(new IOException("status " + answer.statusCode()));
        }
        return answer.body();
    }

    private <T> java.net.http.HttpResponse<T> send(
            String method, String path, String json, Duration patience, BodyHandler<T> handler) {
        try (var line = new InstanceLine(file)) {
            return line.call(method, path, json, patience, handler);
        } catch (IOException e) {
            throw silent(e);
        }
    }
}
