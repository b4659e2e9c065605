import { describe, expect, it } from 'vitest';
import { type MonitorEvent, readEvent, recentFailures } from '../src/model/event.ts';
import { entriesOf } from '../src/view/entries.ts';
import { type Row, eventRow } from './rows.ts';

function event(id: number, change: Row = {}): MonitorEvent {
  const read = readEvent(eventRow(id, change));
  if (read === null) {
    throw new Error('the row was not readable');
  }
  return read;
}

const announced = (id: number, call: string, command = 'make') =>
  event(id, { event_type: 'plan_step', metadata: { hook_event_name: 'PreToolUse', tool_use_id: call, command } });
const made = (id: number, call: string, change: Row = {}, command = 'make') =>
  event(id, { metadata: { hook_event_name: 'PostToolUse', tool_use_id: call, command }, ...change });
const newestFirst = (...events: MonitorEvent[]) => events.reverse();
const seen = (rows: MonitorEvent[], ceiling: number | null = null) =>
  entriesOf(rows, ceiling).map(({ id, event, running, times }) => [id, event.id, running ? 'running' : event.status, times]);

describe('the lines of the feed', () => {
  it('show an announced call and its result as one, in the place of the announcement', () => {
    const rows = newestFirst(announced(1, 'a', 'slow'), announced(2, 'b', 'quick'), made(3, 'b', {}, 'quick'));

    expect(seen(rows)).toEqual([[2, 3, 'success', 1], [1, 1, 'running', 1]]);
  });

  it('keep calls of other sessions apart although they have the same id', () => {
    const rows = newestFirst(announced(1, 'a'), made(2, 'a', { session_id: 'other' }));

    expect(seen(rows)).toEqual([[2, 2, 'success', 1], [1, 1, 'running', 1]]);
  });

  it('show the failure of an announced call', () => {
    expect(seen(newestFirst(announced(1, 'a'), made(2, 'a', { status: 'error' })))).toEqual([[1, 2, 'error', 1]]);
  });

  it('count what is said again and again', () => {
    const poll = (id: number) => event(id, { metadata: { command: 'git status' } });

    expect(seen(newestFirst(poll(1), poll(2), poll(3), event(4)))).toEqual([[4, 4, 'success', 1], [1, 3, 'success', 3]]);
  });

  it('do not count another session, another result or another target as the same', () => {
    const poll = (id: number, change: Row = {}) => event(id, { metadata: { command: 'git status' }, ...change });
    const rows = newestFirst(poll(1), poll(2, { session_id: 'other' }), poll(3, { status: 'error' }), event(4));

    expect(seen(rows).map(([, , , times]) => times)).toEqual([1, 1, 1, 1]);
  });

  it('complete a line that someone reads, but fold none away under them', () => {
    const rows = newestFirst(made(1, 'x'), announced(2, 'a'), made(3, 'a'));

    expect(seen(rows)).toEqual([[1, 3, 'success', 2]]);
    expect(seen(rows, 2)).toEqual([[2, 3, 'success', 1], [1, 1, 'success', 1]]);
  });

  it('stand for all their events', () => {
    const lines = entriesOf(newestFirst(announced(1, 'a'), made(2, 'a'), announced(3, 'b'), made(4, 'b'), event(5)));

    expect(lines.map(({ events, times }) => [events, times])).toEqual([[1, 1], [4, 2]]);
  });
});

const at = (minutes: number) => new Date(minutes * 60_000).toISOString();

it('knows an error although something old was imported after it', () => {
  const rows = newestFirst(event(1, { status: 'error', created_at: at(999) }), event(2, { source: 'import', created_at: at(3) }));

  expect(recentFailures(rows, 1_000).map(({ id }) => id)).toEqual([1]);
});

it('knows the errors of the last quarter of an hour', () => {
  const rows = newestFirst(
    event(1, { status: 'error', created_at: at(984) }),
    event(2, { status: 'error', created_at: at(990) }),
    event(3, { created_at: at(991) }),
    event(4, { status: 'timeout', created_at: at(1_000) }),
  );

  expect(recentFailures(rows, 1_000).map(({ id }) => id)).toEqual([4, 2]);
});
