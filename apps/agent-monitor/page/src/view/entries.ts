import { type MonitorEvent, failed } from '../model/event.ts';
import { type Line, lineOf } from './line.ts';

/** One line of the feed: an event, a call with its result, or several events in a row that say the same. */
export interface Entry {
  /** The id of its first event: its place in the feed, which it keeps whatever is added to it. */
  readonly id: number;
  /** What is shown: the result once it is there, else the announced call. */
  readonly event: MonitorEvent;
  /** The call was announced and its result has not come. */
  readonly running: boolean;
  /** When it began: the announcement's time. */
  readonly since: number | null;
  /** How often the same was said in a row. */
  readonly times: number;
  /** How many stored events it stands for. */
  readonly events: number;
}

interface Draft {
  id: number;
  lastId: number;
  event: MonitorEvent;
  running: boolean;
  since: number | null;
  times: number;
  events: number;
}

/**
 * The lines of events that are newest first. `ceiling` is the newest id someone who reads has seen, null while nobody reads: what came later
 * may complete a line that is seen, but folds no two such lines into one, because that would move all others.
 */
export function entriesOf(rows: readonly MonitorEvent[], ceiling: number | null = null): Entry[] {
  const entries: Draft[] = [];
  const announced = new Map<string, Draft>();
  for (let index = rows.length - 1; index >= 0; index--) {
    const event = rows[index] as MonitorEvent;
    const { call } = event;
    const open = call === null ? undefined : announced.get(call.key);
    if (open !== undefined && call?.announces === false) {
      announced.delete(call.key);
      open.event = event;
      open.running = false;
      open.events += 1;
      open.lastId = event.id;
    } else {
      const entry = { id: event.id, lastId: event.id, event, running: call?.announces === true, since: event.at, times: 1, events: 1 };
      entries.push(entry);
      if (call?.announces === true) {
        announced.set(call.key, entry);
      }
    }
  }
  return folded(entries, ceiling).reverse();
}

/** A line's words, made once for each event. */
export function cachedLine(event: MonitorEvent): Line {
  let line = lines.get(event);
  if (line === undefined) {
    line = lineOf(event);
    lines.set(event, line);
  }
  return line;
}

const lines = new WeakMap<MonitorEvent, Line>();
function folded(entries: readonly Draft[], ceiling: number | null): Draft[] {
  const settled = (entry: Draft) => ceiling === null || entry.lastId <= ceiling;
  const hidden = (entry: Draft) => ceiling !== null && entry.id > ceiling;
  const kept: Draft[] = [];
  for (const entry of entries) {
    const before = kept.at(-1);
    const may = before !== undefined && ((settled(before) && settled(entry)) || (hidden(before) && hidden(entry)));
    if (may && sameLine(before, entry)) {
      before.times += 1;
      before.events += entry.events;
      before.event = entry.event;
      before.lastId = entry.lastId;
    } else {
      kept.push(entry);
    }
  }
  return kept;
}

function sameLine(a: Draft, b: Draft): boolean {
  if (a.running || b.running || a.event.sessionId !== b.event.sessionId || a.event.kind !== b.event.kind || a.event.tool !== b.event.tool) {
    return false;
  }
  const [one, other] = [cachedLine(a.event), cachedLine(b.event)];
  return one.verb === other.verb && one.subject === other.subject && one.result === other.result && one.trouble === other.trouble;
}

/** Whether a line tells of a failure. */
export function entryFailed(entry: Entry): boolean {
  return !entry.running && failed(entry.event);
}
