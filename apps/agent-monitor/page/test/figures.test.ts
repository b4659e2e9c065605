import { describe, expect, it } from 'vitest';
import { bucketFor, endOf } from '../src/model/buckets.ts';
import { type CostView, costAddress, costParameters, costViewIn, openView, rowView, stackedBy } from '../src/model/cost-view.ts';
import { near, readBudgets, readCostEvent, readCosts, readSeries } from '../src/model/costs.ts';
import { csv } from '../src/model/csv.ts';
import { type LimitWindow, outlook, readLimits } from '../src/model/limits.ts';
import { emptyPrice, priceBody, priceFaults, priceFieldOf, readPrices } from '../src/model/prices.ts';
import { rangeBetween, rangeBounds, rangeFrom } from '../src/model/range.ts';
import { callsOf, readTools } from '../src/model/tools.ts';
import { added, amountTicks, atMostFive, bucketAt, dollarTicks, snapped, spanOf, timeTicks } from '../src/view/chart.ts';

const hour = 3_600_000;

describe('costs', () => {
  it('keep unknown apart from nothing and take decimals as texts too', () => {
    const costs = readCosts({ total: { cost_usd: null, events: 2, unpriced_events: 2 }, rows: [{ key: 'a', cost_usd: '0.000003' }, { key: null, cost_usd: 0 }, 7] });

    expect(costs?.total).toMatchObject({ costUsd: null, events: 2, unpricedEvents: 2, duplicates: 0 });
    expect(costs?.rows.map((row) => [row.key, row.costUsd])).toEqual([['a', 0.000003], ['', 0]]);
    expect(costs?.unknownModels).toEqual([]);
  });

  it('are not read from an answer without a total', () => expect(readCosts({ rows: [] })).toBeNull());

  it('have gaps where the series says nothing', () => {
    const read = readSeries({ bucket: 'hour', starts: ['2026-11-21T10:00:00.000Z', '2026-11-21T11:00:00.000Z', '2026-11-21T12:00:00.000Z'], incomplete: '2026-11-21T12:00:00.000Z', series: [{ key: 'm', cost_usd: [0.5, null], tokens: [10, null, 0] }] });

    expect(read?.series[0]).toEqual({ key: 'm', costUsd: [0.5, null, null], tokens: [10, null, 0] });
    expect(read?.incomplete).toBe(read?.starts[2]);
  });

  it('of an event tell what was given, computed and counted', () => {
    expect(readCostEvent({ id: 4, given_cost_usd: 0.2, computed_cost_usd: '0.25', cost_usd: 0.2, counted: 0, duplicate_of: 3, prices: 20261101 })).toMatchObject({
      givenUsd: 0.2, computedUsd: 0.25, counted: false, duplicateOf: 3, prices: '20261101',
    });
    expect(readCostEvent({ id: 5 })?.counted).toBe(true);
    expect(readCostEvent({ model: 'x' })).toBeNull();
  });

  it('have budgets that are over, near or neither', () => {
    const budgets = readBudgets({ budgets: [{ name: 'a', limit_usd: 10, spent_usd: 10.5 }, { name: 'b', limit_usd: 10, spent_usd: 8 }, { name: 'c', limit_usd: 10, spent_usd: 7.9 }] });

    expect(budgets.map((budget) => [budget.over, near(budget)])).toEqual([[true, false], [false, true], [false, false]]);
  });
});

describe('the view of the costs', () => {
  const now = new Date(2026, 10, 21, 13, 45).getTime();
  const asked = (view: CostView) => Object.fromEntries(costParameters(view, now, 'Europe/Berlin'));

  it('is its address', () => {
    const view = { ...openView, range: { name: '7d' }, by: 'model', model: 'a&b=c', project: '', events: 'unpriced' } as const;

    expect(costViewIn(new URL(costAddress(view), 'http://x').searchParams)).toEqual(view);
    expect(costAddress(openView)).toBe('/costs');
  });

  it('takes nonsense in an address as nothing', () => {
    expect(costViewIn(new URLSearchParams('by=moon&events=1&from=x&range=eon'))).toEqual(openView);
  });

  it('asks the server in its own words, for whole hours and days', () => {
    expect(asked({ ...openView, agent: 'codex', session: 's', project: '' })).toEqual({ zone: 'Europe/Berlin', agent_type: 'codex', session_id: 's', project: '(none)' });
    expect(asked({ ...openView, range: { name: '24h' } }).from).toBe(new Date(2026, 10, 20, 13).toISOString());
    expect(asked({ ...openView, range: { name: '7d' } }).from).toBe(new Date(2026, 10, 15).toISOString());
    expect(asked({ ...openView, range: { name: 'own', from: '2026-11-02', to: '2026-11-02' } })).toMatchObject({ from: new Date(2026, 10, 2).toISOString(), to: new Date(2026, 10, 3).toISOString() });
  });

  it('opens a row to what it is made of', () => {
    expect(rowView(openView, '2026-11-21').range).toEqual({ name: 'own', from: '2026-11-21', to: '2026-11-21' });
    expect(rowView({ ...openView, by: 'project' }, 'proa')).toMatchObject({ project: 'proa', by: 'project' });
    expect(stackedBy('day')).toBe('model');
    expect(stackedBy('branch')).toBe('branch');
  });
});

