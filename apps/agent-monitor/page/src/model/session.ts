import { type Json, asCount, asNumber, asRecord, asText, asTime } from './json.ts';

export const sessionStates = ['waiting', 'running', 'idle', 'ended', 'unknown'] as const;
export type SessionState = (typeof sessionStates)[number];

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
