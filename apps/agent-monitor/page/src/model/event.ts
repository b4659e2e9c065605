import { type Json, asCount, asNumber, asRecord, asText, asTime } from './json.ts';

/** One stored event. Everything in it but `id` and `at` was written by whoever sent it. */
export interface MonitorEvent {
  readonly id: number;
  readonly at: number | null;
  readonly sessionId: string;
  readonly agent: string;
  readonly kind: string;
  readonly tool: string | null;
  readonly status: string;
  readonly project: string | null;
  readonly branch: string | null;
  readonly model: string | null;
  readonly durationMs: number | null;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly costUsd: number | null;
  readonly metadata: Json;
  /** Which call it announces or answers; null if it is about none. */
  readonly call: Call | null;
  readonly truncated: boolean;
  readonly raw: Json;
}

/** A tool's call, known by the session's and the call's id. */
export interface Call {
  readonly key: string;
  /** It is about to be made; otherwise it was made. */
  readonly announces: boolean;
}

/** Reads one row of `/api/events` or of the channel; null if it has no id to know it by. */
export function readEvent(value: unknown): MonitorEvent | null {
  const raw = asRecord(value);
  const id = Number(raw?.id ?? NaN);
  if (raw === null || !Number.isSafeInteger(id)) {
    return null;
  }
  const metadata = readMetadata(raw.metadata);
  const kind = asText(raw.event_type) ?? '';
  const sessionId = asText(raw.session_id) ?? '';
  return {
    id,
    at: asTime(raw.created_at),
    sessionId,
    agent: asText(raw.agent_type) ?? '',
    kind,
    tool: asText(raw.tool_name),
    status: asText(raw.status) ?? '',
    project: asText(raw.project),
    branch: asText(raw.branch),
    model: asText(raw.model),
    durationMs: asNumber(raw.duration_ms),
    tokensIn: asCount(raw.tokens_in),
    tokensOut: asCount(raw.tokens_out),
    costUsd: asNumber(raw.cost_usd),
    metadata,
    call: readCall(sessionId, kind, metadata),
    truncated: raw.payload_truncated === 1 || raw.payload_truncated === true,
    raw,
  };
}

export function failed(event: MonitorEvent): boolean {
  return event.status === 'error' || event.status === 'timeout' || event.kind === 'error';
}

/** A call of a tool as the statistics count it: once, when it was made. */
export function countedCall({ tool, kind, raw }: MonitorEvent): boolean {
  return tool !== null && tool !== '' && kind !== 'plan_step' && raw.call_counted !== false;
}

function readCall(sessionId: string, kind: string, metadata: Json): Call | null {
  const id = asText(metadata.tool_use_id) ?? asText(metadata.call_id) ?? asText(asRecord(metadata.payload)?.call_id);
  if (id === null) {
    return null;
  }
  const hook = asText(metadata.hook_event_name);
  const announces = hook === 'PreToolUse' || (hook === null && kind === 'plan_step');
  const answers = kind === 'tool_use' || hook === 'PostToolUse' || hook === 'PostToolUseFailure';
  return announces || answers ? { key: `${sessionId}\n${id}`, announces } : null;
}

/** How many minutes count as recent. */
export const recentMinutes = 15;

/** When the minutes that count as recent begin, in milliseconds since 1970. */
export function recentFrom(minute: number): number {
  return (minute - recentMinutes) * 60_000;
}

/** The failures of the 15 minutes before the end of `minute` (minutes since 1970). What was imported may be old whatever its id. */
export function recentFailures(events: readonly MonitorEvent[], minute: number): MonitorEvent[] {
  const from = recentFrom(minute);
  return events.filter((event) => event.at !== null && event.at >= from && failed(event));
}

/**
 * The time since which all events are among these: -Infinity if that is all of time, Infinity if it is not known. Events come in the order
 * of their time except for those of an import, which keep their own.
 */
export function knownSince(events: readonly MonitorEvent[], whole: boolean): number {
  return whole ? -Infinity : (events.findLast(({ at, raw }) => at !== null && raw.source !== 'import')?.at ?? Infinity);
}

/** Older stores hold metadata as JSON text; anything that is no object is kept as a message. */
function readMetadata(value: unknown): Json {
  if (typeof value !== 'string') {
    return asRecord(value) ?? (value === null || value === undefined ? {} : { message: JSON.stringify(value) });
  }
  try {
    return asRecord(JSON.parse(value)) ?? { message: value };
  } catch {
    return { message: value };
  }
}
