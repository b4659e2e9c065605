import { describe, expect, it } from 'vitest';
import { rangeBounds, rangeFrom, rangeQuery } from '../src/model/range.ts';
import { pageAddress, placeOf, sessionAddress, tabOf } from '../src/model/route.ts';
import { contextShare, readSession } from '../src/model/session.ts';
import { firstStretch, furtherStretch, readSpans, readTrace, waterfall } from '../src/model/trace.ts';
import { costSoFar, partsOf, readStep } from '../src/model/transcript.ts';
import { sorted } from '../src/view/table.ts';
import { type Row, sessionRow } from './rows.ts';

describe('an address', () => {
  it.each([
    ['/', 'live', null],
    ['/sessions', 'sessions', null],
    ['/sessions/', 'sessions', null],
    ['/sessions/3fa85f64-5717', 'session', '3fa85f64-5717'],
    ['/sessions/a%20b', 'session', 'a b'],
    ['/costs', 'costs', null],
    ['/search', 'search', null],
    ['/nowhere', 'lost', null],
    ['/sessions/a/b', 'lost', null],
    ['/sessions/%E0%A4%A', 'lost', null],
  ])('%s leads to %s', (path, page, id) => expect(placeOf(path, '')).toEqual({ page, id }));

  it.each(['plain-1', 'a.b', 'a/b', '../x', 'at', '<img src=x>', 'ü ☃', '%2F', '?q#'])('of the session %j leads back to it', (id) => {
    const url = new URL(sessionAddress(id, { view: 'files' }), 'http://x');

    expect(placeOf(url.pathname, url.search)).toEqual({ page: 'session', id });
    expect(url.searchParams.get('view')).toBe('files');
    expect(url.pathname.split('/').at(-1)).not.toContain('.');
  });

  it('leaves out what is not set', () => {
    expect(pageAddress('costs', { model: 'a b', project: null, branch: '' })).toBe('/costs?model=a+b');
    expect(tabOf('session')).toBe('sessions');
    expect(tabOf('search')).toBeNull();
  });
});

describe('a range', () => {
  const now = Date.parse('2026-11-21T10:30:40Z');

  it('is read from the address, with the page’s usual one if it says nothing', () => {
    expect(rangeFrom(new URLSearchParams('range=7d'), 'all')).toEqual({ name: '7d' });
    expect(rangeFrom(new URLSearchParams('range=forever'), 'all')).toEqual({ name: 'all' });
    expect(rangeFrom(new URLSearchParams('from=2026-11-01&to=soon'), 'all')).toEqual({ name: 'own', from: '2026-11-01', to: null });
  });

  it('comes back from the address it was written into', () => {
    for (const range of [{ name: '24h' }, { name: 'own', from: '2026-01-01', to: null }] as const) {
      const written = Object.entries(rangeQuery(range, 'all')).filter((pair): pair is [string, string] => pair[1] !== null);
      expect(rangeFrom(new URLSearchParams(written), 'all')).toEqual(range);
    }
  });

  it('has bounds of whole minutes, and of whole local days with the last one', () => {
    expect(rangeBounds({ name: '1h' }, now)).toEqual({ from: '2026-11-21T09:30:00.000Z', to: null });
    expect(rangeBounds({ name: 'all' }, now)).toEqual({ from: null, to: null });
    const { from, to } = rangeBounds({ name: 'own', from: '2026-11-20', to: '2026-11-20' }, now);
    expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(86_400_000);
    expect(new Date(from ?? '').getHours()).toBe(0);
  });
});

describe('a session', () => {
  it('is read with all that newer backends tell, and without it', () => {
    const told = readSession(
      sessionRow('s', {
        title: 'Fix it', activity: { tool: 'Bash', text: 'make', at: '2026-11-21T10:00:00.000Z', status: 'running' }, context_tokens: 50, context_window: 200,
        subagents: [{ id: 'a', name: 'reviewer', status: 'active', tokens_in: 1, tokens_out: 2, total_cost_usd: 0.5, event_count: 3 }, { name: 'no id' }, 'nonsense'],
      }),
    );

    expect(told).toMatchObject({ title: 'Fix it', activity: { tool: 'Bash', text: 'make' }, subagents: [{ id: 'a', name: 'reviewer', state: 'running', tokens: 3, costUsd: 0.5 }] });
    expect(told === null ? null : contextShare(told)).toBe(0.25);
    const plain = readSession(sessionRow('s'));
    expect(plain).toMatchObject({ title: null, activity: null, subagents: [], errors: 0, contextTokens: null });
    expect(plain === null ? 0 : contextShare(plain)).toBeNull();
  });
});

