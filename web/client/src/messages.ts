/** One event of an app or backend. `n` counts the source events it stands for. */
export interface ChannelEvent {
  readonly id?: string;
  readonly scope?: string;
  readonly type: string;
  readonly data: unknown;
  readonly n: number;
}

/** Events that left the runtime together: number `s` of generation `g`. */
export interface Batch {
  readonly g: number;
  readonly s: number;
  readonly at: unknown;
  readonly e: readonly ChannelEvent[];
}

/** Why a page has to read its snapshot: `start` is the first one, all others stand for a loss. */
export type Cause = 'start' | 'reconnect' | 'gap' | 'overflow' | 'restart' | 'dropped';

/** The state of something the runtime reads events from. */
export interface UpstreamStatus {
  readonly upstream: string;
  readonly state: string;
  readonly attempt: number | null;
  readonly nextAt: unknown;
}

/** Something the desktop asks the page to do; the runtime repeats it until it is done. */
export interface Intent {
  readonly id: string;
  readonly kind: string;
  readonly data: unknown;
}

export type FromRuntime =
  | { readonly t: 'hello'; readonly g: number; readonly heartbeatMs: number }
  | { readonly t: 'batch'; readonly batch: Batch }
  | { readonly t: 'resync'; readonly cause: Cause; readonly scope: string | null; readonly dropped: number }
  | { readonly t: 'status'; readonly status: UpstreamStatus }
  | { readonly t: 'intent'; readonly intent: Intent };

export type ToRuntime =
  | { readonly t: 'resume'; readonly g: number; readonly s: number }
  | { readonly t: 'ack'; readonly g: number; readonly s: number }
  | { readonly t: 'resync'; readonly scope?: string }
  | { readonly t: 'active'; readonly scope: string | null }
  | { readonly t: 'visible'; readonly v: boolean }
  | { readonly t: 'done'; readonly id: string }
  | ({ readonly t: 'ready' } & Readonly<Record<string, unknown>>);

const causes: ReadonlySet<string> = new Set(['reconnect', 'gap', 'overflow', 'restart', 'dropped']);
const usualHeartbeatMs = 15_000;

/** Reads one text frame; null is a frame that this version does not know, which the contract says to ignore. */
export function readFrame(text: string): FromRuntime | null {
  const frame = record(parse(text));
  switch (frame?.t) {
    case 'hello':
      return isCount(frame.g)
        ? { t: 'hello', g: frame.g, heartbeatMs: isCount(frame.heartbeat_ms) ? frame.heartbeat_ms : usualHeartbeatMs }
        : null;
    case 'batch':
      return readBatch(frame);
    case 'resync':
      return {
        t: 'resync',
        // A cause of a later version is still a loss: the page must reload whatever it is called.
        cause: causes.has(String(frame.cause)) ? (frame.cause as Cause) : 'gap',
        scope: typeof frame.scope === 'string' ? frame.scope : null,
        dropped: isCount(frame.dropped) ? frame.dropped : 0,
      };
    case 'status':
      return {
        t: 'status',
        status: {
          upstream: String(frame.upstream ?? ''),
          state: String(frame.state ?? ''),
          attempt: isCount(frame.attempt) ? frame.attempt : null,
          nextAt: frame.next_at ?? null,
        },
      };
    case 'intent':
      return typeof frame.id === 'string' && typeof frame.kind === 'string'
        ? { t: 'intent', intent: { id: frame.id, kind: frame.kind, data: frame.data } }
        : null;
    default:
      return null;
  }
}

function readBatch(frame: Readonly<Record<string, unknown>>): FromRuntime | null {
  if (!isCount(frame.g) || !isCount(frame.s) || !Array.isArray(frame.e)) {
    return null;
  }
  return { t: 'batch', batch: { g: frame.g, s: frame.s, at: frame.at, e: frame.e.map(readEvent) } };
}

/** Keeps what it cannot read as an event without a type: leaving it out would be a loss that nobody hears of. */
function readEvent(value: unknown): ChannelEvent {
  const event = record(value) ?? {};
  return {
    ...(event.id === undefined || event.id === null ? {} : { id: String(event.id) }),
    ...(typeof event.scope === 'string' ? { scope: event.scope } : {}),
    type: typeof event.type === 'string' ? event.type : '',
    data: event.data,
    n: isCount(event.n) ? event.n : 1,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
