import { asRecord, asText, asNumber } from './model/json.ts';
import { strings } from './strings.ts';

/** Why something could not be read, in words for the page. */
export class Fault extends Error {}

/** Reads one same-origin JSON answer; the session's cookie goes with it by itself. */
export async function read(path: string): Promise<Readonly<Record<string, unknown>>> {
  let answer: Response;
  try {
    answer = await fetch(path, { cache: 'no-store', headers: { accept: 'application/json' } });
  } catch (failure) {
    throw new Fault(strings.faults.unreachable, { cause: failure });
  }
  if (!answer.ok) {
    throw new Fault(strings.faults.status(answer.status));
  }
  const value = asRecord(await answer.json().catch(() => null));
  if (value === null) {
    throw new Fault(strings.faults.unreadable);
  }
  return value;
}

/** Where agents send their events, without a slash at the end; the usual address if the runtime does not say. */
export async function ingestAddress(): Promise<string> {
  const info = await read('/_proa/runtime/info').catch(() => null);
  const port = asNumber(asRecord(info?.ports)?.ingest);
  return asText(info?.ingest_url) ?? asText(asRecord(info?.ports)?.ingest_url) ?? (port === null ? strings.usualIngest : `http://127.0.0.1:${port}`);
}
