/** The app's events: ingest, durable log, session life cycle, statistics. */
module dev.proa.eventlog {
    requires static org.jspecify;
    requires transitive dev.proa.core;
    requires java.management;
    requires java.sql;
    requires com.google.protobuf;
    requires io.opentelemetry.proto;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires org.xerial.sqlitejdbc;

    exports dev.proa.eventlog;
}
