import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, openBrowser } from './browser.ts';
import { Figures } from './figures-runtime.ts';
import { TestRuntime } from './test-runtime.ts';

const folder = process.env.PROA_SHOTS ?? 'shots';
let browser: Browser;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  browser = await openBrowser();
});
afterAll(() => browser.close());

interface Scene {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly set?: (figures: Figures, runtime: TestRuntime) => void;
  readonly act?: (page: Page) => Promise<unknown>;
  readonly before?: () => void;
}

/** The whole page as one picture: the scrolling part is made as high as what is in it. */
async function shot(name: string, path: string, { scheme = 'light', width = 1440, height, set, act, before }: Scene = {}): Promise<void> {
  const runtime = new TestRuntime();
  const figures = new Figures();
  if (!name.includes('empty')) {
    figures.playWeeks();
    runtime.store();
  }
  set?.(figures, runtime);
  figures.attach(runtime);
  await runtime.start();
  const page = await browser.context.newPage();
  await page.setViewportSize({ width, height: height ?? 900 });
  await page.emulateMedia({ colorScheme: scheme });
  if (before !== undefined) {
    await page.addInitScript(before);
  }
  await page.goto(runtime.url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0);
  if (height === undefined) {
    const tall = await page.locator('main').evaluate((main) => Math.min(4_000, main.scrollHeight + main.getBoundingClientRect().top));
    await page.setViewportSize({ width, height: Math.max(900, Math.ceil(tall)) });
  }
  await act?.(page);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
  await runtime.stop();
}

const hover = (page: Page) => page.locator('.u-over').first().hover({ position: { x: 300, y: 80 } });
const narrow = { width: 390 } as const;
const broken = (...paths: string[]) => ({ set: (_: Figures, runtime: TestRuntime) => paths.forEach((path) => runtime.failing.add(path)) });
const large = { before: () => document.addEventListener('readystatechange', () => (document.documentElement.style.fontSize = '200%'), { once: true }) };

test('costs', () => shot('costs', '/costs', { act: hover }));
test('costs, dark', () => shot('costs-dark', '/costs?by=model', { scheme: 'dark', act: hover }));
test('costs, wide', () => shot('costs-wide', '/costs?by=project', { width: 1920 }));
test('costs, hours', () => shot('costs-hours', '/costs?range=24h&by=model'));
test('costs, table', () => shot('costs-table', '/costs', { act: (page) => page.getByRole('button', { name: 'Table' }).first().click() }));
test('costs, price', () => shot('costs-price', '/costs', { act: async (page) => { await page.getByRole('button', { name: 'Add a price' }).click(); await page.getByRole('button', { name: 'Save the price' }).click(); } }));
test('costs, narrow', () => shot('costs-narrow', '/costs', narrow));
test('costs, narrow and dark', () => shot('costs-narrow-dark', '/costs?by=model', { ...narrow, scheme: 'dark' }));
test('costs, empty', () => shot('costs-empty', '/costs'));
test('costs, nothing in range', () => shot('costs-none', '/costs?from=2020-01-01&to=2020-01-02'));
test('costs, parts broken', () => shot('costs-broken', '/costs', broken('/api/costs/series', '/api/budgets')));
test('costs, all broken', () => shot('costs-broken-all', '/costs', broken('/api/costs')));
test('costs, events', () => shot('costs-events', '/costs?events=all&model=claude-opus-4-1', { height: 900 }));
test('costs, events narrow', () => shot('costs-events-narrow', '/costs?events=all', { ...narrow, height: 844, scheme: 'dark' }));
test('costs, large text', () => shot('costs-large', '/costs', large));
test('tools', () => shot('tools', '/tools'));
test('tools, dark', () => shot('tools-dark', '/tools', { scheme: 'dark' }));
test('tools, narrow', () => shot('tools-narrow', '/tools', narrow));
test('tools, empty', () => shot('tools-empty', '/tools'));
test('tools, broken', () => shot('tools-broken', '/tools', broken('/api/stats/tools')));
test('limits', () => shot('limits', '/limits'));
test('limits, dark', () => shot('limits-dark', '/limits', { scheme: 'dark' }));
test('limits, narrow', () => shot('limits-narrow', '/limits', narrow));
test('limits, empty', () => shot('limits-empty', '/limits'));
test('limits, not there', () => shot('limits-missing', '/limits', { set: (figures) => figures.missing.add('/api/limits') }));
test('settings', () => shot('settings', '/settings', { set: (figures) => (figures.settings.budgets = [{ name: 'All work', period: 'month', limit_usd: 400 }, { name: 'Opus', period: 'week', limit_usd: 60, model: 'claude-opus-4-1' }]) }));
test('settings, dark', () => shot('settings-dark', '/settings', { scheme: 'dark' }));
test('settings, narrow', () => shot('settings-narrow', '/settings', narrow));
test('settings, empty', () => shot('settings-empty', '/settings'));
test('settings, profile', () => shot('settings-profile', '/settings', { set: (figures) => Object.assign(figures.from, { '/privacy/prompts': 'profile', '/privacy/redact': 'profile', '/retention/days': 'settings' }) }));
test('settings, refused', () => shot('settings-refused', '/settings', {
  set: (figures) => figures.refusals.push({ field: '/retention/days', message: '-4 is too few. Write 0 or more.' }, { field: '/privacy/cut_at', message: '3 is too few. Write 16 or more.' }),
  act: async (page) => { await page.getByLabel('Keep for').fill('-4'); await page.getByLabel('Cut at').fill('3'); await page.getByRole('button', { name: 'Save', exact: true }).click(); await page.getByText('Nothing was saved').waitFor(); },
}));
test('settings, broken', () => shot('settings-broken', '/settings', broken('/api/settings', '/api/hooks', '/api/storage', '/api/prices')));
