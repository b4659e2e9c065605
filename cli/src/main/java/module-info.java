/** The command line. */
module dev.proa.cli {
    requires static org.jspecify;
    requires dev.proa.core;
    requires dev.proa.profile;
    requires dev.proa.eventlog;
    requires dev.proa.journal;
    requires dev.proa.runtime;
    requires java.net.http;
    requires jdk.unsupported;
    requires info.picocli;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    opens dev.proa.cli to
            info.picocli;
}
