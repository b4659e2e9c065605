import { type Json, asCount, asList, asNumber, asRecord, asText, asTime } from './json.ts';

export const sessionStates = ['waiting', 'running', 'idle', 'ended', 'unknown'] as const;
export type SessionState = (typeof sessionStates)[number];

/** The last thing that was done in a session. */
export interface Activity {
  readonly tool: string | null;
  readonly text: string | null;
  readonly at: number | null;
  readonly status: string | null;
}

/** An agent that a session's own agent has started. It is no session. */
export interface Subagent {
  readonly id: string;
  readonly name: string | null;
  readonly state: SessionState;
  readonly startedAt: number | null;
  readonly lastEventAt: number | null;
  readonly endedAt: number | null;
  readonly eventCount: number;
  readonly tokens: number;
  readonly costUsd: number | null;
}

export interface Session {
  readonly id: string;
  readonly agent: string;
  readonly project: string | null;
  readonly branch: string | null;
  readonly state: SessionState;
  /** What it waits for from the person, in the words of whoever sent it. */
  readonly waiting: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly lastEventAt: number | null;
  readonly eventCount: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** US dollars; null is unknown, which is not nothing. */
  readonly costUsd: number | null;
  readonly filesEdited: number;
  readonly linesAdded: number;
  readonly linesRemoved: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** The first prompt, shortened. */
  readonly title: string | null;
  readonly activity: Activity | null;
  readonly model: string | null;
  readonly errors: number;
  /** Events with tokens but without a price: the cost leaves them out. */
  readonly unpricedEvents: number;
  readonly contextTokens: number | null;
  readonly contextWindow: number | null;
  readonly subagents: readonly Subagent[];
}

/** All tokens of a session, those from and to the cache with them. */
export function allTokens({ tokensIn, tokensOut, cacheReadTokens, cacheWriteTokens }: Session): number {
  return tokensIn + tokensOut + cacheReadTokens + cacheWriteTokens;
}

/** Some of it has no known price, so that its cost is more than what is known. */
export function partlyPriced({ costUsd, unpricedEvents, tokensIn, tokensOut }: Session): boolean {
  return unpricedEvents > 0 || (costUsd === null && tokensIn + tokensOut > 0);
}

/** The moment from which its time in its state counts; null if that is not known. */
export function inStateSince({ state, startedAt, endedAt, lastEventAt }: Session | Subagent): number | null {
  return state === 'ended' ? (endedAt ?? lastEventAt) : state === 'running' ? startedAt : lastEventAt;
}

/** How full the context of a session's agent is, from 0 to 1 and beyond; null if that is not known. */
export function contextShare({ contextTokens, contextWindow }: Session): number | null {
  return contextTokens === null || contextWindow === null || contextWindow <= 0 ? null : contextTokens / contextWindow;
}

/** Reads one row of `/api/sessions` or of the channel; null if it has no id. */
export function readSession(value: unknown): Session | null {
  const raw = asRecord(value);
  const id = asText(raw?.id);
  if (raw === null || id === null) {
    return null;
  }
  const waiting = asText(raw.waiting);
  return {
    id,
    agent: asText(raw.agent_type) ?? '',
    project: asText(raw.project),
    branch: asText(raw.branch),
    state: readState(raw, waiting),
    waiting,
    startedAt: asTime(raw.started_at),
    endedAt: asTime(raw.ended_at),
    lastEventAt: asTime(raw.last_event_at),
    eventCount: asCount(raw.event_count),
    tokensIn: asCount(raw.tokens_in),
    tokensOut: asCount(raw.tokens_out),
    costUsd: asNumber(raw.total_cost_usd),
    filesEdited: asCount(raw.files_edited),
    linesAdded: asCount(raw.lines_added),
    linesRemoved: asCount(raw.lines_removed),
    cacheReadTokens: asCount(raw.cache_read_tokens),
    cacheWriteTokens: asCount(raw.cache_write_tokens),
    title: asText(raw.title),
    activity: readActivity(raw.activity),
    model: asText(raw.model),
    errors: asCount(raw.errors),
    unpricedEvents: asCount(raw.unpriced_events),
    contextTokens: asNumber(raw.context_tokens),
    contextWindow: asNumber(raw.context_window),
    subagents: asList(raw.subagents).map(readSubagent).filter((agent) => agent !== null),
  };
}

function readActivity(value: unknown): Activity | null {
  const raw = asRecord(value);
  const [tool, text] = [asText(raw?.tool), asText(raw?.text)];
  return raw === null || (tool === null && text === null) ? null : { tool, text, at: asTime(raw.at), status: asText(raw.status) };
}

function readSubagent(value: unknown): Subagent | null {
  const raw = asRecord(value);
  const id = asText(raw?.id);
  return raw === null || id === null
    ? null
    : {
        id,
        name: asText(raw.name),
        state: readState(raw, asText(raw.waiting)),
        startedAt: asTime(raw.started_at),
        lastEventAt: asTime(raw.last_event_at),
        endedAt: asTime(raw.ended_at),
        eventCount: asCount(raw.event_count),
        tokens: asCount(raw.tokens_in) + asCount(raw.tokens_out),
        costUsd: asNumber(raw.total_cost_usd),
      };
}

function readState(raw: Json, waiting: string | null): SessionState {
  if (raw.status === 'ended') {
    return 'ended';
  }
  if (waiting !== null) {
    return 'waiting';
  }
  return raw.status === 'active' ? 'running' : raw.status === 'idle' ? 'idle' : 'unknown';
}

/** Who waits for the person first, then who works; within a state whatever moved last. */
export function inOrder(sessions: Iterable<Session>): Session[] {
  return [...sessions].sort(
    (a, b) =>
      sessionStates.indexOf(a.state) - sessionStates.indexOf(b.state) ||
      (b.lastEventAt ?? b.startedAt ?? 0) - (a.lastEventAt ?? a.startedAt ?? 0) ||
      (a.id < b.id ? -1 : 1),
  );
}

/** At most so many sessions: those that stand last in the list go, except for `kept`. */
export function within(sessions: ReadonlyMap<string, Session>, most: number, kept: string | null): ReadonlyMap<string, Session> {
  if (sessions.size <= most) {
    return sessions;
  }
  const one = kept === null ? undefined : sessions.get(kept);
  const first = inOrder(sessions.values()).slice(0, most);
  return new Map([...first, ...(one === undefined ? [] : [one])].map((session) => [session.id, session]));
}

/**
 * What is known after a snapshot. A session that the channel brought after the snapshot was asked for stays: the channel tells of every
 * later change, so it cannot stay behind, while the snapshot may have been read before it.
 */
export function merged(snapshot: readonly Session[], known: ReadonlyMap<string, Session>, changedSince: ReadonlySet<string>): Map<string, Session> {
  const result = new Map(snapshot.map((session) => [session.id, session]));
  for (const id of changedSince) {
    const session = known.get(id);
    if (session !== undefined) {
      result.set(id, session);
    }
  }
  return result;
}
