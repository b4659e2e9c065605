import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inBrowser, livePages } from './live-page.ts';
import { type Row, sessionRow } from './rows.ts';
import { playAfternoon } from './scene.ts';
import { answerSessions, tellSession } from './session-scene.ts';
import type { TestRuntime } from './test-runtime.ts';

const id = '3fa85f64-5717';
const views = ['/', '/sessions', `/sessions/${id}`, `/sessions/${id}?view=files`, `/sessions/${id}?view=trace`, '/search?q=obs-fold', '/search'] as const;

function play(runtime: TestRuntime): void {
  playAfternoon(runtime);
  answerSessions(runtime);
  tellSession(runtime);
}

/** Every text of everything a page can be given, replaced. */
function everywhere(runtime: TestRuntime, replace: (text: string, field: string) => string): void {
  const kept = new Set(['status', 'created_at', 'started_at', 'last_event_at', 'ended_at', 'timestamp', 'at', 'last_at', 'role', 'type', 'event_type', 'id', 'session_id', 'hook_event_name', 'parent_span_id', 'trace_id', 'span_id']);
  const change = (value: unknown, field: string): unknown =>
    typeof value === 'string'
      ? kept.has(field)
        ? value
        : replace(value, field)
      : Array.isArray(value)
        ? value.map((inner) => change(inner, field))
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner, name)]))
          : value;
  runtime.events = runtime.events.map((row) => change(row, '') as Row);
  for (const rows of [runtime.transcripts, runtime.files, runtime.spans]) {
    rows.forEach((list, key) => rows.set(key, list.map((row) => change(row, '') as Row)));
  }
  runtime.sessions.forEach((row, key) => runtime.sessions.set(key, change(row, '') as Row));
}

