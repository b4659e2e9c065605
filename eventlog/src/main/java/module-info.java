/** The app's events: ingest, durable log, session life cycle, statistics. */
module dev.proa.eventlog {
    requires static org.jspecify;
    requires transitive dev.proa.core;
    requires java.management;
    requires java.sql;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires org.xerial.sqlitejdbc;

    exports dev.proa.eventlog;
}
