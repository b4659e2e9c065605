import type { MonitorEvent } from './event.ts';
import { type Feed, feedLimit } from './feed.ts';

/** Events from before the feed's own rows, for the filters the server knows, newest first. A value. */
export interface Past {
  readonly rows: readonly MonitorEvent[];
  /** How many stored events lie before them; null until it was asked. */
  readonly left: number | null;
  /** How many events between these and the feed's rows are not here: only while someone reads. Null if nobody knows how many. */
  readonly gap: number | null;
}

export const noPast: Past = { rows: [], left: null, gap: 0 };

/**
 * The past after a change of the feed. What falls out of the feed is kept if it joins what was read, and under someone who reads: rows with
 * an id of at most `ceiling` are those they see. `reading` says that a page of the past is on its way.
 */
export function pastAfter(past: Past, { fell, hole }: Feed, ceiling: number | null, reading: boolean, limit = feedLimit): Past {
  if (fell.length === 0 && !hole) {
    return past;
  }
  const newest = past.rows[0]?.id ?? -Infinity;
  const fallen = fell.filter(({ id }) => id > newest);
  if (ceiling !== null) {
    const seen = fallen.filter(({ id }) => id <= ceiling);
    const gap = hole || past.gap === null ? null : past.gap + fallen.length - seen.length;
    return { rows: [...seen, ...past.rows], left: past.left, gap };
  }
  const joins = past.left !== null || past.rows.length > 0 || reading;
  return hole ? noPast : !joins ? past : within({ ...past, rows: [...fallen, ...past.rows] }, limit);
}

/** The past once nobody reads any more, or the newest rows are shown: none if it does not join the feed. */
export function released(past: Past, limit = feedLimit): Past {
  return past.gap === 0 ? within(past, limit) : noPast;
}

/** The past with a page of it; `left` are the events before that page. */
export function withPage(past: Past, floor: number, page: readonly MonitorEvent[], left: number): Past {
  const before = page.filter(({ id }) => id < floor).sort((a, b) => b.id - a.id);
  return { ...past, rows: [...past.rows, ...before], left };
}

/** The past after a reading of the newest that the server has, of `total`; what does not join it falls. */
export function withNewest(past: Past, newest: readonly MonitorEvent[], total: number): Past {
  const first = past.rows[0]?.id ?? -Infinity;
  const fresh = newest.filter(({ id }) => id > first);
  const joins = fresh.length < newest.length || past.rows.length === 0;
  const rows = joins ? [...fresh, ...past.rows] : fresh;
  return { ...past, rows, left: Math.max(0, total - rows.length) };
}

function within(past: Past, limit: number): Past {
  const cut = past.rows.length - limit;
  return cut <= 0 ? past : { ...past, rows: past.rows.slice(0, limit), left: past.left === null ? null : past.left + cut };
}
