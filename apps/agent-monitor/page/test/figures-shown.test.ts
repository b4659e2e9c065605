import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { cost, count } from '../src/view/format.ts';
import { Figures } from './figures-runtime.ts';
import { inBrowser, livePages } from './live-page.ts';
import type { Row } from './rows.ts';
import { playAfternoon } from './scene.ts';
import { answerSessions } from './session-scene.ts';

const hour = 3_600_000;

describe.runIf(inBrowser)('what the pages show', () => {
  const pages = livePages();

  beforeEach(() => {
    const figures = new Figures();
    figures.playWeeks();
    playAfternoon(pages.live.runtime);
    answerSessions(pages.live.runtime);
    figures.attach(pages.live.runtime);
  });

  async function open(path: string): Promise<void> {
    await pages.live.open(path);
    await pages.live.page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    await expect.poll(() => pages.live.page.locator('[aria-busy="true"]').count()).toBe(0);
  }

  /** The same answer that the page had. */
  const answer = async (path: string) => (await (await fetch(pages.live.runtime.url + path)).json()) as Row;
  const asked = (path: string) => pages.live.runtime.requests.filter((request) => request.startsWith(path)).at(-1) ?? '';
  const rows = async (label: string) => Promise.all((await pages.live.page.getByRole('table', { name: label }).getByRole('row').all()).map((row) => row.locator('[role=cell], [role=rowheader]').allInnerTexts()));

  it('on Live are the totals of the API', async () => {
    // More than the page reads of events and of sessions.
    for (let n = 0; n < 520; n++) {
      pages.live.runtime.store({ session_id: `old-${n}`, created_at: new Date(Date.now() - (600 + n) * hour).toISOString() }, { status: 'ended' });
    }
    await open('/');
    const stats = await answer('/api/stats');
    const bar = pages.live.page.getByRole('region', { name: 'Totals' }).getByRole('listitem');
    const shown = async (label: string) => (await bar.filter({ hasText: new RegExp(`\\b${label}`) }).locator('.value').innerText());

    expect(await shown('events')).toBe(count(Number(stats.total_events)));
    expect(await bar.filter({ hasText: 'tokens in' }).locator('.value').getAttribute('title')).toBe(count(Number(stats.total_tokens_in)));
    expect(await bar.filter({ hasText: 'tokens out' }).locator('.value').getAttribute('title')).toBe(count(Number(stats.total_tokens_out)));
    expect((await shown('cost')).replace('≥ ', '')).toBe(cost(Number(stats.total_cost_usd)));
    const live = ['waiting', 'running', 'idle'].map(async (state) => Number(await shown(state)));
    expect((await Promise.all(live)).reduce((sum, one) => sum + one, 0)).toBe(stats.live_sessions);
    expect(Number(await shown('ended'))).toBe(Number(stats.total_sessions) - Number(stats.live_sessions));
  });

  it('on Costs are the total and the sums of the API', async () => {
    await pages.live.page.setViewportSize({ width: 1440, height: 2_000 });
    await open('/costs?by=model');
    const { total, rows: sums } = (await answer(asked('/api/costs?'))) as { total: Row; rows: Row[] };
    const panel = pages.live.page.getByRole('region', { name: 'Total', exact: true });

    expect(await panel.locator('.sum .value').innerText()).toBe(cost(Number(total.cost_usd)));
    const fields = ['events', 'tokens_in', 'tokens_out', 'cache_read_tokens', 'cache_write_tokens'];
    expect(await panel.locator('.figures a[title]').evaluateAll((links) => links.map((link) => link.getAttribute('title')))).toEqual(fields.map((field) => count(Number(total[field]))));
    const [, ...table] = await rows('Sums');
    expect(table.map((cells) => cells.map((text) => text.trim()).filter((text) => text !== '').slice(1, 3))).toEqual(
      sums.map((row) => [row.cost_usd === null ? 'no price' : cost(Number(row.cost_usd)), count(Number(row.events))]),
    );
  });

  it('on Tools are the calls and errors of the API', async () => {
    await open('/tools');
    const { tools } = (await answer('/api/stats/tools')) as { tools: Row[] };
    const [, ...table] = await rows('Tools');
    const numbers = new Map(table.map((cells) => [cells[0]?.trim(), cells.slice(2, 4)]));

    expect(numbers.size).toBe(tools.length);
    expect(numbers.get('Read')).toEqual([count(9_120), '12']);
    expect([...numbers.values()].map(([calls]) => calls).sort()).toEqual(tools.map((tool) => count(Number(tool.total_calls))).sort());
    expect([...numbers.values()].map(([, errors]) => errors).sort()).toEqual(tools.map((tool) => (tool.error_count === 0 ? '–' : count(Number(tool.error_count)))).sort());
  });

  it('behind a total of costs are the events that make it, all of them', async () => {
    const { page } = pages.live;
    await open('/costs');
    const { total } = (await answer(asked('/api/costs?'))) as { total: Row };
    await page.getByRole('region', { name: 'Total', exact: true }).locator('.sum a').click();
    await page.getByRole('table', { name: 'Events behind the sum' }).getByRole('row').nth(1).waitFor();
    const all = Number(total.events) + Number(total.duplicates);
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => page.locator('.amount').innerText()).toBe(`${count(all)} of ${count(all)}`);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const [head = '', ...lines] = readFileSync((await (await download).path()) ?? '', 'utf8').replace('\ufeff', '').trim().split(/\r?\n/);
    const column = (name: string) => head.split(',').indexOf(name);
    const counted = lines.map((line) => line.split(',')).filter((cells) => cells[column('counted')] === '1');

    expect(counted.length).toBe(total.events);
    expect(counted.reduce((sum, cells) => sum + Number(cells[column('cost_usd')] ?? 0), 0)).toBeCloseTo(Number(total.cost_usd), 6);
    expect(counted.reduce((sum, cells) => sum + Number(cells[column('tokens_in')] ?? 0), 0)).toBe(total.tokens_in);
  });

  it.each([
    ['/sessions', '/api/sessions?', 'since'],
    ['/search?q=guard', '/api/search?', 'since'],
    ['/costs', '/api/costs?', 'from'],
  ])('of the last 24 h is of 24 h by the runtime’s clock: %s', async (path, api, parameter) => {
    const { live } = pages;
    const ahead = 3 * 24 * hour;
    live.runtime.clockAhead = ahead;
    await open(path);
    await live.page.getByRole('group', { name: 'Range' }).getByRole('button', { name: '24 h' }).click();
    const from = () => new URLSearchParams(asked(api).split('?')[1]).get(parameter);
    const whole = new Date(Date.now() + ahead - 24 * hour).setMinutes(0, 0, 0);

    await expect.poll(from).toBe(new Date(whole).toISOString());
  });
});