describe.runIf(inBrowser)('each view of sessions and search', () => {
  const opened = livePages();
  const shown = async () => {
    const { live } = opened;
    await live.page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    await expect.poll(() => live.page.locator('[aria-busy=true]').count()).toBe(0);
    await live.page.waitForFunction(() => document.querySelector('main')?.textContent?.includes('Reading') !== true);
    await live.settled();
  };
  const shifts = () => opened.live.page.evaluate(() => window.shifts);

  it.each(views)('has no fault that axe knows and moves nothing: %s', async (path) => {
    const { live } = opened;
    play(live.runtime);
    await live.page.emulateMedia({ colorScheme: 'light' });
    await live.page.goto(live.runtime.url + path);
    await shown();
    await live.expectAccessible();
    await live.expectContrast('dark');
    for (let n = 0; n < 10; n++) {
      live.runtime.emit({ session_id: n % 2 === 0 ? id : `s-${n}`, metadata: { command: `echo ${n}` } }, { total_cost_usd: n * 3.7, tokens_in: n * 98_765 });
      await live.settled();
    }
    expect(await shifts()).toEqual([]);
    await live.page.setViewportSize({ width: 390, height: 844 });
    await live.page.reload();
    await shown();
    await live.expectAccessible();
    expect(await live.page.evaluate(() => document.scrollingElement!.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(await live.page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0);
    expect(await shifts()).toEqual([]);
  });

  it.each(views)('shows hostile text as text: %s', async (path) => {
    const { live } = opened;
    play(live.runtime);
    const evil = '<img src=x onerror="attacked=true"><script>attacked=true</script><style>*{display:none}</style>';
    everywhere(live.runtime, (text, field) => (field === 'diff' ? `${text}\n+${evil}` : `${text} ${evil}`));
    live.runtime.answer('/api/search', {
      hits: [{ id: 1, session_id: evil, agent_type: evil, event_type: evil, tool_name: evil, project: evil, branch: evil, at: null, status: evil, field: evil, snippet: [{ text: evil, match: true }, { text: evil, match: false }] }],
      total: 1, took_ms: 1,
    });
    await live.page.goto(live.runtime.url + path);
    await shown();
    if (path !== '/search') {
      await live.page.getByText('<img src=x onerror').first().waitFor({ state: 'attached' });
    }
    await live.page.keyboard.press('Control+k');
    await live.page.getByRole('dialog').waitFor();

    expect(await live.page.evaluate(() => window.attacked)).toBeUndefined();
    expect(await live.page.locator('#app img, #app script, #app style').count()).toBe(0);
  });

  it.each(views)('holds texts of any length, and texts that run from right to left: %s', async (path) => {
    const { live } = opened;
    play(live.runtime);
    const rtl = 'مرحبا بالعالم، هذا نص طويل يقرأ من اليمين إلى اليسار ';
    everywhere(live.runtime, (text, field) => (field === 'model' ? rtl : `${rtl}${text}${'x'.repeat(3_000)}`));
    await live.page.setViewportSize({ width: 390, height: 844 });
    for (const width of [390, 1_600]) {
      await live.page.setViewportSize({ width, height: 900 });
      await live.page.goto(live.runtime.url + path);
      await shown();
      expect(await live.page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0);
      expect(await live.page.evaluate(() => document.scrollingElement!.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
  });

  it.each(views)('stays readable while the backend is gone, and says so: %s', async (path) => {
    const { live } = opened;
    play(live.runtime);
    await live.open(path);
    await shown();
    const before = await live.page.locator('main').innerText();
    await live.runtime.stop();
    await live.page.getByText('Proa does not answer.').waitFor();

    const figures = (text: string) => text.replace(/\d+ (s|min)\b/g, '').slice(0, 400);
    expect(figures(await live.page.locator('main').innerText())).toBe(figures(before));
    await live.runtime.start();
    // It may have come back by itself by then.
    await live.page.evaluate(() => [...document.querySelectorAll('button')].find((button) => button.textContent?.trim() === 'Try now')?.click());
    await expect.poll(() => live.page.getByText('Proa does not answer.').count(), { timeout: 20_000 }).toBe(0);
    live.complaints = live.complaints.filter((text) => !/ERR_CONNECTION_REFUSED|WebSocket connection/.test(text));
  });

  it('tells ages by the runtime’s clock when its own is wrong', async () => {
    const { live } = opened;
    const ahead = 3 * 3_600_000;
    live.runtime.clockAhead = ahead;
    answerSessions(live.runtime);
    live.runtime.store({ session_id: 'w', created_at: new Date(Date.now() + ahead - 240_000).toISOString() }, { waiting: 'Allow: git push', last_event_at: new Date(Date.now() + ahead - 240_000).toISOString() });
    await live.open();

    await live.page.getByRole('region', { name: /Needs you/ }).getByText('4 min').waitFor();
    live.runtime.clockAhead = -ahead;
    live.runtime.emit({ session_id: 'w', status: 'error', created_at: new Date(Date.now() - ahead).toISOString() }, { waiting: 'Allow: git push', last_event_at: new Date(Date.now() - ahead - 1_000).toISOString() });
    await live.page.reload();
    await live.page.getByRole('region', { name: /Needs you/ }).getByText(/^\d s$/).waitFor();
    expect(await live.page.getByRole('link', { name: /1 error in 15 min/ }).count()).toBe(1);
  });

  it('shows a million events and a hundred thousand sessions as the backend counts them', async () => {
    const { live } = opened;
    for (let n = 0; n < 300; n++) {
      live.runtime.store({ session_id: `s${n % 40}`, metadata: { command: `step ${n}` } });
    }
    answerSessions(live.runtime);
    live.runtime.answer('/api/stats', { ...live.runtime.stats(), total_events: 1_000_000, total_sessions: 100_000, active_sessions: 40, live_sessions: 60, total_cost_usd: 12_345.678 });
    const events = live.runtime.events.map((row) => ({ ...row, id: 999_700 + Number(row.id) }));
    live.runtime.answer('/api/events', ({ query }) => ({ events: events.slice(0, Number(query.get('limit') ?? 50)), total: 1_000_000 }));
    live.runtime.answer('/api/sessions', ({ query }) => ({
      sessions: Array.from({ length: Number(query.get('limit') ?? 50) }, (_, n) => sessionRow(`s${n + Number(query.get('offset') ?? 0)}`, { project: `p${n}`, status: n < 40 ? 'active' : n < 60 ? 'idle' : 'ended' })),
      total: 500,
      matching: 100_000,
    }));
    await live.open();
    await live.page.getByText('200 of 1,000,000').waitFor();
    await live.page.getByRole('link', { name: '500 of 100,000' }).waitFor();
    expect(await live.page.getByRole('link', { name: /99,940\s*ended/ }).count()).toBe(1);
    expect(await live.page.locator('*').count()).toBeLessThan(2_500);
    await live.page.getByRole('link', { name: '500 of 100,000' }).click();
    await live.page.getByText('100,000 sessions').waitFor();
    expect(await live.page.locator('*').count()).toBeLessThan(2_500);
  });
});

it('loads in less than 200 KB, all pages together, compressed', () => {
  const dist = fileURLToPath(new URL('../dist', import.meta.url));
  const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const sizes = files.map((entry) => [entry.name, gzipSync(readFileSync(`${entry.parentPath}/${entry.name}`)).length] as const);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);

  expect(files.length).toBeGreaterThan(10);
  expect(total, JSON.stringify(sizes)).toBeLessThan(200_000);
});