describe('a transcript', () => {
  const step = (event_id: number, change: Row = {}) => readStep({ event_id, role: 'tool', type: 'tool_use', tool_name: 'Bash', detail: `do ${event_id}`, at: new Date(event_id * 1_000).toISOString(), ...change }, 0)!;

  it('folds a sub-agent’s steps into one line at the first, and opens it', () => {
    const steps = [step(1), step(2, { subagent: 'a' }), step(3), step(4, { subagent: 'a' })];

    expect(partsOf(steps, new Set()).map(({ key }) => key)).toEqual(['1', 'agent a', '3']);
    expect(partsOf(steps, new Set(['a'])).map(({ key }) => key)).toEqual(['1', 'agent a', '2', '4', '3']);
  });

  it('leaves an announced call out once it was made', () => {
    const announced = (id: number, detail: string) => step(id, { role: 'assistant', type: 'plan_step', detail });
    const steps = [announced(1, 'x'), step(2, { detail: 'x' }), announced(3, 'x'), announced(4, 'y')];

    expect(partsOf(steps, new Set()).map((part) => ('step' in part ? [part.key, part.announced] : part.key))).toEqual([['2', false], ['3', true], ['4', true]]);
  });

  it('adds up what it cost', () => {
    expect(costSoFar([step(1), step(3, { cost_usd: 0.5 }), step(2, { cost_usd: 0.25 })])).toEqual({ at: [2_000, 3_000], usd: [0.25, 0.75] });
  });

  it('does not add what is told again', () => {
    expect(costSoFar([step(1, { cost_usd: 0.5 }), step(2, { cost_usd: 0.5, counted: false })])).toEqual({ at: [1_000], usd: [0.5] });
  });
});

describe('a waterfall', () => {
  const span = (span_id: string, parent_span_id: string | null, seconds: number) => ({ trace_id: 't', span_id, parent_span_id, name: span_id, started_at: new Date(seconds * 1_000).toISOString(), duration_ms: 5 });
  const shown = (spans: Row[]) => waterfall(readSpans({ spans })).map(({ span, depth }) => `${span.id}${depth}`);

  it('has children under their parents, by time', () => {
    expect(shown([span('late', 'root', 9), span('root', null, 1), span('deep', 'early', 4), span('early', 'root', 3)])).toEqual(['root0', 'early1', 'deep2', 'late1']);
  });

  it('shows every span once, also one without its parent, or in a circle', () => {
    expect(shown([span('a', 'gone', 1), span('b', 'c', 2), span('c', 'b', 3), span('d', 'd', 4)]).sort()).toEqual(['a0', 'b0', 'c1', 'd0']);
  });

  it('is asked for in stretches until all of it was seen', () => {
    const [most, some] = [10_000, firstStretch.limit];
    const of = (rows: number, total: number) => ({ spans: [], rows, total });

    expect(furtherStretch(of(some, some), firstStretch)).toBeNull();
    expect(furtherStretch(of(some, 25_000), firstStretch)).toEqual({ offset: 0, limit: most });
    expect(furtherStretch(of(most, 25_000), { offset: 0, limit: most })).toEqual({ offset: most, limit: most });
    // An answer may be full before it has as many.
    expect(furtherStretch(of(700, 25_000), firstStretch)).toEqual({ offset: 700, limit: most });
    expect(furtherStretch(of(5_000, 25_000), { offset: 20_000, limit: most })).toBeNull();
    expect(furtherStretch(of(0, 25_000), { offset: 20_000, limit: most })).toBeNull();
    expect(readTrace({ spans: [null, span('ok', null, 1)], total: 9 })).toMatchObject({ rows: 2, total: 9, spans: [{ id: 'ok' }] });
    expect(readTrace({ spans: [span('ok', null, 1)] }).total).toBe(1);
  });

  it('reads past what is no span', () => {
    expect(readSpans({ spans: [null, {}, { span_id: 'x' }, span('ok', null, 1)] })).toHaveLength(1);
  });
});

it('sorts rows with those that lack the value last, whichever way', () => {
  const rows = [{ n: 2 }, { n: null }, { n: 10 }, undefined];
  const by = (row: { n: number | null }) => row.n;

  expect(sorted(rows, by, false).map((row) => row?.n)).toEqual([2, 10, null, undefined]);
  expect(sorted(rows, by, true).map((row) => row?.n)).toEqual([10, 2, null, undefined]);
});
