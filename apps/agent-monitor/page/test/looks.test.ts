import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { inBrowser, livePages } from './live-page.ts';
import { Figures } from './figures-runtime.ts';
import { playAfternoon } from './scene.ts';
import { answerSessions } from './session-scene.ts';

describe.runIf(inBrowser)('the look of the live page', () => {
  const pages = livePages();

  it('is light or dark as the system wants, until someone chooses, and remembers that', async () => {
    const { live } = pages;
    const paper = () => live.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await live.page.emulateMedia({ colorScheme: 'light' });
    await live.open();
    const light = await paper();
    await live.page.emulateMedia({ colorScheme: 'dark' });
    const dark = await paper();
    expect(dark).not.toBe(light);
    await live.page.getByRole('button', { name: 'Theme system' }).click();
    expect(await paper()).toBe(light);
    await live.page.reload();
    await live.page.getByRole('button', { name: 'Theme light' }).click();
    expect(await paper()).toBe(dark);
    await live.page.getByRole('button', { name: 'Theme dark' }).click();
  });

  it('has higher rows for those who want them', async () => {
    const { live } = pages;
    playAfternoon(live.runtime);
    await live.open();
    const height = async () => (await live.page.locator('#feed').getByRole('option').first().boundingBox())?.height;
    expect(await height()).toBe(28);
    await live.page.getByRole('button', { name: 'Rows dense' }).click();
    expect(await height()).toBe(36);
    await live.page.reload();
    await live.page.locator('#feed').getByRole('option').first().waitFor();
    expect(await height()).toBe(36);
    await live.page.getByRole('button', { name: 'Rows roomy' }).click();
  });

  it('fits 390 px without scrolling sideways, open details included', async () => {
    const { live } = pages;
    await live.page.setViewportSize({ width: 390, height: 844 });
    playAfternoon(live.runtime);
    live.runtime.store({ project: 'x'.repeat(200), metadata: { command: 'y'.repeat(2_000) } }, { waiting: 'z'.repeat(500) });
    await live.open();
    const overflow = () => live.page.evaluate(() => document.scrollingElement!.scrollWidth - innerWidth);

    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(await live.page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0);
    await live.row('yyy').click();
    await live.page.getByRole('complementary').waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(await live.page.getByRole('complementary').evaluate((aside) => aside.scrollWidth - aside.clientWidth)).toBe(0);
  });

  it('has the heads of the feed over their columns, beside a scroll bar', async () => {
    const { live } = pages;
    for (let n = 0; n < 90; n++) {
      live.runtime.store({ metadata: { command: `echo ${n}` }, duration_ms: 940 });
    }
    await live.open();
    await live.row('echo 89').waitFor();
    const right = async (what: Locator) => what.evaluate((element) => element.getBoundingClientRect().right);
    const bar = await live.page.locator('.scroll').last().evaluate((scroll) => (scroll as HTMLElement).offsetWidth - scroll.clientWidth);

    expect(bar).toBeGreaterThan(0);
    expect(await right(live.page.locator('.columns').getByText('Took'))).toBe(await right(live.row('echo 89').getByText('940 ms')));
  });

  it('says at 1,024 px of each line whose it is, and shows whole cards of two that wait', async () => {
    const { live } = pages;
    await live.page.setViewportSize({ width: 1_024, height: 768 });
    playAfternoon(live.runtime);
    await live.open();

    expect(await live.row('refusesObsFold').getByText('proa/main').isVisible()).toBe(true);
    const waiting = live.page.getByRole('region', { name: 'Needs you (2)' });
    const strip = await waiting.getByRole('list').boundingBox();
    const last = await waiting.getByRole('listitem').last().boundingBox();
    expect((last?.x ?? 9_999) + (last?.width ?? 0)).toBeLessThanOrEqual((strip?.x ?? 0) + (strip?.width ?? 0) + 1);
  });

  it('brings more that wait than fit into sight with the wheel', async () => {
    const { live } = pages;
    for (let n = 0; n < 5; n++) {
      live.runtime.store({ session_id: `s-${n}` }, { waiting: `Allow: step ${n}` });
    }
    await live.open();
    const strip = live.page.getByRole('region', { name: 'Needs you (5)' }).getByRole('list');
    await strip.hover();
    await live.page.mouse.wheel(0, 5_000);

    await expect.poll(() => strip.evaluate((list) => list.scrollLeft + list.clientWidth >= list.scrollWidth - 1)).toBe(true);
  });

  it.each(['/', '/sessions', '/costs', '/tools', '/settings'])('scrolls in its parts, never as a whole: %s', async (path) => {
    const { live } = pages;
    playAfternoon(live.runtime);
    answerSessions(live.runtime);
    const figures = new Figures();
    figures.playWeeks();
    figures.attach(live.runtime);
    await live.open(path);
    await live.page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    await live.settled();

    expect(await live.page.evaluate(() => document.scrollingElement!.scrollHeight - innerHeight)).toBe(0);
  });

  it.each(['/', '/sessions', '/costs', '/settings'])('fits when its text is twice as large, rows and bar included: %s', async (path) => {
    const { live } = pages;
    playAfternoon(live.runtime);
    answerSessions(live.runtime);
    const figures = new Figures();
    figures.playWeeks();
    figures.attach(live.runtime);
    await live.open(path);
    await live.page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    await live.page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
    await live.settled();

    const overflow = () => live.page.evaluate(() => document.scrollingElement!.scrollWidth - innerWidth);
    await expect.poll(overflow).toBeLessThanOrEqual(0);
    expect(await live.page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0);
    const bar = await live.page.getByRole('button', { name: 'Keys' }).boundingBox();
    expect((bar?.x ?? 9_999) + (bar?.width ?? 0)).toBeLessThanOrEqual(1_440);
    if (path === '/') {
      await live.page.locator('#feed').scrollIntoViewIfNeeded();
      expect((await live.page.locator('#feed').getByRole('option').first().boundingBox())?.height).toBeGreaterThanOrEqual(56);
    }
  });

  it('moves nothing while it loads and events arrive', async () => {
    const { live } = pages;
    playAfternoon(live.runtime);
    await live.open();
    await live.awayFromRows();
    for (let n = 0; n < 40; n++) {
      live.runtime.emit(
        { session_id: `s-${n % 9}`, project: `p${n % 9}`, metadata: { command: `echo ${n}` }, duration_ms: n * 997, tokens_in: n * 12_345 },
        { waiting: n % 9 === 4 ? `Allow: step ${n}` : null, total_cost_usd: n * 1.7 },
      );
      await live.settled();
    }
    await live.row('echo 39').waitFor();

    expect(await live.page.evaluate(() => window.shifts)).toEqual([]);
  });

  it('has no fault that axe knows, in either colours', async () => {
    const { live } = pages;
    const bothColours = async () => {
      await live.page.emulateMedia({ colorScheme: 'light' });
      await live.expectAccessible();
      await live.expectContrast('dark');
    };
    playAfternoon(live.runtime);
    await live.open('/?errors=1');
    await bothColours();
    await live.page.keyboard.press('x');
    await live.row('./check').click();
    await live.page.getByRole('complementary').waitFor();
    await bothColours();
    await live.page.keyboard.press('Escape');
    await live.page.keyboard.press('?');
    await live.page.getByRole('dialog').waitFor();
    await bothColours();
  });

  it('has no fault that axe knows when empty, narrow, or signed out', async () => {
    const { live } = pages;
    await live.open();
    await live.expectAccessible();
    live.runtime.emit();
    await live.page.setViewportSize({ width: 390, height: 844 });
    await live.row('echo').waitFor();
    await live.expectAccessible();
    live.runtime.signedIn = false;
    live.runtime.dropLines();
    await live.page.getByRole('heading', { name: 'This page is no longer signed in.' }).waitFor();
    await live.expectAccessible();
    live.complaints = live.complaints.filter((text) => !/401|WebSocket connection/.test(text));
  });
});
