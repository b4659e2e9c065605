/** Whole-process benchmarks. */
module dev.proa.bench {
    requires static org.jspecify;
    requires dev.proa.core;
    requires dev.proa.eventlog;
    requires tools.jackson.databind;
}
