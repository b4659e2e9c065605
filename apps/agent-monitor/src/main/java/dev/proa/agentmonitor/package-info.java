/** The agent monitor; open {@link dev.proa.agentmonitor.AgentMonitor} first. */
@NullMarked
package dev.proa.agentmonitor;

import org.jspecify.annotations.NullMarked;
