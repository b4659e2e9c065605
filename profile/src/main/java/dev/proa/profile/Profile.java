package dev.proa.profile;

import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.core.SettingsLayer;
import java.net.URI;
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
 * @param sidecars those of the mode, in an order in which each stands after those it needs
 * @param backendSettings what profile and manifest set for the embedded backend, highest first
 * @param remote the backend elsewhere, if the mode has one
 * @param routes as they are in the mode: those to a sidecar of another mode lead to {@code remote}
 * @param secrets the values of {@code ${secret...}} in use, to be searched for in what is shown
 * @param warnings what works today and should be changed all the same
 * @param stopWithin how long stopping the whole app may take before what is left is killed; without
 *     it, as long as the graces of its sidecars together
 * @param origins where each value came from, by JSON pointer into the manifest
 */
public record Profile(
        Path folder,
        App app,
        String mode,
        List<ModeSpec> modes,
        Path dataFolder,
        int gatewayPort,
        GatewaySpec gateway,
        Ui ui,
        Optional<String> embeddedBackend,
        List<SettingsLayer> backendSettings,
        Optional<IngestSpec> ingest,
        List<SidecarSpec> sidecars,
        Optional<Duration> stopWithin,
        Optional<RemoteSpec> remote,
        List<RouteSpec> routes,
        WindowSpec window,
        Installation installation,
        List<Secret> secrets,
        List<Problem> warnings,
        SortedMap<String, Origin> origins) {
    public Profile {
        modes = List.copyOf(modes);
        backendSettings = List.copyOf(backendSettings);
        secrets = List.copyOf(secrets);
        warnings = List.copyOf(warnings);
        sidecars = List.copyOf(sidecars);
        routes = List.copyOf(routes);
        origins = Collections.unmodifiableSortedMap(new TreeMap<>(origins));
    }

    /** {@code remote} if the mode uses a backend elsewhere, else {@code local}. */
    public String backendOrigin() {
        return remote.isPresent() ? "remote" : "local";
    }

    /** Who the app is; {@code id} is a reverse domain name and names its folders. */
    public record App(String id, String name, String version, Optional<Path> icon) {}

    /** Where the page comes from. */
    public sealed interface Ui {
        /**
         * Files of a folder, indexed at start; {@code spa} answers unknown paths with {@code
         * index.html}.
         *
         * @param csp sources that are added to the default policy, by directive
         * @param firstScript a file below {@code dir}, with slashes, that is to be the first script
         *     of each document
         */
        record Folder(
                Path dir,
                boolean spa,
                SortedMap<String, List<String>> csp,
                Optional<String> firstScript)
                implements Ui {
            public Folder {
                csp = Collections.unmodifiableSortedMap(new TreeMap<>(csp));
            }

            /** Without additions. */
            static Folder of(Path dir, boolean spa) {
                return new Folder(dir, spa, new TreeMap<>(), Optional.empty());
            }
        }

        /** A development server on this machine: {@code http://127.0.0.1:5173}. */
        record DevServer(URI base) implements Ui {}

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

    /**
     * What the user of one installation set for the app and not for Proa.
     *
     * @param llmDefaults values by name, nested names with dots; those of secrets are {@code ***}
     */
    public record Installation(
            SortedMap<String, Boolean> featureFlags, SortedMap<String, String> llmDefaults) {
        public Installation {
            featureFlags = Collections.unmodifiableSortedMap(new TreeMap<>(featureFlags));
            llmDefaults = Collections.unmodifiableSortedMap(new TreeMap<>(llmDefaults));
        }
    }

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
