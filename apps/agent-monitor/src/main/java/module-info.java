/** The reference app's backend: takes the events of coding agents and shows them. */
module dev.proa.agentmonitor {
    requires static org.jspecify;
    requires dev.proa.eventlog;
    requires dev.proa.gateway;

    provides dev.proa.gateway.EmbeddedBackend with
            dev.proa.agentmonitor.AgentMonitor;
}
