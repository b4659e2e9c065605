import { type Json, asCount, asList, asNumber, asRecord, asText, asTime } from './json.ts';

export const jobStates = ['running', 'done', 'cancelled', 'failed'] as const;
export type JobState = (typeof jobStates)[number] | 'unknown';

/** One reading of an agent's history. */
export interface ImportJob {
  readonly id: string;
  readonly source: string;
  readonly state: JobState;
  readonly files: number;
  readonly filesDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
  readonly events: number;
  readonly duplicates: number;
  readonly skipped: readonly { readonly file: string; readonly line: number | null; readonly what: string }[];
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly dryRun: boolean;
}

export interface Imports {
  readonly jobs: readonly ImportJob[];
  readonly everyMinutes: number | null;
  readonly nextAt: number | null;
}

/** Reads the answer of `/api/imports`; null if it is none. */
export function readImports(value: unknown): Imports | null {
  const raw = asRecord(value);
  if (raw === null || !Array.isArray(raw.jobs)) {
    return null;
  }
  const auto = asRecord(raw.auto);
  return { jobs: records(raw.jobs).map(readJob), everyMinutes: asNumber(auto?.every_minutes), nextAt: asTime(auto?.next_at) };
}

function readJob(raw: Json): ImportJob {
  return {
    id: typeof raw.id === 'number' ? String(raw.id) : (asText(raw.id) ?? ''),
    source: asText(raw.source) ?? '',
    state: jobStates.find((state) => state === raw.state) ?? 'unknown',
    files: asCount(raw.files),
    filesDone: asCount(raw.files_done),
    bytes: asCount(raw.bytes),
    bytesDone: asCount(raw.bytes_done),
    events: asCount(raw.events),
    duplicates: asCount(raw.duplicates),
    skipped: records(raw.skipped).map((one) => ({ file: asText(one.file) ?? '', line: asNumber(one.line), what: asText(one.what) ?? '' })),
    startedAt: asTime(raw.started_at),
    endedAt: asTime(raw.ended_at),
    dryRun: raw.dry_run === true,
  };
}

/** How much of a job is done, between 0 and 1: by bytes, else by files; null before anything is known. */
export function share(job: ImportJob): number | null {
  const [done, all] = job.bytes > 0 ? [job.bytesDone, job.bytes] : [job.filesDone, job.files];
  return all === 0 ? null : Math.min(1, done / all);
}

/** What a prune takes away, or would. */
export interface Pruned {
  readonly events: number;
  readonly bytes: number;
  readonly byKind: readonly { readonly kind: string; readonly events: number }[];
  readonly oldestKept: number | null;
}

export function readPruned(value: unknown): Pruned | null {
  const raw = asRecord(value);
  return raw === null ? null : { events: asCount(raw.events), bytes: asCount(raw.bytes), byKind: kinds(raw.by_kind), oldestKept: asTime(raw.oldest_kept) };
}

/** By kind, as a list of objects or as an object of counts. */
function kinds(value: unknown): readonly { kind: string; events: number; bytes: number }[] {
  const rows = Array.isArray(value)
    ? records(value).map((row) => ({ kind: asText(row.event_type) ?? asText(row.kind) ?? '', events: asCount(row.events), bytes: asCount(row.bytes) }))
    : Object.entries(asRecord(value) ?? {}).map(([kind, events]) => ({ kind, events: asCount(asRecord(events)?.events ?? events), bytes: asCount(asRecord(events)?.bytes) }));
  return rows.sort((a, b) => b.bytes - a.bytes || b.events - a.events);
}

export interface Storage {
  readonly dbBytes: number;
  readonly walBytes: number;
  readonly events: number;
  readonly byKind: readonly { readonly kind: string; readonly events: number; readonly bytes: number }[];
  readonly oldestAt: number | null;
  /** Null if it was never looked at. */
  readonly sound: boolean | null;
  readonly checkedAt: number | null;
  /** What the last look found. */
  readonly faults: readonly string[];
}

/** Reads the answer of `/api/storage`; null if it is none. */
export function readStorage(value: unknown): Storage | null {
  const raw = asRecord(value);
  if (raw === null || asNumber(raw.db_bytes) === null) {
    return null;
  }
  const integrity = asRecord(raw.integrity);
  return {
    dbBytes: asCount(raw.db_bytes),
    walBytes: asCount(raw.wal_bytes),
    events: asCount(raw.events),
    byKind: kinds(raw.by_kind),
    oldestAt: asTime(raw.oldest_at),
    sound: typeof integrity?.ok === 'boolean' ? integrity.ok : null,
    checkedAt: asTime(integrity?.checked_at),
    faults: asList(integrity?.faults).map(asText).filter((fault) => fault !== null),
  };
}

/** What is known of the hooks of one agent. */
export interface HookState {
  readonly agent: string;
  readonly lastEventAt: number | null;
  readonly events24h: number;
  /** What was written down while the monitor was not running, and waits to be taken in. */
  readonly spoolFiles: number;
  readonly spoolBytes: number;
}

/** Reads the answer of `/api/hooks`; null if it is none. */
export function readHooks(value: unknown): readonly HookState[] | null {
  const raw = asRecord(value);
  if (raw === null || !Array.isArray(raw.agents)) {
    return null;
  }
  return records(raw.agents).map((row) => {
    const spool = asRecord(row.spool);
    return {
      agent: asText(row.agent) ?? '',
      lastEventAt: asTime(row.last_event_at),
      events24h: asCount(row.events_24h),
      spoolFiles: asCount(spool?.files),
      spoolBytes: asCount(spool?.bytes),
    };
  });
}

function records(value: unknown): readonly Json[] {
  return asList(value).map(asRecord).filter((row) => row !== null);
}
