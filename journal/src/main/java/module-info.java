/** What the runtime did: sealed events, their rolling file, and its readers. */
module dev.proa.journal {
    requires static org.jspecify;
    requires transitive dev.proa.core;
    requires tools.jackson.core;
    requires transitive tools.jackson.databind;

    exports dev.proa.journal;
}
