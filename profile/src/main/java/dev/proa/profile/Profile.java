package dev.proa.profile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything one run of one app needs to know, checked and complete.
 *
 * @param folder the app's folder, absolute; relative paths of the manifest were resolved against it
 * @param mode the mode of this run; {@code local_fullstack} when the manifest names none
 * @param dataFolder where the app keeps its data, absolute; may not exist yet
 * @param gatewayPort the port the gateway should take; 0 for any free one
 * @param sidecars in an order in which each stands after those it needs
 * @param stopWithin how long stopping the whole app may take before what is left is killed; without
 *     it, as long as the graces of its sidecars together
 * @param origins where each value came from, by JSON pointer into the manifest
 */
public record Profile(
        Path folder,
        App app,
        String mode,
        Path dataFolder,
        int gatewayPort,
        Ui ui,
        Optional<String> embeddedBackend,
        Optional<IngestSpec> ingest,
        List<SidecarSpec> sidecars,
        Optional<Duration> stopWithin,
        List<RouteSpec> routes,
        WindowSpec window,
        SortedMap<String, Origin> origins) {
    public Profile {
        sidecars = List.copyOf(sidecars);
        routes = List.copyOf(routes);
        origins = Collections.unmodifiableSortedMap(new TreeMap<>(origins));
    }

    /** Who the app is; {@code id} is a reverse domain name and names its folders. */
    public record App(String id, String name, String version, Optional<Path> icon) {}

    /** Where the page comes from. */
    public sealed interface Ui {
        /**
         * Files of a folder, indexed at start; {@code spa} answers unknown paths with {@code
         * index.html}.
         */
        record Folder(Path dir, boolean spa) implements Ui {}

        /** A sidecar that serves the page itself. */
        record FromSidecar(String sidecar) implements Ui {}

        /** The app has no page. */
        record None() implements Ui {}
    }

    /** Who may send to the ingest listener. */
    public enum IngestAuth {
        /** Processes of the same user as the runtime. */
        SAME_USER,
        /** Callers with the instance's token. */
        TOKEN
    }

    /**
     * The listener that takes events in.
     *
     * @param port the port it should take; 0 for any free one
     * @param paths the path prefixes it answers, on segment borders
     */
    public record IngestSpec(int port, IngestAuth auth, List<String> paths) {
        public IngestSpec {
            paths = List.copyOf(paths);
        }
    }

    /** Requests whose path starts with {@code prefix} on a segment border go to {@code sidecar}. */
    public record RouteSpec(String prefix, String sidecar) {}

    /** The window's size in CSS pixels. */
    public record WindowSpec(int width, int height, int minWidth, int minHeight) {}

    /**
     * Where a value came from: {@code flag}, {@code environment}, {@code profile}, {@code manifest}
     * or {@code default}, and its name there.
     */
    public record Origin(String layer, String name, Object value) {}

    /** The flags and surroundings that take part in the decision, highest precedence first. */
    public record Sources(
            Path folder, Map<String, String> flags, Map<String, String> environment, Path home) {
        public Sources {
            flags = Map.copyOf(flags);
            environment = Map.copyOf(environment);
        }
    }
}
