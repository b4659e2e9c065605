import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, openBrowser } from './browser.ts';
import { playAfternoon } from './scene.ts';
import { answerSessions, tellSession } from './session-scene.ts';
import { TestRuntime } from './test-runtime.ts';

const folder = process.env.PROA_SHOTS ?? 'shots';
let browser: Browser;
let runtime: TestRuntime;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  browser = await openBrowser();
});
afterAll(() => browser.close());

async function scene(play: (runtime: TestRuntime) => void, size = { width: 1440, height: 900 }, scheme: 'light' | 'dark' = 'light', before: () => void = () => undefined, path = '/'): Promise<Page> {
  runtime = new TestRuntime();
  play(runtime);
  await runtime.start();
  const page = await browser.context.newPage();
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: scheme });
  await page.addInitScript(before);
  await page.goto(runtime.url + path);
  await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
  await expect.poll(() => runtime.requests.includes('/api/stats')).toBe(true);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  return page;
}

async function shot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
  await runtime.stop();
}

function told(runtime: TestRuntime): void {
  busy(runtime);
  answerSessions(runtime);
  tellSession(runtime);
}

const session = '/sessions/3fa85f64-5717';
const views = [
  ['sessions', '/sessions'],
  ['session', session],
  ['session-files', `${session}?view=files`],
  ['session-trace', `${session}?view=trace`],
  ['search', '/search?q=obs-fold'],
  ['search-none', '/search?q=zebra'],
  ['search-start', '/search'],
  ['lost', '/nowhere'],
  ['live-told', '/'],
] as const;
const sizes = [
  ['light', { width: 1440, height: 900 }, 'light'],
  ['dark', { width: 1440, height: 900 }, 'dark'],
  ['wide', { width: 1600, height: 1000 }, 'light'],
  ['narrow', { width: 390, height: 844 }, 'dark'],
] as const;
for (const [name, path] of views) {
  test.each(sizes)(`${name} %s`, async (kind, size, scheme) => {
    const page = await scene(told, size, scheme, undefined, path);
    await page.waitForTimeout(400);
    await shot(page, `${name}-${kind}`);
  });
}

function busy(runtime: TestRuntime): void {
  playAfternoon(runtime);
  for (let n = 0; n < 60; n++) {
    const sessionId = `fleet-${n % 30}`;
    runtime.store({ session_id: sessionId, project: `service-${n % 30}`, branch: 'main', metadata: { command: `make target-${n}` }, duration_ms: 20 * n }, { status: n % 30 < 6 ? 'active' : n % 30 < 12 ? 'idle' : 'ended', total_cost_usd: n / 7 });
  }
}

test('light', async () => shot(await scene(playAfternoon), 'light'));
test('dark', async () => shot(await scene(playAfternoon, undefined, 'dark'), 'dark'));
test('wide', async () => shot(await scene(playAfternoon, { width: 1600, height: 1000 }), 'wide'));
test('laptop', async () => shot(await scene(playAfternoon, { width: 1100, height: 720 }), 'laptop'));
test('empty', async () => shot(await scene(() => undefined), 'empty'));
test('empty, dark and narrow', async () => shot(await scene(() => undefined, { width: 390, height: 844 }, 'dark'), 'empty-narrow'));
test('narrow', async () => shot(await scene(playAfternoon, { width: 390, height: 844 }), 'narrow'));
test('narrow, scrolled', async () => {
  const page = await scene(busy, { width: 390, height: 844 }, 'dark');
  await page.locator('main').evaluate((main) => main.scrollTo(0, 500));
  await shot(page, 'narrow-scrolled');
});
test('busy', async () => {
  const page = await scene(busy);
  await page.mouse.move(900, 600);
  for (let n = 0; n < 137; n++) {
    runtime.emit({ session_id: `fleet-${n % 6}`, project: `service-${n % 6}`, metadata: { command: `npm run step-${n}` }, duration_ms: n * 31 });
  }
  await page.getByRole('button', { name: '137 new' }).waitFor();
  await shot(page, 'busy');
});
test('details', async () => {
  const page = await scene(playAfternoon);
  await page.locator('#feed').getByRole('option', { name: 'refusesObsFold' }).click();
  await page.getByRole('complementary').waitFor();
  await shot(page, 'details');
});
test('details, narrow and dark', async () => {
  const page = await scene(playAfternoon, { width: 390, height: 844 }, 'dark');
  await page.locator('#feed').getByRole('option', { name: 'refusesObsFold' }).click();
  await page.getByRole('complementary').waitFor();
  await shot(page, 'details-narrow');
});
test('one session', async () => {
  const page = await scene(playAfternoon, undefined, 'dark');
  await page.getByRole('listitem').filter({ hasText: 'proa/main' }).getByRole('button').click();
  await shot(page, 'session');
});
test('disconnected', async () => {
  const page = await scene(playAfternoon);
  await runtime.stop();
  await page.getByText('Proa does not answer').waitFor();
  await shot(page, 'disconnected');
});
test('signed out', async () => {
  const page = await scene(playAfternoon, undefined, 'dark');
  runtime.signedIn = false;
  runtime.dropLines();
  await page.getByText('no longer signed in').waitFor();
  await shot(page, 'signed-out');
});
test('one part fails', async () => {
  const page = await scene((made) => {
    playAfternoon(made);
    made.failing.add('/api/sessions');
    made.failing.add('/api/events');
  });
  await shot(page, 'part-fails');
});
test('keys', async () => {
  const page = await scene(playAfternoon);
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await shot(page, 'keys');
});
test('large text', async () => {
  const page = await scene(playAfternoon, undefined, undefined, () => {
    document.addEventListener('readystatechange', () => (document.documentElement.style.fontSize = '200%'), { once: true });
  });
  await shot(page, 'large-text');
});
