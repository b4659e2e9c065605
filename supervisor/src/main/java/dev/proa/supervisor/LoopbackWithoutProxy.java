package dev.proa.supervisor;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps what sidecars say to each other on this machine away from a proxy: where the environment
 * names one ({@code http_proxy}, {@code https_proxy}, {@code all_proxy}, in either case), loopback
 * is added to {@code no_proxy} and {@code NO_PROXY}.
 */
final class LoopbackWithoutProxy {
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost", "::1");
    private static final String NAME = "no_proxy";

    private LoopbackWithoutProxy() {}

    /** Adds to an environment that is being made. */
    static void in(Map<String, String> environment) {
        boolean proxy =
                environment.keySet().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .anyMatch(name -> name.endsWith("_proxy") && !name.equals(NAME));
        if (!proxy) {
            return;
        }
        var upper = NAME.toUpperCase(Locale.ROOT);
        // Programs that know both look at the lower case first.
        var told = environment.getOrDefault(NAME, environment.getOrDefault(upper, ""));
        var value = extended(told);
        environment.put(NAME, value);
        environment.put(upper, value);
    }

    private static String extended(String told) {
        var hosts = Stream.of(told.split(",")).map(String::strip).filter(each -> !each.isEmpty());
        var named = hosts.toList();
        if (named.contains("*")) {
            return told;
        }
        return Stream.concat(
                        named.stream(), LOOPBACK.stream().filter(each -> !named.contains(each)))
                .collect(Collectors.joining(","));
    }
}
