import { asCount, asNumber, asRecord } from './json.ts';

export interface Stats {
  readonly events: number;
  readonly sessions: number;
  /** Sessions that have not ended; null if the backend does not say. */
  readonly liveSessions: number | null;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** US dollars; null is unknown. */
  readonly costUsd: number | null;
}

export function readStats(value: unknown): Stats | null {
  const raw = asRecord(value);
  if (raw === null || asNumber(raw.total_events) === null) {
    return null;
  }
  return {
    events: asCount(raw.total_events),
    sessions: asCount(raw.total_sessions),
    liveSessions: asNumber(raw.live_sessions),
    tokensIn: asCount(raw.total_tokens_in),
    tokensOut: asCount(raw.total_tokens_out),
    costUsd: asNumber(raw.total_cost_usd),
  };
}
