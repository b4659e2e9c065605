package dev.proa.cli;

import dev.proa.core.Problem;
import dev.proa.profile.ModeSpec;
import dev.proa.profile.Profile;
import dev.proa.profile.RemoteSpec;
import dev.proa.runtime.AppExamination;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What doctor says of a manifest that can be used: its warnings, its mode, the backend elsewhere.
 */
final class ManifestFindings {
    private ManifestFindings() {}

    /**
     * @param told what is known of a running instance; what it says of its remote backend is not
     *     said twice
     */
    static List<Finding> of(Profile profile, List<Finding> told) {
        var found = new ArrayList<Finding>();
        found.add(
                Finding.ok(
                        "manifest",
                        "%s, %s %s"
                                .formatted(
                                        profile.folder().resolve("proa.yaml"),
                                        profile.app().id(),
                                        profile.app().version())));
        profile.warnings()
                .forEach(each ->
                        found.add(
                                Finding.note(
                                        "manifest",
                                        each.where() + ": " + each.what(),
                                        each.remedy())));
        found.add(Finding.ok("mode", "a start uses " + profile.mode() + others(profile)));
        profile.remote()
                .filter(spec -> told.stream().noneMatch(each -> tells(each, spec)))
                .ifPresent(spec -> found.add(remote(spec, AppExamination.remote(spec))));
        return found;
    }

    private static String others(Profile profile) {
        var others =
                profile.modes().stream()
                        .map(ModeSpec::id)
                        .filter(id -> !id.equals(profile.mode()))
                        .collect(Collectors.joining(", "));
        return others.isEmpty() ? "" : "; there is also " + others;
    }

    private static boolean tells(Finding finding, RemoteSpec spec) {
        return finding.name().equals("problem") && finding.found().startsWith(spec.base() + ": ");
    }

    /** The app starts without its remote backend and waits for it, so this is not wrong. */
    private static Finding remote(RemoteSpec spec, Optional<Problem> problem) {
        return problem.map(each -> Finding.note("remote", each.what(), each.remedy()))
                .orElseGet(() -> Finding.ok("remote", spec.base() + " answers its probe"));
    }
}
