/** Whole-process benchmarks. */
module dev.proa.bench {
    requires static org.jspecify;
    requires dev.proa.core;
    requires dev.proa.eventlog;
    requires dev.proa.journal;
    requires dev.proa.profile;
    requires dev.proa.supervisor;
    requires java.net.http;
    requires tools.jackson.databind;
}
