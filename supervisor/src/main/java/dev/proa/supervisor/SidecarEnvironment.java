package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Secret;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.Template;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The environment of a sidecar: what the runtime inherited without the scrub list, what Proa tells
 * it, and what its manifest entry names, each overriding the one before.
 *
 * <p>The scrub list takes away what was meant for the runtime or for the shell it was started from
 * and would change how another program is loaded: search paths and options of the dynamic linker,
 * of Python, Node, Java, Ruby and Perl, start files of shells, and every {@code PROA_} name. A
 * manifest entry may name each of them again.
 */
final class SidecarEnvironment {
    private static final Set<String> SCRUBBED =
            Set.of(
                    "LD_PRELOAD",
                    "LD_LIBRARY_PATH",
                    "LD_AUDIT",
                    "LD_DEBUG",
                    "LD_BIND_NOW",
                    "PYTHONHOME",
                    "PYTHONPATH",
                    "PYTHONSTARTUP",
                    "PYTHONEXECUTABLE",
                    "PYTHONINSPECT",
                    "__PYVENV_LAUNCHER__",
                    "NODE_OPTIONS",
                    "NODE_PATH",
                    "NODE_CHANNEL_FD",
                    "ELECTRON_RUN_AS_NODE",
                    "JAVA_TOOL_OPTIONS",
                    "JDK_JAVA_OPTIONS",
                    "_JAVA_OPTIONS",
                    "CLASSPATH",
                    "RUBYOPT",
                    "RUBYLIB",
                    "PERL5OPT",
                    "PERL5LIB",
                    "BASH_ENV",
                    "ENV",
                    "LISTEN_FDS",
                    "LISTEN_PID",
                    "LISTEN_FDNAMES",
                    "NOTIFY_SOCKET");

    private final SupervisorSetup setup;

    SidecarEnvironment(SupervisorSetup setup) {
        this.setup = setup;
    }

    /** The inherited part alone, for a process that is no sidecar. */
    static Map<String, String> inherited(Map<String, String> environment) {
        var kept = new HashMap<String, String>();
        environment.forEach((name, value) -> {
            if (!SCRUBBED.contains(name)
                    && !name.startsWith("PROA_")
                    && !name.startsWith("DYLD_")) {
                kept.put(name, value);
            }
        });
        return kept;
    }

    Map<String, String> of(
            SidecarSpec spec, Optional<LoopbackPort> port, Secret token, Template.Names names) {
        var environment = inherited(setup.environment());
        environment.put("PROA_INSTANCE", setup.instance().toString());
        environment.put("PROA_TOKEN", token.reveal());
        environment.put("PROA_DATA_DIR", setup.dataFolder().toString());
        environment.put("PROA_MODE", setup.mode());
        environment.put("PROA_PORT_FILE", portFile(setup.dataFolder(), spec.id()).toString());
        port.ifPresent(number -> environment.put("PROA_PORT", number.toString()));
        setup.profileFile().ifPresent(file -> environment.put("PROA_PROFILE", file.toString()));
        spec.env().forEach((name, value) -> environment.put(name, value.resolve(names)));
        return environment;
    }

    static Path portFile(Path dataFolder, String sidecar) {
        return dataFolder.resolve("runtime").resolve("ports").resolve(sidecar);
    }
}
