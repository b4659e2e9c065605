import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Browser, openBrowser, withoutDesktop } from './browser.ts';
import { playAfternoon } from './scene.ts';
import { TestRuntime } from './test-runtime.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

if (withoutDesktop) {
  console.warn('PROA_WITHOUT_DESKTOP=1: left out are all tests of the agent monitor’s page in a browser (test/page.test.ts).');
}

interface Shift {
  readonly value: number;
  readonly sources: string[];
}

declare global {
  interface Window {
    shifts: Shift[];
    attacked?: boolean;
    axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> };
  }
}

function watchShifts(): void {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] }[]) {
      if (!entry.hadRecentInput) {
        const sources = entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML : (node?.textContent ?? '')).slice(0, 120));
        window.shifts.push({ value: entry.value, sources });
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

describe.runIf(!withoutDesktop)('the live page', () => {
  let browser: Browser;
  let runtime: TestRuntime;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    runtime = new TestRuntime();
    await runtime.start();
    page = await browser.context.newPage();
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        complaints.push(message.text());
      }
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.addInitScript(watchShifts);
  });
  afterEach(async () => {
    await page.close();
    await runtime.stop();
    expect(complaints).toEqual([]);
  });

  /** Opens the page and waits until it says itself that it shows what it has. */
  async function open(path = '/'): Promise<void> {
    await page.goto(runtime.url + path);
    await expect.poll(() => runtime.received.some((message) => message.t === 'ready')).toBe(true);
    await settled();
  }

  async function settled(): Promise<void> {
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }

  const row = (text: string | RegExp) => page.locator('#feed').getByRole('option').filter({ hasText: text });
  const rows = () => page.locator('#feed').getByRole('option').count();
  const query = () => new URL(page.url()).search;
  const awayFromRows = () => page.mouse.move(5, 5);

  it('explains itself while nothing has arrived, with the address to send to', async () => {
    await open();

    await page.getByRole('heading', { name: 'No event has arrived yet' }).waitFor();
    expect(await page.getByText('./proa hooks install claude').isVisible()).toBe(true);
    expect(await page.getByText('curl http://127.0.0.1:45141/api/events').isVisible()).toBe(true);
  });

  it('shows the first event in place of the explanation, within a second', async () => {
    await open();
    runtime.emit({ metadata: { command: 'echo first' } });

    await row('echo first').waitFor({ timeout: 1_000 });
    expect(await page.getByText('No event has arrived yet').count()).toBe(0);
  });

  it('shows a live event, its session and the new totals within a second', async () => {
    playAfternoon(runtime);
    await open();
    await awayFromRows();
    const before = await rows();
    runtime.emit({ session_id: 'fresh', project: 'tide', branch: 'main', tool_name: 'Edit', metadata: { file_path: 'src/Tide.java', lines_added: 7, lines_removed: 2 } });

    await row(/tide\/main.*Edit.*src\/Tide\.java.*\+7.*-2.*ok.*340 ms/s).waitFor({ timeout: 1_000 });
    await page.getByRole('listitem').filter({ hasText: 'tide/main' }).waitFor({ timeout: 1_000 });
    expect(await page.getByRole('link', { name: '28 events' }).isVisible()).toBe(true);
    expect(await rows()).toBeGreaterThanOrEqual(before);
  });

  it('shows an event once that comes by the snapshot and by the channel', async () => {
    playAfternoon(runtime);
    await open();
    await awayFromRows();
    const newest = runtime.events[0] ?? {};
    runtime.publish([{ id: String(newest.id), scope: newest.session_id, type: 'event', data: newest, n: 1 }]);
    runtime.emit({ metadata: { command: 'echo after' } });

    await row('echo after').waitFor();
    expect(await row('-Dtest=GuardTest').count()).toBe(1);
  });

  it('reads its snapshot again after a resync and shows what it missed', async () => {
    playAfternoon(runtime);
    await open();
    await awayFromRows();
    runtime.store({ metadata: { command: 'echo missed' } }, { waiting: 'Allow: echo' });
    const readings = runtime.requests.filter((path) => path.startsWith('/api/')).length;
    runtime.resync('overflow');

    await row('echo missed').waitFor();
    expect(runtime.requests.slice().filter((path) => path.startsWith('/api/')).length).toBe(readings + 3);
    expect(await page.title()).toBe('(3) Agent monitor · Proa');
  });

  it('says who waits in the title, the icon and the strip, and stops when nobody does', async () => {
    await open();
    expect(await page.title()).toBe('Agent monitor · Proa');
    runtime.emit({ session_id: 'w' }, { waiting: 'Allow: git push' });
    await page.getByRole('button', { name: 'Allow: git push' }).waitFor();

    await expect.poll(() => page.title()).toBe('(1) Agent monitor · Proa');
    expect(await page.locator('link[rel=icon]').getAttribute('href')).toBe('/icon-waiting.svg');
    runtime.emit({ session_id: 'w' }, { waiting: null });
    await expect.poll(() => page.title()).toBe('Agent monitor · Proa');
    expect(await page.getByText('Nothing waits for you.').isVisible()).toBe(true);
    expect(await page.locator('link[rel=icon]').getAttribute('href')).toBe('/icon.svg');
  });

  it('shows hostile text as text, in every field', async () => {
    const evil = '<img src=x onerror="attacked=true"><script>attacked=true</script><style>*{display:none}</style>';
    const fields = ['session_id', 'agent_type', 'event_type', 'tool_name', 'status', 'branch', 'project', 'model', 'source', 'event_id', 'client_timestamp'];
    const hostile = Object.fromEntries(fields.map((field) => [field, `${field}${evil}`]));
    const metadata = Object.fromEntries(['command', 'error', 'prompt', 'message', evil].map((field) => [field, `${field}${evil}`]));
    runtime.emit({ ...hostile, metadata }, { waiting: evil, status: `x${evil}` });
    await open();
    runtime.emit({ ...hostile, metadata, event_type: 'user_prompt' }, { waiting: evil });
    runtime.emit({ ...hostile, metadata, event_type: 'tool_use', status: 'error' }, { waiting: evil });
    await row('command<img src=x').first().waitFor();
    await row('command<img src=x').first().click();
    await page.getByRole('complementary').getByText('model<img src=x').waitFor();
    await settled();

    expect(await page.evaluate(() => window.attacked)).toBeUndefined();
    expect(await page.locator('#app img, #app script, #app style').count()).toBe(0);
    await page.getByRole('button', { name: 'Only this session' }).click();
    expect(new URLSearchParams(query()).get('session')).toBe(`session_id${evil}`);
    await page.reload();
    await row('command<img src=x').first().waitFor();
    expect(await page.evaluate(() => window.attacked)).toBeUndefined();
  });

  it('comes back by itself after the runtime was gone, with what happened meanwhile', async () => {
    playAfternoon(runtime);
    await open();
    await awayFromRows();
    await runtime.stop();
    await page.getByText('Proa does not answer.').waitFor();
    expect(await page.getByRole('status').innerText()).toContain('reconnecting');
    expect(await row('-Dtest=GuardTest').count()).toBe(1);
    runtime.newGeneration();
    runtime.store({ metadata: { command: 'echo while away' } });
    await runtime.start();

    await row('echo while away').waitFor({ timeout: 15_000 });
    await expect.poll(() => page.getByRole('status').innerText()).toContain('live');
    expect(await page.getByText('Proa does not answer.').count()).toBe(0);
    expect(complaints.every((text) => /ERR_CONNECTION_REFUSED|WebSocket connection/.test(text))).toBe(true);
    complaints = [];
  });

  it('resumes after a lost connection without reading everything again', async () => {
    playAfternoon(runtime);
    await open();
    await awayFromRows();
    runtime.emit({ metadata: { command: 'echo before' } });
    await row('echo before').waitFor();
    const readings = runtime.requests.filter((path) => path.startsWith('/api/')).length;
    runtime.dropLines();
    runtime.emit({ metadata: { command: 'echo between' } });

    await row('echo between').waitFor();
    expect(runtime.received).toContainEqual({ t: 'resume', g: 1, s: 1 });
    expect(runtime.requests.filter((path) => path.startsWith('/api/')).length).toBe(readings);
  });

  it('says what to do when it is no longer signed in', async () => {
    playAfternoon(runtime);
    await open();
    runtime.signedIn = false;
    runtime.dropLines();

    await page.getByRole('heading', { name: 'This page is no longer signed in.' }).waitFor();
    expect(await page.getByText('./proa open').isVisible()).toBe(true);
    expect(await row('-Dtest=GuardTest').count()).toBe(1);
    runtime.signedIn = true;
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.getByRole('status').innerText()).toContain('live');
    complaints = complaints.filter((text) => !/401|WebSocket connection/.test(text));
  });

  it('names a backend that is not ready', async () => {
    await open();
    runtime.say({ t: 'status', upstream: 'monitor', state: 'STARTING', attempt: 1, next_at: null });
    await expect.poll(() => page.getByRole('status').innerText()).toContain('monitor starting');
    runtime.say({ t: 'status', upstream: 'monitor', state: 'READY', attempt: 0, next_at: null });

    await expect.poll(() => page.getByRole('status').innerText()).toContain('live');
  });

  it('keeps its other parts when one reading fails, and recovers', async () => {
    playAfternoon(runtime);
    runtime.failing.add('/api/sessions');
    runtime.failing.add('/api/stats');
    await open();

    await page.getByText('The sessions could not be read (answer 503).').waitFor();
    await page.getByText('The totals could not be read (answer 503).').waitFor();
    expect(await row('-Dtest=GuardTest').count()).toBe(1);
    runtime.failing.clear();
    await page.getByRole('listitem').filter({ hasText: 'docs/tour' }).waitFor({ timeout: 15_000 });
    expect(await page.getByText('could not be read').count()).toBe(0);
    complaints = complaints.filter((text) => !text.includes('503'));
  });

  it('holds still under the pointer and counts what is new', async () => {
    playAfternoon(runtime);
    await open();
    await row('-Dtest=GuardTest').hover();
    runtime.emit({ metadata: { command: 'echo one' } });
    runtime.emit({ metadata: { command: 'echo two' } });

    await page.getByRole('button', { name: '2 new' }).waitFor();
    expect(await row('echo one').count()).toBe(0);
    await page.keyboard.press('n');
    await row('echo two').waitFor();
    await row('echo two').hover();
    runtime.emit({ metadata: { command: 'echo three' } });
    await page.getByRole('button', { name: '1 new' }).waitFor();
    await awayFromRows();
    await row('echo three').waitFor();
  });

  it('holds still while it is scrolled', async () => {
    for (let n = 0; n < 150; n++) {
      runtime.store({ metadata: { command: `step ${n}` } });
    }
    await open();
    await page.getByRole('listbox').press('End');
    await row('step 0').waitFor();
    await page.keyboard.press('Escape');
    await awayFromRows();
    runtime.emit({ metadata: { command: 'echo above' } });

    await page.getByRole('button', { name: '1 new' }).click();
    await row('echo above').waitFor();
  });

  it('draws only what can be seen of a long feed', async () => {
    for (let n = 0; n < 200; n++) {
      runtime.store({ metadata: { command: `step ${n}` } });
    }
    await open();
    for (let n = 0; n < 50; n++) {
      runtime.publish(Array.from({ length: 100 }, (_, index) => {
        const stored = runtime.store({ metadata: { command: `flood ${n * 100 + index}` } });
        return { id: String(stored.id), scope: 's1', type: 'event', data: stored, n: 1 };
      }));
    }

    await row('flood 4999').waitFor();
    await page.getByText('5,200 of 5,200').waitFor();
    expect(await rows()).toBeLessThan(60);
    await page.getByRole('listbox').press('End');
    await row('step 0').waitFor();
    expect(await rows()).toBeLessThan(60);
  });

  it('is worked by keyboard alone', async () => {
    playAfternoon(runtime);
    await open();
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('k');
    await page.keyboard.press('j');
    expect(await page.locator('#feed').getByRole('option', { selected: true }).innerText()).toContain('Codex is waiting for your input');
    await page.keyboard.press('Enter');
    const details = page.getByRole('complementary');
    await details.getByText('b41c09fe-web').waitFor();
    await page.keyboard.press('ArrowDown');
    await details.getByText('3fa85f64-5717').waitFor();
    await page.keyboard.press('Escape');
    expect(await details.count()).toBe(0);

    await page.keyboard.press('/');
    await page.keyboard.type('obsfold check');
    await expect.poll(rows).toBe(1);
    expect(query()).toBe('?q=obsfold+check');
    await page.keyboard.press('Escape');
    await expect.poll(rows).toBeGreaterThan(20);
    await page.keyboard.press('Escape');
    await page.keyboard.press('e');
    await expect.poll(rows).toBe(2);
    await page.keyboard.press('x');
    await expect.poll(rows).toBeGreaterThan(20);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  it('keeps its filters in the address, and goes back', async () => {
    playAfternoon(runtime);
    await open();
    await page.getByLabel('Tool', { exact: true }).selectOption('Bash');
    await page.getByRole('button', { name: 'Errors only' }).click();
    await expect.poll(rows).toBe(1);
    expect(query()).toBe('?tool=Bash&errors=1');
    await page.reload();
    await expect.poll(rows).toBe(1);
    expect(await page.getByRole('button', { name: 'Errors only' }).getAttribute('aria-pressed')).toBe('true');
    await page.goBack();
    await expect.poll(rows).toBe(4);
    await page.goBack();
    await expect.poll(rows).toBeGreaterThan(20);
    expect(query()).toBe('');
  });

  it('narrows to a session by a click, reads its past, and names it to the runtime', async () => {
    for (let n = 0; n < 210; n++) {
      runtime.store({ session_id: n < 5 ? 'old' : 'new', project: n < 5 ? 'past' : 'now', metadata: { command: `step ${n}` } });
    }
    await open();
    expect(await row('step 4').count()).toBe(0);
    await page.getByRole('listitem').filter({ hasText: 'past/main' }).getByRole('button').click();

    await row('step 4').waitFor();
    await expect.poll(rows).toBe(5);
    await expect.poll(() => runtime.received.filter((message) => message.t === 'active').at(-1)).toEqual({ t: 'active', scope: 'old' });
    await page.getByRole('button', { name: 'Remove the filter Session' }).click();
    await page.getByText('200 of 210').waitFor();
    await page.getByRole('listbox').press('End');
    await page.getByRole('button', { name: 'Show older events' }).click();
    await page.getByText('210 of 210').waitFor();
  });

  it('goes on offering older events while new ones arrive', async () => {
    for (let n = 0; n < 650; n++) {
      runtime.store({ metadata: { command: `step ${n}` } });
    }
    await open();
    await page.getByRole('listbox').press('End');
    await page.getByRole('button', { name: 'Show older events' }).click();
    await page.getByText('400 of 650').waitFor();
    await page.getByRole('listbox').press('Home');
    await page.keyboard.press('Escape');
    await awayFromRows();
    for (let n = 0; n < 300; n++) {
      runtime.emit({ metadata: { command: `live ${n}` } });
    }
    await page.getByText('700 of 950').waitFor();
    await page.getByRole('listbox').press('End');
    await page.getByRole('button', { name: 'Show older events' }).click();

    await page.getByText('900 of 950').waitFor();
    await page.getByRole('button', { name: 'Show older events' }).click();
    await page.getByRole('listbox').press('End');
    await row(/step 0\D/).waitFor();
    await page.getByText('This is the first event.').waitFor();
  });

  it('is light or dark as the system wants, until someone chooses, and remembers that', async () => {
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await page.emulateMedia({ colorScheme: 'light' });
    await open();
    const light = await paper();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await paper();
    expect(dark).not.toBe(light);
    await page.getByRole('button', { name: 'Theme system' }).click();
    expect(await paper()).toBe(light);
    await page.reload();
    await page.getByRole('button', { name: 'Theme light' }).click();
    expect(await paper()).toBe(dark);
    await page.getByRole('button', { name: 'Theme dark' }).click();
  });

  it('has higher rows for those who want them', async () => {
    playAfternoon(runtime);
    await open();
    const height = async () => (await page.locator('#feed').getByRole('option').first().boundingBox())?.height;
    expect(await height()).toBe(28);
    await page.getByRole('button', { name: 'Rows dense' }).click();
    expect(await height()).toBe(36);
    await page.reload();
    await page.locator('#feed').getByRole('option').first().waitFor();
    expect(await height()).toBe(36);
    await page.getByRole('button', { name: 'Rows roomy' }).click();
  });

  it('fits 390 px without scrolling sideways, open details included', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    playAfternoon(runtime);
    runtime.store({ project: 'x'.repeat(200), metadata: { command: 'y'.repeat(2_000) } }, { waiting: 'z'.repeat(500) });
    await open();
    const overflow = () => page.evaluate(() => document.scrollingElement!.scrollWidth - innerWidth);

    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0);
    await row('yyy').click();
    await page.getByRole('complementary').waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(await page.getByRole('complementary').evaluate((aside) => aside.scrollWidth - aside.clientWidth)).toBe(0);
  });

  it('moves nothing while it loads and events arrive', async () => {
    playAfternoon(runtime);
    await open();
    await awayFromRows();
    for (let n = 0; n < 40; n++) {
      runtime.emit(
        { session_id: `s-${n % 9}`, project: `p${n % 9}`, metadata: { command: `echo ${n}` }, duration_ms: n * 997, tokens_in: n * 12_345 },
        { waiting: n % 9 === 4 ? `Allow: step ${n}` : null, total_cost_usd: n * 1.7 },
      );
      await settled();
    }
    await row('echo 39').waitFor();

    expect(await page.evaluate(() => window.shifts)).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has no fault that axe knows, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    playAfternoon(runtime);
    await open('/?errors=1');
    await expectAccessible();
    await page.keyboard.press('x');
    await row('./check').click();
    await page.getByRole('complementary').waitFor();
    await expectAccessible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await expectAccessible();
  });

  it('has no fault that axe knows when empty, narrow, or signed out', async () => {
    await open();
    await expectAccessible();
    runtime.emit();
    await page.setViewportSize({ width: 390, height: 844 });
    await row('echo').waitFor();
    await expectAccessible();
    runtime.signedIn = false;
    runtime.dropLines();
    await page.getByRole('heading', { name: 'This page is no longer signed in.' }).waitFor();
    await expectAccessible();
    complaints = complaints.filter((text) => !/401|WebSocket connection/.test(text));
  });

  async function expectAccessible(): Promise<void> {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join('\n')}`)).toEqual([]);
  }
});
