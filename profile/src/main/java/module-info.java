/**
 * Manifest, profile, environment and flags: one immutable Profile, or all the reasons there is
 * none.
 */
module dev.proa.profile {
    requires static org.jspecify;
    requires transitive dev.proa.core;
    requires tools.jackson.core;
    requires org.snakeyaml.engine.v2;

    exports dev.proa.profile;
}
