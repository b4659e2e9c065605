package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Dump;
import dev.proa.profile.Template;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What turns one set of sidecars into another. A sidecar whose entry says the same as before goes
 * on, unless one that it needs does not. Rules only.
 *
 * @param leaving the ids of those that are stopped, some of which may come back with another entry
 * @param joining the entries that are started, each after those it needs
 */
record CrewChange(Set<String> leaving, List<SidecarSpec> joining) {
    CrewChange {
        leaving = Set.copyOf(leaving);
        joining = List.copyOf(joining);
    }

    /** Both lists have each sidecar after those it needs. */
    static CrewChange of(List<SidecarSpec> now, List<SidecarSpec> wanted) {
        var leaving = new HashSet<String>();
        for (var spec : now) {
            boolean stays = wanted.stream().anyMatch(other -> same(spec, other));
            if (!stays || spec.needs().keySet().stream().anyMatch(leaving::contains)) {
                leaving.add(spec.id());
            }
        }
        var going = now.stream().map(SidecarSpec::id).filter(id -> !leaving.contains(id)).toList();
        return new CrewChange(
                leaving, wanted.stream().filter(spec -> !going.contains(spec.id())).toList());
    }

    /**
     * Whether two entries say the same, wherever they stand in their files. Patterns have no
     * equality of their own, so what remains is compared as text.
     */
    static boolean same(SidecarSpec one, SidecarSpec other) {
        return words(one.command()).equals(words(other.command()))
                && texts(one.env()).equals(texts(other.env()))
                && one.attach().map(CrewChange::parts).equals(other.attach().map(CrewChange::parts))
                && check(one.ready().check()).equals(check(other.ready().check()))
                && one.restart().equals(other.restart())
                && one.live()
                        .map(live -> check(live.check()))
                        .equals(other.live().map(live -> check(live.check())))
                && one.dump().map(CrewChange::dump).equals(other.dump().map(CrewChange::dump))
                && rest(one).equals(rest(other));
    }

    private static String rest(SidecarSpec spec) {
        return List.of(
                        spec.id(),
                        spec.kind(),
                        spec.cwd(),
                        spec.port(),
                        spec.ready().timeout(),
                        spec.ready().every(),
                        spec.ready().failures(),
                        spec.ready().unhealthy(),
                        spec.live().map(live -> List.of(live.every(), live.timeout())),
                        spec.live().map(SidecarSpec.Live::failures),
                        spec.stop(),
                        new TreeMap<>(spec.needs()),
                        spec.logs(),
                        spec.confinement(),
                        spec.watch())
                .toString();
    }

    private static List<String> words(List<Template> templates) {
        return templates.stream().map(Template::text).toList();
    }

    private static Map<String, String> texts(Map<String, Template> templates) {
        var texts = new TreeMap<String, String>();
        templates.forEach((name, template) -> texts.put(name, template.text()));
        return texts;
    }

    private static Object check(Check check) {
        return switch (check) {
            case Check.Exec(var command) -> words(command);
            case Check.Log(var pattern) -> "log " + pattern;
            case Check.Http http -> http;
            case Check.Started _, Check.Tcp _, Check.Announce _ -> check.toString();
        };
    }

    private static Object dump(Dump dump) {
        return switch (dump) {
            case Dump.Exec(var command, var timeout) -> List.of(words(command), timeout);
            case Dump.Signal signal -> signal;
        };
    }

    private static Object parts(SidecarSpec.Attach attach) {
        Optional<String> token = attach.token().map(Template::text);
        return List.of(attach.url(), attach.identity(), attach.expect(), token);
    }
}
