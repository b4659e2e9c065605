import { describe, expect, it } from 'vitest';
import { type MonitorEvent, readEvent } from '../src/model/event.ts';
import { added, caughtUp, emptyFeed } from '../src/model/feed.ts';
import { eventMatches, forServer, fromQuery, givenMatches, noFilters, toQuery } from '../src/model/filters.ts';
import { asTime } from '../src/model/json.ts';
import { type Session, inOrder, merged, readSession, within } from '../src/model/session.ts';
import { readStats } from '../src/model/stats.ts';
import { perMinute } from '../src/view/activity.ts';
import { type Row, eventRow, sessionRow } from './rows.ts';

function event(id: number, change: Row = {}): MonitorEvent {
  const read = readEvent(eventRow(id, change));
  if (read === null) {
    throw new Error('the row was not readable');
  }
  return read;
}

function session(id: string, change: Row = {}): Session {
  const read = readSession(sessionRow(id, change));
  if (read === null) {
    throw new Error('the row was not readable');
  }
  return read;
}

const ids = (rows: readonly MonitorEvent[]) => rows.map((row) => row.id);
const several = (...numbers: number[]) => numbers.map((id) => event(id));

describe('the feed', () => {
  it('holds each event once, newest first, in whatever order they come', () => {
    const feed = added(added(emptyFeed, several(3, 1)), several(2, 5, 3, 5));

    expect(ids(feed.rows)).toEqual([5, 3, 2, 1]);
  });

  it('keeps the newest within its limit and says which ones fell', () => {
    const feed = added(emptyFeed, several(1, 2, 3, 4), 3);

    expect([ids(feed.rows), ids(feed.fell), feed.hole]).toEqual([[4, 3, 2], [1], false]);
  });

  it('joins a snapshot that reaches back to what was known', () => {
    const feed = caughtUp(added(emptyFeed, several(1, 2, 3)), several(3, 4, 5), false, 3);

    expect(ids(feed.rows)).toEqual([5, 4, 3, 2, 1]);
  });

  it('lets older events go when a snapshot leaves a hole before them', () => {
    const feed = caughtUp(added(emptyFeed, several(1, 2, 3, 9)), several(7, 8), false, 3);

    expect([ids(feed.rows), ids(feed.fell), feed.hole]).toEqual([[9, 8, 7], [3, 2, 1], true]);
  });

  it('keeps live events that a snapshot read earlier does not have', () => {
    const feed = caughtUp(added(emptyFeed, several(6, 7)), several(4, 5), false, null);

    expect(ids(feed.rows)).toEqual([7, 6, 5, 4]);
  });

  it('adds ten thousand events one by one in reasonable time', () => {
    let feed = added(emptyFeed, Array.from({ length: 10_000 }, (_, id) => event(id)));
    const started = performance.now();
    for (let id = 10_000; id < 10_500; id++) {
      feed = added(feed, [event(id)]);
    }

    expect(feed.rows).toHaveLength(10_000);
    expect((performance.now() - started) / 500).toBeLessThan(4);
  });
});

describe('sessions', () => {
  it('stand with who waits first, then who works, the latest before the others', () => {
    const at = (second: number) => ({ last_event_at: `2026-11-20T10:00:0${second}Z` });
    const sessions = [
      session('ended', { status: 'ended', ...at(9) }),
      session('idle', { status: 'idle', ...at(8) }),
      session('early', at(1)),
      session('late', at(2)),
      session('waits', { waiting: 'Allow: ls', ...at(0) }),
    ];

    expect(inOrder(sessions).map(({ id }) => id)).toEqual(['waits', 'late', 'early', 'idle', 'ended']);
  });

  it('that ended wait for nobody', () => expect(session('s', { status: 'ended', waiting: 'Allow: ls' }).state).toBe('ended'));

  it('with a status of a later version are unknown, not wrong', () => expect(session('s', { status: 'paused' }).state).toBe('unknown'));

  it('have an unknown cost rather than none', () => expect(session('s', { total_cost_usd: null }).costUsd).toBeNull());

  it('that stand last go when there are too many, but never the one that is looked at', () => {
    const known = new Map(['a', 'b', 'c', 'd'].map((id) => [id, session(id, { status: id === 'c' ? 'active' : 'ended', last_event_at: `2026-11-20T10:00:0${id.charCodeAt(0) - 97}Z` })]));

    expect([...within(known, 2, 'a').keys()]).toEqual(['c', 'd', 'a']);
    expect(within(known, 4, null)).toBe(known);
  });

  it('that changed since the snapshot was asked for keep their newer state', () => {
    const known = new Map([
      ['a', session('a', { event_count: 5 })],
      ['b', session('b', { event_count: 5 })],
      ['new', session('new')],
    ]);
    const result = merged([session('a', { event_count: 4 }), session('b', { event_count: 6 })], known, new Set(['a', 'new']));

    expect([...result.values()].map(({ id, eventCount }) => `${id} ${eventCount}`)).toEqual(['a 5', 'b 6', 'new 1']);
  });
});

