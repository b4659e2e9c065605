package dev.proa.supervisor;

import dev.proa.core.Secret;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.Template;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The environment of a sidecar: what the runtime inherited without the scrub list, what Proa tells
 * it, and what its manifest entry names, each overriding the one before.
 *
 * <p>The scrub list takes away what was meant for the runtime or for the shell it was started from
 * and would change how another program is loaded: search paths and options of the dynamic linker
 * and of interpreters, start files of shells, what a service manager told us alone, and every
 * {@code PROA_} name. A manifest entry may name each of them again.
 */
final class SidecarEnvironment {
    /** Names, and beginnings of names that end in {@code *}; docs/sidecars.md has the same. */
    static final Set<String> SCRUBBED =
            Set.of(
                    "LD_*",
                    "DYLD_*",
                    "GLIBC_TUNABLES",
                    "GCONV_PATH",
                    "MALLOC_*",
                    "PYTHONHOME",
                    "PYTHONPATH",
                    "PYTHONSTARTUP",
                    "PYTHONEXECUTABLE",
                    "PYTHONINSPECT",
                    "PYTHONPLATLIBDIR",
                    "PYTHONSAFEPATH",
                    "PYTHONWARNINGS",
                    "__PYVENV_LAUNCHER__",
                    "NODE_OPTIONS",
                    "NODE_PATH",
                    "NODE_CHANNEL_FD",
                    "NODE_CHANNEL_SERIALIZATION_MODE",
                    "NODE_REPL_EXTERNAL_MODULE",
                    "NODE_UNIQUE_ID",
                    "ELECTRON_RUN_AS_NODE",
                    "JAVA_TOOL_OPTIONS",
                    "JDK_JAVA_OPTIONS",
                    "JDK_JAVAC_OPTIONS",
                    "_JAVA_OPTIONS",
                    "CLASSPATH",
                    "DOTNET_STARTUP_HOOKS",
                    "DOTNET_ADDITIONAL_DEPS",
                    "DOTNET_SHARED_STORE",
                    "CORECLR_*",
                    "COR_*",
                    "RUBYOPT",
                    "RUBYLIB",
                    "PERL5OPT",
                    "PERL5LIB",
                    "PERLLIB",
                    "PERL5DB",
                    "PHPRC",
                    "PHP_INI_SCAN_DIR",
                    "LUA_*",
                    "BASH_ENV",
                    "BASH_FUNC_*",
                    "BASHOPTS",
                    "SHELLOPTS",
                    "ENV",
                    "CDPATH",
                    "PS4",
                    "LISTEN_*",
                    "NOTIFY_SOCKET",
                    "WATCHDOG_*",
                    "INVOCATION_ID",
                    "JOURNAL_STREAM",
                    "PROA_*");

    private static final List<String> BEGINNINGS =
            SCRUBBED.stream()
                    .filter(name -> name.endsWith("*"))
                    .map(name -> name.substring(0, name.length() - 1))
                    .toList();

    private final SupervisorSetup setup;
    private volatile String mode;

    SidecarEnvironment(SupervisorSetup setup) {
        this.setup = setup;
        this.mode = setup.mode();
    }

    /** Tells those that are started from now on that the run is in another mode. */
    void inMode(String now) {
        mode = now;
    }

    /** The inherited part alone, for a process that is no sidecar. */
    static Map<String, String> inherited(Map<String, String> environment) {
        var kept = new HashMap<String, String>();
        environment.forEach((name, value) -> {
            if (!SCRUBBED.contains(name) && BEGINNINGS.stream().noneMatch(name::startsWith)) {
                kept.put(name, value);
            }
        });
        return kept;
    }

    Map<String, String> of(
            SidecarSpec spec, Optional<String> port, Secret token, Template.Names names) {
        var environment = inherited(setup.environment());
        LoopbackWithoutProxy.in(environment);
        environment.put("PROA_INSTANCE", setup.instance().toString());
        environment.put("PROA_TOKEN", token.reveal());
        environment.put("PROA_DATA_DIR", setup.dataFolder().toString());
        environment.put("PROA_MODE", mode);
        environment.put("PROA_PORT_FILE", portFile(setup.dataFolder(), spec.id()).toString());
        port.ifPresent(number -> environment.put("PROA_PORT", number));
        setup.profileFile().ifPresent(file -> environment.put("PROA_PROFILE", file.toString()));
        spec.env().forEach((name, value) -> environment.put(name, value.resolve(names)));
        return environment;
    }

    static Path portFile(Path dataFolder, String sidecar) {
        return dataFolder.resolve("runtime").resolve("ports").resolve(sidecar);
    }
}
