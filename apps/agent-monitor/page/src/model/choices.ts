import type { MonitorEvent } from './event.ts';
import type { Session } from './session.ts';

/** The values that were seen so far, for the lists to choose from; each sorted. */
export interface Choices {
  readonly agents: readonly string[];
  readonly kinds: readonly string[];
  readonly tools: readonly string[];
  readonly projects: readonly string[];
}

export const noChoices: Choices = { agents: [], kinds: [], tools: [], projects: [] };

/** The same object if nothing new is among them, so that the lists stay as they are. */
export function widened(choices: Choices, events: Iterable<MonitorEvent>, sessions: Iterable<Session>): Choices {
  const agents = new Set(choices.agents);
  const kinds = new Set(choices.kinds);
  const tools = new Set(choices.tools);
  const projects = new Set(choices.projects);
  for (const event of events) {
    keep(agents, event.agent);
    keep(kinds, event.kind);
    keep(tools, event.tool);
    keep(projects, event.project);
  }
  for (const session of sessions) {
    keep(agents, session.agent);
    keep(projects, session.project);
  }
  const same =
    agents.size === choices.agents.length &&
    kinds.size === choices.kinds.length &&
    tools.size === choices.tools.length &&
    projects.size === choices.projects.length;
  return same ? choices : { agents: sorted(agents), kinds: sorted(kinds), tools: sorted(tools), projects: sorted(projects) };
}

/** A sender that puts ever new values into a field must not fill the page's memory with them. */
const most = 500;

function keep(values: Set<string>, value: string | null): void {
  if (value !== null && value !== '' && values.size < most) {
    values.add(value);
  }
}

function sorted(values: ReadonlySet<string>): string[] {
  return [...values].sort((a, b) => a.localeCompare(b));
}
