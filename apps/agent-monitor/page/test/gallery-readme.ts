import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, openBrowser } from './browser.ts';
import { showWork } from './showcase.ts';
import { TestRuntime } from './test-runtime.ts';

const folder = join(process.env.PROA_SHOTS ?? 'shots', 'readme');
let browser: Browser;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  browser = await openBrowser();
});
afterAll(() => browser.close());

const views = [
  ['agent-monitor', '/'],
  ['agent-monitor-session', '/sessions/3fa85f64-5717'],
  ['agent-monitor-sessions', '/sessions'],
  ['agent-monitor-costs', '/costs'],
  ['agent-monitor-tools', '/tools'],
  ['agent-monitor-limits', '/limits'],
] as const;
const looks = [
  ['', 'light', { width: 1440, height: 860 }],
  ['-dark', 'dark', { width: 1440, height: 860 }],
  ['-narrow', 'light', { width: 400, height: 860 }],
  ['-narrow-dark', 'dark', { width: 400, height: 860 }],
] as const;

/** Each page as a person would see it; those that the README shows are copied to `docs/images`. */
for (const [name, path] of views) {
  test.each(looks)(`${name}%s`, async (look, colorScheme, size) => {
    const runtime = new TestRuntime();
    showWork(runtime);
    await runtime.start();
    const page = await browser.context.newPage();
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await page.goto(runtime.url + path);
    await page.getByRole('status').filter({ hasText: 'live' }).first().waitFor();
    await page.getByRole('link', { name: /errors? in 15 min/ }).waitFor();
    await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0);
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(folder, `${name}${look}.png`) });
    await page.close();
    await runtime.stop();
  });
}
