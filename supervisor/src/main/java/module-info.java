/** Keeps sidecars alive within their restart budget and leaves no process behind. */
module dev.proa.supervisor {
    requires static org.jspecify;
    requires transitive dev.proa.core;
    requires transitive dev.proa.journal;
    requires transitive dev.proa.profile;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports dev.proa.supervisor;
}
