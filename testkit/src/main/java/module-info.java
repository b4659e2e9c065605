/** Fixtures for tests. */
module dev.proa.testkit {
    requires static org.jspecify;
    requires transitive dev.proa.core;

    exports dev.proa.testkit;
}
