import { type Json, asList, asNumber, asRecord, asText } from './model/json.ts';
import { strings } from './strings.ts';

/** Why something could not be read or done, in words for the page. */
export class Fault extends Error {
  /** `status` is the answer's code; null if there was no answer. */
  constructor(
    message: string,
    readonly status: number | null = null,
    /** What the answer said about single values: `path: message`. */
    readonly details: readonly string[] = [],
    options: ErrorOptions = {},
  ) {
    super(message, options);
  }
}

let skew = 0;

/** Milliseconds by which this device's clock runs ahead of the runtime's; 0 if they agree to a few seconds. */
export function clockSkew(): number {
  return skew;
}

/** Reads one same-origin JSON answer; the session's cookie goes with it by itself. */
export async function read(path: string, signal: AbortSignal | null = null): Promise<Json> {
  return answered(await asked(path, { cache: 'no-store', headers: { accept: 'application/json' }, signal }));
}

/** Asks the backend to do something; `body` is sent as JSON. The answer may be empty. */
export async function send(method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown = {}): Promise<Json> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  return answered(await asked(path, { method, cache: 'no-store', headers, body: JSON.stringify(body) }), true);
}

/** Where agents send their events, without a slash at the end; the usual address if the runtime does not say. */
export async function ingestAddress(): Promise<string> {
  const info = await read('/_proa/runtime/info').catch(() => null);
  const port = asNumber(asRecord(info?.ports)?.ingest);
  return asText(info?.ingest_url) ?? asText(asRecord(info?.ports)?.ingest_url) ?? (port === null ? strings.usualIngest : `http://127.0.0.1:${port}`);
}

/** The reason in words for the page. Anything that is no fault is a defect: it is told to the console, too, and stops nobody. */
export function reason(failure: unknown): string {
  if (failure instanceof Fault) {
    return failure.message;
  }
  reportError(failure);
  return strings.faults.defect(failure instanceof Error ? failure.message : String(failure));
}

async function asked(path: string, request: RequestInit): Promise<Response> {
  const startedAt = Date.now();
  try {
    const answer = await fetch(path, request);
    compareClocks(answer.headers.get('date'), startedAt);
    return answer;
  } catch (failure) {
    if (request.signal?.aborted === true) {
      throw failure;
    }
    throw new Fault(strings.faults.unreachable, null, [], { cause: failure });
  }
}

async function answered(answer: Response, mayBeEmpty = false): Promise<Json> {
  const text = await answer.text().catch(() => '');
  const value = mayBeEmpty && text.trim() === '' ? {} : asRecord(parsed(text));
  if (!answer.ok) {
    throw new Fault(asText(value?.error) ?? asText(value?.detail) ?? strings.faults.status(answer.status), answer.status, asList(value?.details).map(detail));
  }
  if (value === null) {
    throw new Fault(strings.faults.unreadable, answer.status);
  }
  return value;
}

function detail(value: unknown): string {
  const record = asRecord(value);
  const parts = [asText(record?.field) ?? asText(record?.path), asText(record?.message)].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(': ') : String(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The answer's date has whole seconds and may be as old as the answer took; less than that says nothing about a clock. */
function compareClocks(date: string | null, startedAt: number): void {
  const at = date === null ? NaN : Date.parse(date);
  if (!Number.isNaN(at)) {
    const ahead = startedAt - at;
    const unsure = 2_000 + (Date.now() - startedAt);
    skew = Math.abs(ahead) <= unsure ? 0 : ahead;
  }
}
