package dev.proa.supervisor;

/** What all sidecars of a supervisor share. */
record Tools(
        SupervisorSetup setup,
        Launcher launcher,
        GuardClient guard,
        PortIdentity identity,
        AppBudget budget,
        Standstill standstill) {}
