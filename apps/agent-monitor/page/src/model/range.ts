import type { Unread } from './json.ts';

/** A span of time that a page shows. It is part of the page's address: `range=7d`, or `from` and `to` as days or minutes. */
export const rangeNames = ['1h', '24h', '7d', '30d', '90d', 'all'] as const;
export type RangeName = (typeof rangeNames)[number];

export type Range =
  | { readonly name: RangeName }
  /** Whole local days, both included, as YYYY-MM-DD, or local minutes as YYYY-MM-DDTHH:MM; null leaves that end open. */
  | { readonly name: 'own'; readonly from: string | null; readonly to: string | null };

const hourMs = 3_600_000;
const lengths = {
  '1h': hourMs,
  '24h': 24 * hourMs,
  '7d': 7 * 24 * hourMs,
  '30d': 30 * 24 * hourMs,
  '90d': 90 * 24 * hourMs,
  all: null,
} as const satisfies Readonly<Record<RangeName, number | null>>;
const moment = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?$/;

export function rangeFrom(query: URLSearchParams, usual: RangeName): Range {
  const [from, to] = ['from', 'to'].map((name) => query.get(name)).map((text) => (text !== null && isMoment(text) ? text : null));
  if (from || to) {
    return { name: 'own', from: from ?? null, to: to ?? null };
  }
  return { name: rangeNames.find((name) => name === query.get('range')) ?? usual };
}

/** What an address says of its range that is none. */
export function unreadRange(query: URLSearchParams): readonly Unread[] {
  return ['from', 'to', 'range']
    .map((name) => ({ name, text: query.get(name) ?? '' }))
    .filter(({ name, text }) => text !== '' && !(name === 'range' ? rangeNames.some((one) => one === text) : isMoment(text)));
}

/** The values of the query that mean this range; the usual one needs none. */
export function rangeQuery(range: Range, usual: RangeName): Record<'range' | 'from' | 'to', string | null> {
  return range.name === 'own' ? { range: null, from: range.from, to: range.to } : { range: range.name === usual ? null : range.name, from: null, to: null };
}

/**
 * The first moment and the end in ISO, as the backend takes them; null where the range is open. On every page the same: a day begins with a
 * whole hour, and more days are those days, today with them, so that no bar of a chart is a stump.
 */
export function rangeBounds(range: Range, now: number): { readonly from: string | null; readonly to: string | null } {
  if (range.name === 'own') {
    return { from: localDay(range.from, 0), to: localDay(range.to, 1) };
  }
  const length = lengths[range.name];
  if (length === null) {
    return { from: null, to: null };
  }
  const from = new Date(now - length);
  if (range.name === '1h') {
    from.setSeconds(0, 0);
  } else {
    from.setMinutes(0, 0, 0);
  }
  if (length > lengths['24h']) {
    from.setHours(24);
  }
  return { from: from.toISOString(), to: null };
}

/** The last millisecond before an end, for those who count it in; null stays open. */
export function lastBefore(end: string | null): string | null {
  return end === null ? null : new Date(Date.parse(end) - 1).toISOString();
}

/** The beginning of a moment's day by UTC, the days by which the backend keeps what it cannot sum up by the hour; null stays open. */
export function utcDay(at: string | null): string | null {
  return at === null ? null : `${at.slice(0, 10)}T00:00:00.000Z`;
}

/** The last millisecond of that day. */
export function utcDayEnd(at: string | null): string | null {
  return at === null ? null : `${at.slice(0, 10)}T23:59:59.999Z`;
}

/** The range between two moments: told by days if it is whole ones, else by minutes. */
export function rangeBetween(from: number, to: number): Range {
  const [start, end] = [new Date(from), new Date(to)].map(localMinute) as [string, string];
  if (!start.endsWith('T00:00') || !end.endsWith('T00:00')) {
    return { name: 'own', from: start, to: end };
  }
  const last = new Date(to);
  last.setDate(last.getDate() - 1);
  return { name: 'own', from: start.slice(0, 10), to: localMinute(last).slice(0, 10) };
}

/** The zone in which this device counts its days: Europe/Berlin. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether a text is a day of the calendar, or a minute of one. */
function isMoment(text: string): boolean {
  const [day = '', time = '00:00'] = text.split('T');
  const at = new Date(`${day}T${time}Z`);
  return moment.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(`${day}T${time}`);
}

function localDay(text: string | null, plusDays: number): string | null {
  if (text === null) {
    return null;
  }
  const [year = 0, month = 1, date = 1, hour, minute = 0] = text.split(/[-T:]/).map(Number);
  const at = hour === undefined ? new Date(year, month - 1, date + plusDays) : new Date(year, month - 1, date, hour, minute);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

function localMinute(at: Date): string {
  const [month, date, hour, minute] = [at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, '0'));
  return `${at.getFullYear()}-${month}-${date}T${hour}:${minute}`;
}