describe('a range between two moments', () => {
  it('is told by days if it is whole ones, else by minutes, and comes back the same', () => {
    const [first, second] = [new Date(2026, 10, 20).getTime(), new Date(2026, 10, 22).getTime()];
    expect(rangeBetween(first, second)).toEqual({ name: 'own', from: '2026-11-20', to: '2026-11-21' });
    const hours = rangeBetween(first + 13 * hour, first + 15.5 * hour);
    expect(hours).toEqual({ name: 'own', from: '2026-11-20T13:00', to: '2026-11-20T15:30' });
    expect(rangeBounds(hours, 0)).toEqual({ from: new Date(2026, 10, 20, 13).toISOString(), to: new Date(2026, 10, 20, 15, 30).toISOString() });
    expect(rangeFrom(new URLSearchParams('from=2026-11-20T13:00&to=2026-11-20T15:30'), 'all')).toEqual(hours);
  });
});

describe('buckets', () => {
  it('are hours within four days', () => {
    expect(bucketFor(0, 96 * hour)).toBe('hour');
    expect(bucketFor(0, 97 * hour)).toBe('day');
    expect(endOf(new Date(2026, 10, 21).getTime(), 'day')).toBe(new Date(2026, 10, 22).getTime());
  });
});

describe('a chart', () => {
  const edges = [0, 10, 20, 40];
  const one = (key: string, ...values: (number | null)[]) => ({ key, name: key, values });

  it('shows the five greatest series in their order and the rest as one', () => {
    const shown = atMostFive([one('a', 1), one('b', 9), one('others', 2), one('c', 8), one('d', 7), one('e', 6), one('f', 5)], { key: 'others', name: 'others' });

    expect(shown.map((series) => series.key)).toEqual(['b', 'c', 'd', 'e', 'f', 'others']);
    expect(shown.at(-1)?.values).toEqual([3]);
  });

  it('has a gap only where all have one', () => expect(added([one('a', null, 1, null), one('b', null, null, 0)])).toEqual([null, 1, 0]));

  it('shows the range that is looked at, and no wall of one bucket', () => {
    expect(spanOf(edges, null, null)).toEqual([-40, 40]);
    expect(spanOf(edges, -100, 60)).toEqual([-100, 60]);
    expect(spanOf([0, 10, 20, 30, 40, 50, 60, 70, 80], null, null)).toEqual([0, 80]);
  });

  it('finds buckets and marks whole ones', () => {
    expect([-1, 0, 19, 20, 39, 40].map((at) => bucketAt(edges, at))).toEqual([null, 0, 1, 2, 2, null]);
    expect(snapped(edges, 12, 21)).toEqual({ from: 10, to: 40 });
    expect(snapped(edges, -5, 99)).toEqual({ from: 0, to: 40 });
    expect(snapped([], 0, 1)).toBeNull();
  });

  it('labels its axes with units and says the day where it begins', () => {
    expect(dollarTicks([0, 0.25, 0.5])).toEqual(['$0', '$0.25', '$0.50']);
    expect(dollarTicks([0, 0.5, 1])).toEqual(['$0', '$0.50', '$1.00']);
    expect(dollarTicks([0, 500, 1_000])).toEqual(['$0', '$500', '$1,000']);
    expect(amountTicks([0, 500_000, 1_000_000])).toEqual(['0', '0.5 M', '1.0 M']);
    const noon = new Date(2026, 10, 21, 22).getTime();
    expect(timeTicks([noon, noon + hour, noon + 2 * hour, noon + 3 * hour], hour)).toEqual(['22:00\nNov 21', '23:00', '00:00\nNov 22', '01:00']);
    expect(timeTicks([noon, noon + 24 * hour], 24 * hour)).toEqual(['Nov 21\n2026', 'Nov 22']);
  });
});

