package dev.proa.supervisor;

/** What all sidecars of a supervisor share. */
record Tools(
        SupervisorSetup setup,
        Launcher launcher,
        ReadinessProbe probe,
        AppBudget budget,
        Standstill standstill,
        StopCall stopCall,
        DumpHook dumpHook) {}
