/** Reads values that came from outside: whatever has the wrong type counts as absent. */
export type Json = Readonly<Record<string, unknown>>;

export function asRecord(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

export function asNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function asCount(value: unknown): number {
  return Math.max(0, asNumber(value) ?? 0);
}

/** Milliseconds since 1970 of an ISO time; one without a zone is UTC, as the store writes it. */
export function asTime(value: unknown): number | null {
  const text = asText(value);
  if (text === null) {
    return null;
  }
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text.replace(' ', 'T')}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? null : time;
}

/** What an address says of a time that is none. */
export interface Unread {
  readonly name: string;
  readonly text: string;
}

/** Those of the values that can be read. */
export function readAll<T>(values: unknown, readOne: (value: unknown) => T | null): T[] {
  return asList(values).map(readOne).filter((value) => value !== null);
}