describe('CSV', () => {
  it('quotes what must be quoted and disarms formulas', () => {
    expect(csv(['a', 'b'], [['x,"y"\nz', 1e-7], ['=cmd()', null]])).toBe('a,b\r\n"x,""y""\nz",0.0000001\r\n\'=cmd(),\r\n');
  });
});

describe('prices', () => {
  it('are read with the classes that have none', () => {
    const prices = readPrices({ version: 3, models: [{ model: 'm', input_per_mtok: 3, output_per_mtok: '15', aliases: ['n', 1], from: 'file', tiers: [{}] }] });

    expect(prices).toMatchObject({ version: '3', models: [{ model: 'm', aliases: ['n'], own: true, tiers: 1, perMillion: { input: 3, output: 15, cacheRead: null } }] });
  });

  it('are refused for every wrong field at once', () => {
    expect(priceFaults({ ...emptyPrice, input: '-1', cacheRead: '0.0000001', cacheWrite5m: '1e3' })).toEqual({ input: 'number', output: 'missing', cacheRead: 'decimals', cacheWrite5m: 'number' });
    expect(priceFaults({ ...emptyPrice, input: '3', output: '.075', cacheRead: '0.1250' })).toEqual({});
  });

  it('go out in the server’s names, the empty ones left out', () => {
    expect(priceBody({ ...emptyPrice, input: '3', output: '15.5', cacheWrite1h: '6' })).toEqual({ input_per_mtok: 3, output_per_mtok: 15.5, cache_write_1h_per_mtok: 6 });
    expect(priceFieldOf('/cache_write_1h_per_mtok')).toBe('cacheWrite1h');
    expect(priceFieldOf('model')).toBeNull();
  });
});

describe('tools', () => {
  const tools = readTools({ tools: [
    { tool_name: 'Bash', total_calls: 10, error_count: 1, error_rate: 0.1, avg_duration_ms: 40, by_agent: { codex: 2, claude_code: 8 }, by_error: [{ text: 'exit 1', count: 1 }, { count: 2 }] },
    { tool_name: 'Read', total_calls: 30, error_count: 0, p95_ms: 9 },
  ] }) ?? [];

  it('are read also where fields are missing', () => {
    expect(tools[0]).toMatchObject({ name: 'Bash', p50Ms: null, byAgent: [{ agent: 'claude_code', calls: 8 }, { agent: 'codex', calls: 2 }], topErrors: [{ text: 'exit 1', count: 1 }] });
    expect(tools[1]).toMatchObject({ errorRate: 0, byAgent: [] });
    expect(readTools({})).toBeNull();
  });

  it('are added up', () => {
    expect(callsOf(tools)).toEqual({ calls: 40, errors: 1, rate: 0.025 });
  });
});

describe('the outlook of a limit', () => {
  const window = (change: Partial<LimitWindow>): LimitWindow => ({ agent: 'a', name: '5 h', kind: 'tokens', used: 20, limit: 100, usedPercent: 20, startedAt: 0, resetsAt: 5 * hour, source: 'configured', ...change });

  it('goes on as it went', () => {
    expect(outlook(window({}), 2 * hour)).toEqual({ kind: 'ends', percent: 50, used: 50 });
    expect(outlook(window({ usedPercent: 60, used: null }), 2 * hour)).toEqual({ kind: 'runs-out', at: (2 * hour) / 0.6, percent: 150 });
  });

  it('is honest when it is not known', () => {
    expect(outlook(window({ usedPercent: null }), hour).kind).toBe('unknown');
    expect(outlook(window({ resetsAt: null }), hour).kind).toBe('unknown');
    expect(outlook(window({}), 0.1 * hour).kind).toBe('early');
    expect(outlook(window({ usedPercent: 0 }), hour).kind).toBe('unused');
    expect(outlook(window({ usedPercent: 101 }), hour).kind).toBe('spent');
    expect(outlook(window({}), 6 * hour).kind).toBe('over');
  });

  it('is taken from a share if the provider gives only that', () => {
    const read = readLimits({ windows: [{ agent_type: 'codex', name: '7 d', used_percent: 24, source: 'provider' }, { used: 5, limit: 20 }, { used: 0.017, limit: 500, used_percent: 0.0 }] });

    expect(read?.map((one) => [one.usedPercent, one.limit, one.source])).toEqual([[24, null, 'provider'], [25, 20, 'unknown'], [expect.closeTo(0.0034, 6), 500, 'unknown']]);
  });
});
