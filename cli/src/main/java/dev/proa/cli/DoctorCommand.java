package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.profile.Profile;
import dev.proa.profile.ProfileLoader;
import dev.proa.runtime.InstanceSighting;
import dev.proa.runtime.RunningInstance;
import dev.proa.runtime.StateFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code proa doctor}. */
@Command(
        name = "doctor",
        description =
                "Look for what keeps an app from working here; changes nothing, works offline.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa doctor                          the machine and what runs",
            "  proa doctor apps/agent-monitor       also that app's manifest, ports and data folder",
            "",
            "Exit code 0 if nothing is wrong (notes do not count), else 69."
        })
final class DoctorCommand implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    DoctorCommand() {}

    @Override
    public Integer call() throws IOException {
        var around = Surroundings.present();
        var findings = new ArrayList<Finding>();
        Optional<Profile> profile = Optional.empty();
        try {
            profile = profile(around);
        } catch (ProaException e) {
            findings.addAll(Examination.of(e));
        }
        var sightings = sightings(around, profile);
        findings.addAll(0, new Examination(around).of(profile, sightings));
        findings.addAll(eventLogs(around, profile, sightings));
        findings.addAll(HooksDoctor.findings(HookPlaces.of(around.environment(), null)));
        print(findings);
        boolean wrong = findings.stream().anyMatch(each -> each.grade() == Finding.Grade.WRONG);
        return (wrong ? ExitCode.UNAVAILABLE : ExitCode.OK).number();
    }

    private Optional<Profile> profile(Surroundings around) {
        if (target.dir == null) {
            return Optional.empty();
        }
        var flags =
                target.dataDir == null
                        ? Map.<String, String>of()
                        : Map.of("data-dir", target.dataDir.toString());
        return Optional.of(
                ProfileLoader.load(
                        new Profile.Sources(
                                around.workingFolder().resolve(target.dir).normalize(),
                                flags,
                                around.environment(),
                                around.home())));
    }

    /** The instance of the app that is meant, or all of this user. */
    private List<InstanceSighting> sightings(Surroundings around, Optional<Profile> profile)
            throws IOException {
        if (profile.isPresent()) {
            return List.of(InstanceSighting.of(profile.get().dataFolder()));
        }
        if (target.dataDir != null) {
            return List.of(InstanceSighting.of(around.workingFolder().resolve(target.dataDir)));
        }
        return RunningInstance.sightings(StateFolder.of(around.environment(), around.home()));
    }

    /** Of each instance that runs, else of the data folder that is meant. */
    private List<Finding> eventLogs(
            Surroundings around, Optional<Profile> profile, List<InstanceSighting> sightings) {
        var found = new ArrayList<Finding>();
        var seen = new HashSet<Path>();
        for (var sighting : sightings) {
            if (sighting instanceof InstanceSighting.Running(var instance)
                    && seen.add(instance.dataFolder())) {
                found.addAll(EventLogFinding.of(instance.dataFolder(), Optional.of(instance)));
            }
        }
        if (seen.isEmpty()) {
            profile.map(Profile::dataFolder)
                    .or(() ->
                            Optional.ofNullable(target.dataDir)
                                    .map(around.workingFolder()::resolve))
                    .ifPresent(
                            folder -> found.addAll(EventLogFinding.of(folder, Optional.empty())));
        }
        return found;
    }

    private void print(List<Finding> findings) {
        var out = spec.commandLine().getOut();
        if (json.wanted) {
            var array = JsonNodeFactory.instance.objectNode();
            var checks = array.putArray("checks");
            findings.forEach(each ->
                    checks.addObject()
                            .put("name", each.name())
                            .put("grade", each.grade().name().toLowerCase(Locale.ROOT))
                            .put("found", each.found())
                            .put("remedy", each.remedy()));
            out.println(array);
            return;
        }
        findings.forEach(each -> print(out, each));
    }

    private static void print(PrintWriter out, Finding finding) {
        var mark =
                switch (finding.grade()) {
                    case OK -> "ok   ";
                    case NOTE -> "note ";
                    case WRONG -> "WRONG";
                };
        out.printf("%s  %-13s %s%n", mark, finding.name(), finding.found());
        if (!finding.remedy().isEmpty()) {
            out.printf("       %-13s %s.%n", "", finding.remedy());
        }
    }
}
