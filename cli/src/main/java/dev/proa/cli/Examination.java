package dev.proa.cli;

import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.WallTime;
import dev.proa.profile.Profile;
import dev.proa.runtime.AppExamination;
import dev.proa.runtime.Browser;
import dev.proa.runtime.GuardTier;
import dev.proa.runtime.InstanceSighting;
import dev.proa.runtime.PortUse;
import dev.proa.runtime.RunningInstance;
import dev.proa.runtime.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What doctor looks at on this machine, without changing anything. */
final class Examination {
    private static final long LEAST_ROOM = 256L * 1024 * 1024;

    private final Surroundings around;
    private final List<Finding> findings = new ArrayList<>();

    Examination(Surroundings around) {
        this.around = around;
    }

    /** The findings on the machine, and on the app if one is named or runs. */
    List<Finding> of(Optional<Profile> profile, List<InstanceSighting> sightings) {
        java();
        guard();
        browser();
        var instances =
                sightings.stream().flatMap(each -> InstanceFindings.of(each).stream()).toList();
        profile.ifPresent(app -> findings.addAll(ManifestFindings.of(app, instances)));
        var running =
                sightings.stream()
                        .flatMap(each ->
                                each instanceof InstanceSighting.Running(var instance)
                                        ? Stream.of(instance)
                                        : Stream.empty())
                        .findFirst();
        var dataFolder =
                profile.map(Profile::dataFolder).or(() -> running.map(RunningInstance::dataFolder));
        dataFolder.ifPresent(this::data);
        findings.addAll(instances);
        if (findings.stream().noneMatch(each -> each.name().equals("instance"))) {
            findings.add(Finding.ok("instance", "none is running"));
        }
        profile.ifPresent(app ->
                problems(
                        "sidecar",
                        AppExamination.sidecars(app, around.environment(), running.isPresent())));
        profile.flatMap(Profile::ingest)
                .ifPresent(spec ->
                        port(
                                "ingest port",
                                spec.port(),
                                running,
                                "; until then another free one is used"));
        profile.map(Profile::gatewayPort)
                .ifPresent(port ->
                        port("gateway port", port, running, "; until then it does not start"));
        return List.copyOf(findings);
    }

    private void java() {
        int feature = Runtime.version().feature();
        findings.add(
                feature == 25
                        ? Finding.ok(
                                "java",
                                Runtime.version() + " in " + System.getProperty("java.home"))
                        : Finding.wrong(
                                "java",
                                "version " + feature,
                                "Install a JDK 25 or set PROA_JAVA_HOME"));
    }

    private void guard() {
        var tier = GuardTier.of(Path.of(System.getProperty("proa.home", ".")));
        var found = tier.name() + "; not covered: " + String.join("; ", tier.notCovered());
        findings.add(
                tier.problem()
                        .map(problem ->
                                Finding.note(
                                        "guard",
                                        problem.where() + ": " + problem.what() + ". " + found,
                                        problem.remedy()))
                        .orElseGet(() -> Finding.ok("guard", found)));
    }

    private void browser() {
        var browser = Browser.find(around.environment());
        if (browser.isEmpty()) {
            findings.add(
                    Finding.note(
                            "browser",
                            "no Chromium-like browser is on the PATH",
                            "Install chromium for a window of its own; without it, run prints an address for any browser"));
        } else if (!Browser.screen(around.environment())) {
            findings.add(
                    Finding.note(
                            "browser",
                            browser.get().program()
                                    + ", but neither DISPLAY nor WAYLAND_DISPLAY is set",
                            "Start it in a desktop session; elsewhere run prints an address"));
        } else {
            findings.add(Finding.ok("browser", browser.get().program().toString()));
        }
    }

    private void data(Path folder) {
        var existing = folder;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
            findings.add(
                    Finding.wrong(
                            "data folder",
                            folder + " cannot be written",
                            "Make it yours, or choose another with --data-dir"));
            return;
        }
        try {
            long room = Files.getFileStore(existing).getUsableSpace();
            findings.add(
                    room >= LEAST_ROOM
                            ? Finding.ok(
                                    "data folder",
                                    folder + ", " + room / (1024 * 1024) + " MB free")
                            : Finding.wrong(
                                    "data folder",
                                    folder + " has only " + room / (1024 * 1024) + " MB free",
                                    "Make room"));
        } catch (IOException e) {
            findings.add(
                    Finding.wrong(
                            "data folder",
                            folder + ": " + e.getMessage(),
                            "See that its disk is there"));
        }
        problems("data folder", AppExamination.dataFolder(folder, new WallTime().instant()));
    }

    private void problems(String name, List<Problem> found) {
        found.forEach(each ->
                findings.add(
                        Finding.wrong(name, each.where() + ": " + each.what(), each.remedy())));
    }

    private void port(String name, int port, Optional<RunningInstance> running, String meanwhile) {
        if (port == 0) {
            findings.add(Finding.ok(name, "any free one"));
            return;
        }
        var holder =
                PortUse.of(
                        new LoopbackPort(port),
                        StateFolder.of(around.environment(), around.home()));
        boolean ours =
                running.map(RunningInstance::file)
                        .filter(file ->
                                file.port() == port
                                        || file.ingestUrl()
                                                .filter(url -> url.endsWith(":" + port))
                                                .isPresent())
                        .isPresent();
        if (holder.isEmpty()) {
            findings.add(Finding.ok(name, port + " is free"));
        } else if (ours) {
            findings.add(Finding.ok(name, port + " is held by this instance"));
        } else {
            findings.add(
                    Finding.note(
                            name,
                            port + " is taken by " + holder.get(),
                            "Stop that program, or choose another port" + meanwhile));
        }
    }

    /** A configuration that cannot be used, as findings. */
    static List<Finding> of(ProaException failure) {
        return failure.problems().stream()
                .map(problem ->
                        Finding.wrong(
                                "manifest",
                                problem.where() + ": " + problem.what(),
                                problem.remedy()))
                .toList();
    }
}
