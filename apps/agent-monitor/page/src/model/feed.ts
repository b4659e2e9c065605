import type { MonitorEvent } from './event.ts';

/** How many events stay in memory; with metadata of at most 10 KB each that is 100 MB at the very worst, and usually under 10. */
export const feedLimit = 10_000;

/** Events newest first, each id once. A value: adding makes a new one. */
export interface Feed {
  readonly rows: readonly MonitorEvent[];
  /** What the last change let go at the old end, newest first. */
  readonly fell: readonly MonitorEvent[];
  /** Between `rows` and `fell` there are events that never were here. */
  readonly hole: boolean;
}

export const emptyFeed: Feed = { rows: [], fell: [], hole: false };

/** Adds events in any order; an id that is there already is left as it is. What is beyond the limit falls. */
export function added(feed: Feed, events: readonly MonitorEvent[], limit = feedLimit): Feed {
  const fresh = distinctNewestFirst(events);
  const newest = feed.rows[0]?.id ?? -Infinity;
  const allNewer = (fresh.at(-1)?.id ?? Infinity) > newest;
  const rows = allNewer ? [...fresh, ...feed.rows] : distinctNewestFirst([...feed.rows, ...fresh]);
  return { rows: rows.length > limit ? rows.slice(0, limit) : rows, fell: rows.slice(limit), hole: false };
}

/**
 * The feed after a snapshot of the newest events. `upTo` is the newest id known before something was lost: if the snapshot reaches back to
 * it, nothing is missing between; if not, what is older falls, because a feed with an unseen hole would be a lie.
 */
export function caughtUp(feed: Feed, snapshot: readonly MonitorEvent[], complete: boolean, upTo: number | null, limit = feedLimit): Feed {
  const fresh = distinctNewestFirst(snapshot);
  const oldest = fresh.at(-1)?.id ?? Infinity;
  if (complete || upTo === null || oldest <= upTo) {
    return added(feed, fresh, limit);
  }
  const after = added({ ...feed, rows: feed.rows.filter((event) => event.id >= oldest) }, fresh, limit);
  return { rows: after.rows, fell: [...after.fell, ...feed.rows.filter((event) => event.id < oldest)], hole: true };
}

function distinctNewestFirst(events: readonly MonitorEvent[]): MonitorEvent[] {
  const byId = new Map<number, MonitorEvent>();
  for (const event of events) {
    if (!byId.has(event.id)) {
      byId.set(event.id, event);
    }
  }
  return [...byId.values()].sort((a, b) => b.id - a.id);
}
