import { expect, it } from 'vitest';
import { costParameters, openView } from '../src/model/cost-view.ts';
import { type RangeName, rangeBounds } from '../src/model/range.ts';
import { type Session, inStateSince, partlyPriced, readSession } from '../src/model/session.ts';
import { begunSince, sessionsPath } from '../src/model/sessions-view.ts';
import { costAtLeast } from '../src/view/format.ts';
import { type Row, sessionRow } from './rows.ts';

const now = new Date(2026, 10, 21, 10, 30, 40).getTime();

function session(change: Row = {}): Session {
  const read = readSession(sessionRow('s', change));
  if (read === null) {
    throw new Error('the row was not readable');
  }
  return read;
}

function asked(search: string): URLSearchParams {
  return new URL(sessionsPath(new URLSearchParams(search), now), 'http://x').searchParams;
}

it('asks for the sessions of both ends of a range', () => {
  const query = asked('from=2026-11-03&to=2026-11-04&state=idle&q=a b&order=cost');

  expect(query.get('since')).toBe(new Date(2026, 10, 3).toISOString());
  expect(query.get('until')).toBe(new Date(2026, 10, 5).toISOString());
  expect([query.get('status'), query.get('q'), query.get('order')]).toEqual(['idle', 'a b', 'cost']);
  expect(asked('to=2026-11-04').has('since')).toBe(false);
  expect(asked('').toString()).toBe('order=recent');
});

it.each<[RangeName, Date]>([
  ['1h', new Date(2026, 10, 21, 9, 30)],
  ['24h', new Date(2026, 10, 20, 10)],
  ['7d', new Date(2026, 10, 15)],
  ['30d', new Date(2026, 9, 23)],
])('means the same on every page by %s', (name, from) => {
  expect(rangeBounds({ name }, now)).toEqual({ from: from.toISOString(), to: null });
  expect(costParameters({ ...openView, range: { name } }, now, 'UTC').get('from')).toBe(from.toISOString());
  expect(asked(`range=${name}`).get('since')).toBe(from.toISOString());
});

it('counts the sessions that began after the list was read', () => {
  const at = (ms: number) => session({ started_at: new Date(now + ms).toISOString() });

  expect(begunSince(now, [at(-1), at(1), at(5_000), session({ started_at: null })])).toBe(2);
});

it('says of a cost that leaves something out that it is more', () => {
  const shown = (change: Row) => costAtLeast(session(change).costUsd, partlyPriced(session(change)));

  expect(shown({ total_cost_usd: 0.84, unpriced_events: 30 })).toBe('≥ $0.8400');
  expect(shown({ total_cost_usd: 0.84 })).toBe('$0.8400');
  expect(shown({ total_cost_usd: null, tokens_in: 5 })).toBe('unknown');
  expect([partlyPriced(session()), partlyPriced(session({ tokens_out: 1 })), partlyPriced(session({ unpriced_events: 1 }))]).toEqual([false, true, true]);
});

it('counts the time of a session that ended from its end', () => {
  const times = { started_at: '2026-11-21T08:00:00.000Z', last_event_at: '2026-11-21T09:00:00.000Z' };

  expect(inStateSince(session({ ...times, status: 'ended', ended_at: '2026-11-21T09:10:00.000Z' }))).toBe(Date.parse('2026-11-21T09:10:00.000Z'));
  expect(inStateSince(session({ ...times, status: 'ended' }))).toBe(Date.parse(times.last_event_at));
  expect(inStateSince(session({ ...times, status: 'active' }))).toBe(Date.parse(times.started_at));
});
