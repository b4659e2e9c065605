import { describe, expect, it } from 'vitest';
import { Figures } from './figures-runtime.ts';
import { inBrowser, livePages } from './live-page.ts';
import { playAfternoon } from './scene.ts';
import { answerSessions, tellSession } from './session-scene.ts';
import type { TestRuntime } from './test-runtime.ts';

const pages = [
  ['/', 'Live'],
  ['/sessions', 'Sessions'],
  ['/costs', 'Costs'],
  ['/tools', 'Tools'],
  ['/limits', 'Limits'],
  ['/settings', 'Settings'],
] as const;

/** A backend that all pages can ask. */
function play(runtime: TestRuntime): void {
  playAfternoon(runtime);
  answerSessions(runtime);
  tellSession(runtime);
  const figures = new Figures();
  figures.playWeeks();
  figures.attach(runtime);
}

describe.runIf(inBrowser)('what stands around every page', () => {
  const opened = livePages();

  it.each(pages)('opens %s by its address, with its name in the heading and the title', async (path, name) => {
    const { live } = opened;
    play(live.runtime);
    await live.open(path);

    await live.page.getByRole('heading', { level: 1, name }).waitFor({ state: 'attached' });
    await expect.poll(() => live.page.title()).toBe(`(2) ${name === 'Live' ? '' : `${name} · `}Agent monitor · Proa`);
    expect(await live.page.locator('[aria-current=page]').getAttribute('href')).toBe(path);
  });

  it('goes from page to page without loading anew, and back', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open();
    await live.page.evaluate(() => (window.attacked = false));
    const address = () => new URL(live.page.url()).pathname;
    for (const [path, name] of pages.slice(1)) {
      await live.page.getByRole('link', { name, exact: true }).click();
      await live.page.getByRole('heading', { level: 1, name }).waitFor();
      expect(address()).toBe(path);
    }
    await live.page.goBack();
    await live.page.getByRole('heading', { level: 1, name: 'Limits' }).waitFor();
    await live.page.goForward();
    await live.page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await live.page.keyboard.press('Alt+1');
    await live.row('-Dtest=GuardTest').waitFor();

    expect(await live.page.evaluate(() => window.attacked)).toBe(false);
    expect(live.runtime.received.filter((message) => message.t === 'ready')).toHaveLength(1);
  });

  it('shows on every page who waits and what failed, and leads there', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open('/costs');
    await live.page.getByRole('button', { name: 'Allow: rm -rf build' }).waitFor();
    await live.page.getByRole('link', { name: /2 errors in 15 min/ }).click();

    await expect.poll(() => live.rows()).toBe(2);
    expect(live.query()).toMatch(/^\?errors=1&since=/);
  });

  it('does by name what the palette lists, with the keyboard alone', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open();
    await live.page.keyboard.press('Control+k');
    const field = live.page.getByRole('combobox', { name: 'Go to, find or do' });
    await field.fill('lim');
    expect(await live.page.getByRole('dialog').getByRole('option', { selected: true }).innerText()).toContain('Go to Limits');
    await live.expectAccessible();
    await field.press('Enter');
    await live.page.getByRole('heading', { level: 1, name: 'Limits' }).waitFor();

    await live.page.keyboard.press('Control+k');
    await field.fill('docs/tour');
    await field.press('Enter');
    await expect.poll(() => new URL(live.page.url()).pathname).toMatch(/^\/sessions\/./);

    await live.page.keyboard.press('Control+k');
    await field.fill('zebra <b>');
    await field.press('Enter');
    await expect.poll(() => live.page.url()).toContain('/search?q=zebra+%3Cb%3E');
  });

  it('searches everything with Enter, from any page', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open('/tools');
    await live.page.keyboard.press('/');
    await live.page.keyboard.type('obs-fold');
    await live.page.keyboard.press('Enter');

    await expect.poll(() => live.page.url()).toContain('/search?q=obs-fold');
  });

  it('says so at an address that leads nowhere', async () => {
    const { live } = opened;
    await live.open('/nowhere');

    await live.page.getByRole('link', { name: 'Go to the live page' }).click();
    await live.page.getByRole('heading', { name: 'No event has arrived yet' }).waitFor();
  });

  it('keeps the bar when a page’s file does not arrive, and loads it when it can', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open();
    await live.page.route('**/Costs-*.js', (route) => route.abort());
    await live.page.getByRole('link', { name: 'Costs', exact: true }).click();
    await live.page.getByRole('heading', { name: 'This page could not be loaded' }).waitFor();
    await live.page.unroute('**/Costs-*.js');
    await live.page.getByRole('button', { name: 'Try again' }).click();

    await live.page.getByRole('heading', { level: 1, name: 'Costs' }).waitFor();
    live.complaints = live.complaints.filter((text) => !text.includes('ERR_FAILED'));
  });
});

