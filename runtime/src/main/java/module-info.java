/** The composition root: builds the stages in order and closes them in reverse. */
module dev.proa.runtime {
    requires static org.jspecify;
    requires transitive dev.proa.core;
    requires transitive dev.proa.profile;
    requires transitive dev.proa.journal;
    requires dev.proa.supervisor;
    requires dev.proa.gateway;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires java.management;
    requires java.net.http;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    uses dev.proa.gateway.EmbeddedBackend;

    exports dev.proa.runtime;
}