describe('filters', () => {
  const all = { agent: 'codex', kind: 'tool_use', tool: 'Bash', project: 'a/b &c', session: 's/1', state: 'idle', errors: true, calls: true, error: 'exit … & 1', since: 1_000, until: 2_000, text: 'x y' } as const;

  it('survive the way through an address', () => expect(fromQuery(toQuery(all))).toEqual(all));

  it('make no query when there are none', () => expect(toQuery(noFilters)).toBe(''));

  it('ignore what an address says wrongly', () => expect(fromQuery('?state=asleep&errors=yes&agent=&since=noon&other=1')).toEqual(noFilters));

  it('name to the server only what it knows', () =>
    expect(forServer(all).toString()).toBe(
      'agent_type=codex&event_type=tool_use&tool_name=Bash&session_id=s%2F1&error=exit+%E2%80%A6+%26+1&failed=true&counted=true&status=error&since=1970-01-01T00%3A00%3A01.000Z&until=1970-01-01T00%3A00%3A02.000Z',
    ));

  it('keep what is between two moments, with these', () => {
    const kept = (ms: number) => eventMatches({ ...noFilters, since: 1_000, until: 2_000 }, event(1, { created_at: new Date(ms).toISOString() }), new Map());

    expect([kept(999), kept(1_000), kept(2_000), kept(2_001)]).toEqual([false, true, true, false]);
  });

  it('keep each call once when calls are wanted, and no timeout among their errors', () => {
    const kept = (change: Row, errors = false) => eventMatches({ ...noFilters, calls: true, errors }, event(1, change), new Map());

    expect([kept({}), kept({ call_counted: false }), kept({ event_type: 'plan_step' }), kept({ tool_name: null })]).toEqual([true, false, false, false]);
    expect([kept({ status: 'error' }, true), kept({ status: 'timeout' }, true)]).toEqual([true, false]);
  });

  it('leave to the server what a failure says', () => {
    const filters = { ...noFilters, error: 'exit …' };

    expect(eventMatches(filters, event(1, { status: 'error', metadata: { error: 'exit …' } }), new Map())).toBe(false);
    expect(givenMatches(filters, event(1, { status: 'error' }))).toBe(true);
  });

  it('find every word anywhere in an event, also deep in what was sent', () => {
    const found = (text: string) =>
      eventMatches({ ...noFilters, text }, event(1, { metadata: { tool_input: { command: 'Make Gateway' } } }), new Map());

    expect(found('gateway bash')).toBe(true);
    expect(found('gateway edit')).toBe(false);
    expect(found('  ')).toBe(true);
  });

  it('keep errors and timeouts when only those are wanted', () => {
    const kept = (change: Row) => eventMatches({ ...noFilters, errors: true }, event(1, change), new Map());

    expect([kept({ status: 'error' }), kept({ status: 'timeout' }), kept({ event_type: 'error' }), kept({})]).toEqual([true, true, true, false]);
  });

  it('follow the state of an event’s session', () => {
    const sessions = new Map([['s1', session('s1', { status: 'idle' })]]);

    expect(eventMatches({ ...noFilters, state: 'idle' }, event(1), sessions)).toBe(true);
    expect(eventMatches({ ...noFilters, state: 'running' }, event(1), sessions)).toBe(false);
  });
});

describe('reading', () => {
  it('takes a time without a zone as UTC', () => {
    expect(asTime('2026-11-20 10:00:00')).toBe(Date.UTC(2026, 10, 20, 10));
    expect(asTime('2026-11-20T10:00:00.5+01:00')).toBe(Date.UTC(2026, 10, 20, 9, 0, 0, 500));
    expect(asTime('yesterday')).toBeNull();
  });

  it('refuses rows that nothing could be known by', () => {
    expect([readEvent(null), readEvent({}), readEvent([]), readSession({ id: 5 }), readStats({})]).toEqual([null, null, null, null, null]);
  });
});

describe('activity', () => {
  const at = (minute: number) => ({ created_at: new Date(minute * 60_000).toISOString() });

  it('counts events and failures per minute', () => {
    const events = [event(3, at(101)), event(2, { ...at(100), status: 'error' }), event(1, at(100))];

    expect(perMinute(events, 101, 3, true)).toEqual([
      { all: 0, failed: 0 },
      { all: 2, failed: 1 },
      { all: 1, failed: 0 },
    ]);
  });

  it('says nothing of minutes it does not have all events of', () => {
    expect(perMinute([event(1, at(100))], 101, 3, false)).toEqual([null, null, { all: 0, failed: 0 }]);
  });

  it('counts what came before something old was imported', () => {
    const events = [event(3, at(101)), event(2, { ...at(5), source: 'import' }), event(1, at(101))];

    expect(perMinute(events, 101, 1, true)).toEqual([{ all: 2, failed: 0 }]);
  });
});