describe.runIf(inBrowser)('what the pointer is over', () => {
  const opened = livePages();
  const places = (list: string) => opened.live.page.locator(list).evaluateAll((rows) => rows.map((row) => [row.textContent?.slice(0, 24), row.getBoundingClientRect().top, row.getBoundingClientRect().left]));

  it('stays where it is in the strip of what waits, also when it waits no more', async () => {
    const { live } = opened;
    answerSessions(live.runtime);
    live.runtime.store({ session_id: 'one', project: 'one' }, { waiting: 'Allow: one' });
    live.runtime.store({ session_id: 'two', project: 'two' }, { waiting: 'Allow: two' });
    await live.open('/sessions');
    const strip = live.page.getByRole('region', { name: /Needs you/ });
    await strip.getByRole('button', { name: 'Allow: two' }).hover();
    const before = await places('section[aria-labelledby=needs-you] li');
    live.runtime.emit({ session_id: 'one', project: 'one' }, { waiting: null });
    live.runtime.emit({ session_id: 'new', project: 'new' }, { waiting: 'Allow: new' });
    await strip.getByText('Waits no more').waitFor();
    await strip.getByRole('button', { name: 'Allow: new' }).waitFor();

    const after = await places('section[aria-labelledby=needs-you] li');
    expect(after.slice(0, 2).map(([, ...place]) => place)).toEqual(before.map(([, ...place]) => place));
    expect(after).toHaveLength(3);
    await live.page.mouse.move(700, 700);
    await strip.getByText('Waits no more').waitFor({ state: 'detached' });
  });

  it('stays where it is in the list of sessions while sub-agents and sessions come', async () => {
    const { live } = opened;
    playAfternoon(live.runtime);
    await live.open();
    const card = live.page.getByRole('listitem').filter({ hasText: 'docs/tour' });
    await card.hover();
    const before = await card.boundingBox();
    const agent = { id: 'a1', name: 'reviewer', status: 'active', event_count: 1, total_cost_usd: null };
    live.runtime.emit({ session_id: '3fa85f64-5717', project: 'proa' }, { subagents: [agent] });
    live.runtime.emit({ session_id: 'fresh', project: 'tide' });
    await live.page.getByRole('button', { name: '2 new' }).or(live.row('echo').first()).first().waitFor();
    await live.settled();
    expect(await card.boundingBox()).toEqual(before);
    await live.page.mouse.move(5, 5);

    await live.page.getByRole('link', { name: /^reviewer *, sub-agent of proa\/main/ }).waitFor();
    await live.page.getByRole('listitem').filter({ hasText: 'tide' }).first().waitFor();
  });
});

describe.runIf(inBrowser)('the feed', () => {
  const opened = livePages();
  const hook = (name: string, id: string, command: string) => ({ hook_event_name: name, tool_use_id: id, command });

  it('shows a call as it runs, and then its result in the same line', async () => {
    const { live } = opened;
    await live.open();
    live.runtime.emit({ event_type: 'plan_step', duration_ms: null, metadata: hook('PreToolUse', 't1', './check') });
    await live.row(/Bash.*\.\/check.*running/s).waitFor();
    live.runtime.emit({ metadata: hook('PostToolUse', 't1', './check') });

    await live.row(/Bash.*\.\/check.*ok/s).waitFor();
    expect(await live.row('./check').count()).toBe(1);
    expect(await live.page.getByText('2 of 2').count()).toBe(1);
  });

  it('counts what is said again and again', async () => {
    const { live } = opened;
    await live.open();
    for (let n = 0; n < 5; n++) {
      live.runtime.emit({ metadata: { command: 'git status' } });
    }

    await live.row(/×5.*git status/s).waitFor();
    expect(await live.rows()).toBe(1);
  });

  it('completes a line that is read, in its place', async () => {
    const { live } = opened;
    await live.open();
    live.runtime.emit({ event_type: 'plan_step', duration_ms: null, metadata: hook('PreToolUse', 't1', './slow') });
    await live.row('./slow').hover();
    const before = await live.row('./slow').boundingBox();
    live.runtime.emit({ metadata: { command: 'echo behind' } });
    live.runtime.emit({ status: 'error', metadata: hook('PostToolUse', 't1', './slow') });
    await live.row(/\.\/slow.*error/s).waitFor();

    expect(await live.row('./slow').boundingBox()).toEqual(before);
    expect(await live.row('echo behind').count()).toBe(0);
    await live.page.getByRole('button', { name: '1 new' }).waitFor();
  });
});
