import { beforeEach, describe, expect, it } from 'vitest';
import { rangeFrom, unreadRange } from '../src/model/range.ts';
import { unreadMoments } from '../src/model/filters.ts';
import { Figures } from './figures-runtime.ts';
import { inBrowser, livePages } from './live-page.ts';
import { answerSessions } from './session-scene.ts';

describe('a time in an address', () => {
  const query = (text: string) => new URLSearchParams(text);

  it('that is none is named, one that is left out is not', () => {
    expect(unreadMoments(query('since=noon&until=2026-11-20T10:00:00Z'))).toEqual([{ name: 'since', text: 'noon' }]);
    expect(unreadMoments(query('since=&q=noon'))).toEqual([]);
    expect(unreadRange(query('from=2026-11-01&to=soon&range=forever'))).toEqual([{ name: 'to', text: 'soon' }, { name: 'range', text: 'forever' }]);
    expect(unreadRange(query('from=&range=7d'))).toEqual([]);
  });

  it('that names a day no calendar has is none', () => {
    for (const day of ['2026-02-30', '2026-13-01', '2026-11-00', '2026-11-20T24:01', '2026-11-20T10:60']) {
      expect(unreadRange(query(`to=${day}`))).toEqual([{ name: 'to', text: day }]);
      expect(rangeFrom(query(`from=2026-11-01&to=${day}`), 'all')).toEqual({ name: 'own', from: '2026-11-01', to: null });
    }
    expect(unreadRange(query('from=2024-02-29&to=2026-11-20T23:59'))).toEqual([]);
  });
});

describe.runIf(inBrowser)('the time in the address of a page', () => {
  const pages = livePages();

  beforeEach(() => {
    const { runtime } = pages.live;
    runtime.store();
    answerSessions(runtime);
    const figures = new Figures();
    figures.playWeeks();
    figures.attach(runtime);
  });

  it.each([1_440, 390])('is said to be none where it can be dropped from the live page’s address, %i px wide', async (width) => {
    const { live } = pages;
    await live.page.setViewportSize({ width, height: 900 });
    await live.open('/?tool=Bash&since=noon&until=2100-01-01T00:00:00Z');
    const said = live.page.getByRole('button', { name: 'since “noon” is no time and is left out: remove it from the address' });
    expect(await said.innerText()).toBe('since “noon” is no time and is left out');
    expect(await live.page.getByRole('button', { name: /^Remove the filter Time: until / }).count()).toBe(1);
    expect(await live.page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0);
    await live.expectAccessible();
    await said.click();

    await expect.poll(() => said.count()).toBe(0);
    expect(live.query()).toBe('?tool=Bash&until=2100-01-01T00%3A00%3A00.000Z');
  });

  it.each(['/costs', '/sessions', '/tools', '/search'])('is said to be none beside the ranges: %s', async (path) => {
    const { live } = pages;
    await live.open(`${path}?from=2020-01-01&to=${encodeURIComponent('<b>soon')}`);
    const said = live.page.getByRole('button', { name: 'to “<b>soon” is no time and is left out: remove it from the address' });
    await said.waitFor();
    expect(await live.page.getByRole('button', { name: '2020-01-01 – …' }).getAttribute('aria-pressed')).toBe('true');
    await live.page.setViewportSize({ width: 390, height: 844 });
    await live.settled();
    expect(await live.page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0);
    await said.click();

    await expect.poll(() => said.count()).toBe(0);
    expect(live.query()).toBe('?from=2020-01-01');
  });

  it.each(['/costs', '/sessions', '/tools', '/search'])('fits a narrow screen with both of its ends: %s', async (path) => {
    const { live } = pages;
    await live.page.setViewportSize({ width: 390, height: 844 });
    await live.open(`${path}?from=2026-11-03T10:00&to=2026-11-05T12:30`);
    const dates = await live.page.getByRole('button', { name: '2026-11-03 10:00 – 2026-11-05 12:30' }).boundingBox();

    expect((dates?.x ?? 390) + (dates?.width ?? 390)).toBeLessThanOrEqual(390 - 16);
    expect(await live.page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0);
  });

  it('bounds both ends of Tools, and of the calls that its numbers lead to', async () => {
    const { live } = pages;
    await live.open('/tools?from=2026-11-03&to=2026-11-05');
    const row = live.page.getByRole('row', { name: /^Bash/ });
    await row.waitFor();
    const [since, until] = [new Date(2026, 10, 3), new Date(2026, 10, 6, 0, 0, 0, -1)].map((at) => at.toISOString());
    const asked = live.runtime.requests.find((path) => path.startsWith('/api/stats/tools'));
    const linked = async (href: Promise<string | null>) => Object.fromEntries(new URLSearchParams((await href)?.split('?')[1]));

    expect(asked?.split('?')[1]).toBe(new URLSearchParams({ since: since ?? '', until: until ?? '' }).toString());
    expect(await linked(row.getByRole('link', { name: '4,812' }).getAttribute('href'))).toEqual({ tool: 'Bash', calls: '1', since, until });
    const text = live.page.getByRole('region', { name: 'Most frequent errors' }).getByRole('link').first();
    expect(await linked(text.getAttribute('href'))).toMatchObject({ errors: '1', since: `${since?.slice(0, 10)}T00:00:00.000Z`, until: `${until?.slice(0, 10)}T23:59:59.999Z` });
    expect(await live.page.getByRole('button', { name: '2026-11-03 – 2026-11-05' }).getAttribute('aria-pressed')).toBe('true');
    await live.page.getByRole('button', { name: '7 d' }).click();
    await expect.poll(() => live.query()).toBe('?range=7d');
  });
});
