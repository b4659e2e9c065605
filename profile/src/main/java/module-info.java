/**
 * Manifest, profile, environment and flags: one immutable Profile, or all the reasons there is
 * none.
 */
module dev.proa.profile {
    requires static org.jspecify;
    requires transitive dev.proa.core;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;

    exports dev.proa.profile;
}
