/** The words everyone shares: problems, secrets, ports, files, time. */
module dev.proa.core {
    requires static org.jspecify;

    exports dev.proa.core;
}
