/** A stretch of time that a page looks at. Its parts are chosen by name, so that the address of "the last 7 days" stays true tomorrow. */
export type Span =
  | { readonly name: 'all' }
  | { readonly name: '24h' | '7d' | '30d' | 'month' }
  | { readonly name: 'between'; readonly from: number; readonly to: number };

export const namedSpans = ['all', '24h', '7d', '30d', 'month'] as const;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The first moment in it and the first after it; null is open. */
export interface Bounds {
  readonly from: number | null;
  readonly to: number | null;
}

export function bounds(span: Span, now: number): Bounds {
  switch (span.name) {
    case 'all':
      return { from: null, to: null };
    case '24h':
      return { from: hourOf(now) - 23 * hourMs, to: null };
    case '7d':
      return { from: daysBefore(now, 6), to: null };
    case '30d':
      return { from: daysBefore(now, 29), to: null };
    case 'month': {
      const day = new Date(now);
      return { from: new Date(day.getFullYear(), day.getMonth(), 1).getTime(), to: null };
    }
    case 'between':
      return { from: span.from, to: span.to };
  }
}

/** Hours are told apart within four days, beyond that they are days. */
export function bucketFor(from: number, to: number): 'hour' | 'day' {
  return to - from <= 4 * dayMs ? 'hour' : 'day';
}

/** The local day of a key such as 2026-11-21, which may have 23 or 25 hours; null if it is none. */
export function dayBounds(key: string): { from: number; to: number } | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(key);
  if (parts === null) {
    return null;
  }
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  return { from: new Date(year, month - 1, day).getTime(), to: new Date(year, month - 1, day + 1).getTime() };
}

/** The local day of a moment as 2026-11-21. */
export function dayKey(at: number): string {
  const day = new Date(at);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** When the bucket that begins at `start` is over. */
export function endOf(start: number, bucket: 'hour' | 'day'): number {
  if (bucket === 'hour') {
    return start + hourMs;
  }
  const day = new Date(start);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
}

/** Whether a span holds whole local days, so that it can be told by dates alone. */
export function wholeDays(from: number, to: number): boolean {
  return [from, to].every((at) => new Date(at).getHours() === 0 && new Date(at).getMinutes() === 0);
}

/** Writes a span into an address. */
export function putSpan(query: URLSearchParams, span: Span): void {
  if (span.name === 'between') {
    query.set('from', new Date(span.from).toISOString());
    query.set('to', new Date(span.to).toISOString());
  } else if (span.name !== 'all') {
    query.set('range', span.name);
  }
}

/** The span of an address; all there is if it names none that can be read. */
export function spanIn(query: URLSearchParams): Span {
  const from = Date.parse(query.get('from') ?? '');
  const to = Date.parse(query.get('to') ?? '');
  if (!Number.isNaN(from) && !Number.isNaN(to) && from < to) {
    return { name: 'between', from, to };
  }
  return { name: namedSpans.find((name) => name === query.get('range')) ?? 'all' };
}

function hourOf(at: number): number {
  return new Date(at).setMinutes(0, 0, 0);
}

function daysBefore(now: number, days: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - days).getTime();
}
