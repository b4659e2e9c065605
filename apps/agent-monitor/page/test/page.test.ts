import { describe, expect, it } from 'vitest';
import { inBrowser, livePages } from './live-page.ts';
import { playAfternoon } from './scene.ts';

declare global {
  interface Window {
    mend?: () => void;
  }
}

describe.runIf(inBrowser)('the live page', () => {
  const pages = livePages();

  it('explains itself while nothing has arrived, with the address to send to', async () => {
    const { live } = pages;
    await live.open();

    await live.page.getByRole('heading', { name: 'No event has arrived yet' }).waitFor();
    expect(await live.page.getByText('./proa hooks install claude').isVisible()).toBe(true);
    expect(await live.page.getByText('curl http://127.0.0.1:45141/api/events').isVisible()).toBe(true);
  });

  it('shows the first event in place of the explanation, within a second', async () => {
    const { live } = pages;
    await live.open();
    live.runtime.emit({ metadata: { command: 'echo first' } });

    await live.row('echo first').waitFor({ timeout: 3_000 });
    expect(await live.page.getByText('No event has arrived yet').count()).toBe(0);
  });

  it('shows a live event, its session and the new totals within a second', async () => {
    const { live } = pages;
    playAfternoon(live.runtime);
    await live.open();
    await live.awayFromRows();
    const before = await live.rows();
    live.runtime.emit({ session_id: 'fresh', project: 'tide', branch: 'main', tool_name: 'Edit', metadata: { file_path: 'src/Tide.java', lines_added: 7, lines_removed: 2 } });

    await live.row(/tide\/main.*Edit.*src\/Tide\.java.*\+7.*-2.*ok.*340 ms/s).waitFor({ timeout: 3_000 });
    await live.page.getByRole('listitem').filter({ hasText: 'tide/main' }).waitFor({ timeout: 3_000 });
    expect(await live.page.getByRole('link', { name: '28 events' }).isVisible()).toBe(true);
    expect(await live.rows()).toBeGreaterThanOrEqual(before);
  });

  it('shows an event once that comes by the snapshot and by the channel', async () => {
    const { live } = pages;
    playAfternoon(live.runtime);
    await live.open();
    await live.awayFromRows();
    const newest = live.runtime.events[0] ?? {};
    live.runtime.publish([{ id: String(newest.id), scope: newest.session_id, type: 'event', data: newest, n: 1 }]);
    live.runtime.emit({ metadata: { command: 'echo after' } });

    await live.row('echo after').waitFor();
    expect(await live.row('-Dtest=GuardTest').count()).toBe(1);
  });

  it('reads its snapshot again after a resync and shows what it missed', async () => {
    const { live } = pages;
    playAfternoon(live.runtime);
    await live.open();
    await live.awayFromRows();
    live.runtime.store({ metadata: { command: 'echo missed' } }, { waiting: 'Allow: echo' });
    const readings = live.runtime.requests.filter((path) => path.startsWith('/api/')).length;
    live.runtime.resync('overflow');

    await live.row('echo missed').waitFor();
    expect(live.runtime.requests.slice().filter((path) => path.startsWith('/api/')).length).toBe(readings + 4);
    expect(await live.page.title()).toBe('(3) Agent monitor · Proa');
  });

  it('says who waits in the title, the icon and the strip, and stops when nobody does', async () => {
    const { live } = pages;
    await live.open();
    expect(await live.page.title()).toBe('Agent monitor · Proa');
    live.runtime.emit({ session_id: 'w' }, { waiting: 'Allow: git push' });
    await live.page.getByRole('region', { name: /Needs you/ }).getByRole('button', { name: 'Allow: git push' }).waitFor();

    await expect.poll(() => live.page.title()).toBe('(1) Agent monitor · Proa');
    expect(await live.page.locator('link[rel=icon]').getAttribute('href')).toBe('/icon-waiting.svg');
    live.runtime.emit({ session_id: 'w' }, { waiting: null });
    await expect.poll(() => live.page.title()).toBe('Agent monitor · Proa');
    expect(await live.page.getByText('Nothing waits for you.').isVisible()).toBe(true);
    expect(await live.page.locator('link[rel=icon]').getAttribute('href')).toBe('/icon.svg');
  });

  it('shows hostile text as text, in every field', async () => {
    const { live } = pages;
    const evil = '<img src=x onerror="attacked=true"><script>attacked=true</script><style>*{display:none}</style>';
    const fields = ['session_id', 'agent_type', 'event_type', 'tool_name', 'status', 'branch', 'project', 'model', 'source', 'event_id', 'client_timestamp'];
    const hostile = Object.fromEntries(fields.map((field) => [field, `${field}${evil}`]));
    const metadata = Object.fromEntries(['command', 'error', 'prompt', 'message', evil].map((field) => [field, `${field}${evil}`]));
    live.runtime.emit({ ...hostile, metadata }, { waiting: evil, status: `x${evil}` });
    await live.open();
    live.runtime.emit({ ...hostile, metadata, event_type: 'user_prompt' }, { waiting: evil });
    live.runtime.emit({ ...hostile, metadata, event_type: 'tool_use', status: 'error' }, { waiting: evil });
    await live.row('command<img src=x').first().waitFor();
    await live.row('command<img src=x').first().click();
    await live.page.getByRole('complementary').getByText('model<img src=x').waitFor();
    await live.settled();

    expect(await live.page.evaluate(() => window.attacked)).toBeUndefined();
    expect(await live.page.locator('#app img, #app script, #app style').count()).toBe(0);
    await live.page.getByRole('button', { name: 'Only this session' }).click();
    expect(new URLSearchParams(live.query()).get('session')).toBe(`session_id${evil}`);
    await live.page.reload();
    await live.row('command<img src=x').first().waitFor();
    expect(await live.page.evaluate(() => window.attacked)).toBeUndefined();
  });

  it('comes back by itself after the live.runtime was gone, with what happened meanwhile', async () => {
    const { live } = pages;
    playAfternoon(live.runtime);
    await live.open();
    await live.awayFromRows();
    await live.runtime.stop();
    await live.page.getByText('Proa does not answer.').waitFor();
    expect(await live.page.getByRole('status').innerText()).toContain('reconnecting');
    expect(await live.row('-Dtest=GuardTest').count()).toBe(1);
    live.runtime.newGeneration();
    live.runtime.store({ metadata: { command: 'echo while away' } });
    await live.runtime.start();

    await live.row('echo while away').waitFor({ timeout: 15_000 });
    await expect.poll(() => live.page.getByRole('status').innerText()).toContain('live');
    expect(await live.page.getByText('Proa does not answer.').count()).toBe(0);
    expect(live.complaints.every((text) => /ERR_CONNECTION_REFUSED|WebSocket connection/.test(text))).toBe(true);
    live.complaints = [];
  });

  it('resumes after a lost connection without reading everything again', async () => {
    const { live } = pages;
    playAfternoon(live.runtime);
    await live.open();
    await live.awayFromRows();
    live.runtime.emit({ metadata: { command: 'echo before' } });
    await live.row('echo before').waitFor();
    const readings = live.runtime.requests.filter((path) => path.startsWith('/api/')).length;
    live.runtime.dropLines();
    live.runtime.emit({ metadata: { command: 'echo between' } });

    await live.row('echo between').waitFor();
    expect(live.runtime.received).toContainEqual({ t: 'resume', g: 1, s: 1 });
    expect(live.runtime.requests.filter((path) => path.startsWith('/api/')).length).toBe(readings);
  });

  it('says what to do when it is no longer signed in', async () => {
    const { live } = pages;
    playAfternoon(live.runtime);
    await live.open();
    live.runtime.signedIn = false;
    live.runtime.dropLines();

    await live.page.getByRole('heading', { name: 'This page is no longer signed in.' }).waitFor();
    expect(await live.page.getByText('./proa open').isVisible()).toBe(true);
    expect(await live.row('-Dtest=GuardTest').count()).toBe(1);
    live.runtime.signedIn = true;
    await live.page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => live.page.getByRole('status').innerText()).toContain('live');
    live.complaints = live.complaints.filter((text) => !/401|WebSocket connection/.test(text));
  });

  it('names a backend that is not ready', async () => {
    const { live } = pages;
    await live.open();
    live.runtime.say({ t: 'status', upstream: 'monitor', state: 'STARTING', attempt: 1, next_at: null });
    await expect.poll(() => live.page.getByRole('status').innerText()).toContain('monitor starting');
    live.runtime.say({ t: 'status', upstream: 'monitor', state: 'READY', attempt: 0, next_at: null });

    await expect.poll(() => live.page.getByRole('status').innerText()).toContain('live');
  });

  it('keeps its other parts when one reading fails, and recovers', async () => {
    const { live } = pages;
    playAfternoon(live.runtime);
    live.runtime.failing.add('/api/sessions');
    live.runtime.failing.add('/api/stats');
    await live.open();

    await live.page.getByText('The sessions could not be read (answer 503).').waitFor();
    await live.page.getByText('The totals could not be read (answer 503).').waitFor();
    expect(await live.row('-Dtest=GuardTest').count()).toBe(1);
    live.runtime.failing.clear();
    await live.page.getByRole('listitem').filter({ hasText: 'docs/tour' }).waitFor({ timeout: 15_000 });
    expect(await live.page.getByText('could not be read').count()).toBe(0);
    live.complaints = live.complaints.filter((text) => !text.includes('503'));
  });

  it('says so when a reading breaks on a defect of its own, and recovers', async () => {
    const { live } = pages;
    live.runtime.store({ metadata: { command: 'before' } });
    await live.open();
    await live.page.evaluate(() => {
      const read = window.fetch;
      const broken = { ok: true, headers: new Headers(), text: () => { throw new TypeError('a part came loose'); } } as unknown as Response;
      window.fetch = (path, request) => (String(path).startsWith('/api/sessions') ? Promise.resolve(broken) : read(path, request));
      window.mend = () => (window.fetch = read);
    });
    live.runtime.resync('gap');
    await live.page.getByText('The sessions could not be read (a defect of this page: a part came loose).').waitFor();
    await live.page.evaluate(() => window.mend?.());
    live.runtime.store({ session_id: 'later', project: 'missed' });

    await live.page.getByRole('listitem').filter({ hasText: 'missed' }).waitFor();
    expect(await live.page.getByText('could not be read').count()).toBe(0);
    expect(live.complaints.every((text) => text.includes('a part came loose'))).toBe(true);
    expect(live.complaints).not.toEqual([]);
    live.complaints = [];
  });

  it('holds still under the pointer and counts what is new', async () => {
    const { live } = pages;
    playAfternoon(live.runtime);
    await live.open();
    await live.row('-Dtest=GuardTest').hover();
    live.runtime.emit({ metadata: { command: 'echo one' } });
    live.runtime.emit({ metadata: { command: 'echo two' } });

    await live.page.getByRole('button', { name: '2 new' }).waitFor();
    expect(await live.row('echo one').count()).toBe(0);
    await live.page.keyboard.press('n');
    await live.row('echo two').waitFor();
    await live.row('echo two').hover();
    live.runtime.emit({ metadata: { command: 'echo three' } });
    await live.page.getByRole('button', { name: '1 new' }).waitFor();
    await live.awayFromRows();
    await live.row('echo three').waitFor();
  });

  it('holds still while it is scrolled', async () => {
    const { live } = pages;
    for (let n = 0; n < 150; n++) {
      live.runtime.store({ metadata: { command: `step ${n}` } });
    }
    await live.open();
    await live.page.getByRole('listbox').press('End');
    await live.row('step 0').waitFor();
    await live.page.keyboard.press('Escape');
    await live.awayFromRows();
    live.runtime.emit({ metadata: { command: 'echo above' } });

    await live.page.getByRole('button', { name: '1 new' }).click();
    await live.row('echo above').waitFor();
  });

  it('draws only what can be seen of a long feed', async () => {
    const { live } = pages;
    for (let n = 0; n < 200; n++) {
      live.runtime.store({ metadata: { command: `step ${n}` } });
    }
    await live.open();
    for (let n = 0; n < 50; n++) {
      live.runtime.publish(Array.from({ length: 100 }, (_, index) => {
        const stored = live.runtime.store({ metadata: { command: `flood ${n * 100 + index}` } });
        return { id: String(stored.id), scope: 's1', type: 'event', data: stored, n: 1 };
      }));
    }

    await live.row('flood 4999').waitFor();
    await live.page.getByText('5,200 of 5,200').waitFor();
    expect(await live.rows()).toBeLessThan(60);
    await live.page.getByRole('listbox').press('End');
    await live.row('step 0').waitFor();
    expect(await live.rows()).toBeLessThan(60);
  });

  it('is worked by keyboard alone', async () => {
    const { live } = pages;
    playAfternoon(live.runtime);
    await live.open();
    await live.page.keyboard.press('j');
    await live.page.keyboard.press('ArrowDown');
    await live.page.keyboard.press('k');
    await live.page.keyboard.press('j');
    expect(await live.page.locator('#feed').getByRole('option', { selected: true }).innerText()).toContain('Codex is waiting for your input');
    await live.page.keyboard.press('Enter');
    const details = live.page.getByRole('complementary');
    await details.getByText('b41c09fe-web').waitFor();
    await live.page.keyboard.press('ArrowDown');
    await details.getByText('3fa85f64-5717').waitFor();
    await live.page.keyboard.press('Escape');
    expect(await details.count()).toBe(0);

    await live.page.keyboard.press('/');
    await live.page.keyboard.type('obsfold check');
    await expect.poll(() => live.rows()).toBe(1);
    expect(live.query()).toBe('?q=obsfold+check');
    await live.page.keyboard.press('Escape');
    await expect.poll(() => live.rows()).toBeGreaterThan(20);
    await live.page.keyboard.press('Escape');
    await live.page.keyboard.press('e');
    await expect.poll(() => live.rows()).toBe(2);
    await live.page.keyboard.press('x');
    await expect.poll(() => live.rows()).toBeGreaterThan(20);
    await live.page.keyboard.press('?');
    await live.page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await live.page.keyboard.press('Escape');
    await expect.poll(() => live.page.getByRole('dialog').count()).toBe(0);
  });

  it('keeps its filters in the address, and goes back', async () => {
    const { live } = pages;
    playAfternoon(live.runtime);
    await live.open();
    await live.page.getByLabel('Tool', { exact: true }).selectOption('Bash');
    await live.page.getByRole('button', { name: 'Errors only' }).click();
    await expect.poll(() => live.rows()).toBe(1);
    expect(live.query()).toBe('?tool=Bash&errors=1');
    await live.page.reload();
    await expect.poll(() => live.rows()).toBe(1);
    expect(await live.page.getByRole('button', { name: 'Errors only' }).getAttribute('aria-pressed')).toBe('true');
    await live.page.goBack();
    await expect.poll(() => live.rows()).toBe(4);
    await live.page.goBack();
    await expect.poll(() => live.rows()).toBeGreaterThan(20);
    expect(live.query()).toBe('');
  });

  it('narrows to a session by a click, reads its past, and names it to the live.runtime', async () => {
    const { live } = pages;
    for (let n = 0; n < 210; n++) {
      live.runtime.store({ session_id: n < 5 ? 'old' : 'new', project: n < 5 ? 'past' : 'now', metadata: { command: `step ${n}` } });
    }
    await live.open();
    expect(await live.row('step 4').count()).toBe(0);
    await live.page.getByRole('listitem').filter({ hasText: 'past/main' }).getByRole('button').click();

    await live.row('step 4').waitFor();
    await expect.poll(() => live.rows()).toBe(5);
    await expect.poll(() => live.runtime.received.filter((message) => message.t === 'active').at(-1)).toEqual({ t: 'active', scope: 'old' });
    await live.page.getByRole('button', { name: 'Remove the filter Session: past/main' }).click();
    await live.page.getByText('200 of 210').waitFor();
    await live.page.getByRole('listbox').press('End');
    await live.page.getByRole('button', { name: 'Show older events' }).click();
    await live.page.getByText('210 of 210').waitFor();
  });

  it('goes on offering older events while new ones arrive', async () => {
    const { live } = pages;
    for (let n = 0; n < 650; n++) {
      live.runtime.store({ metadata: { command: `step ${n}` } });
    }
    await live.open();
    await live.page.getByRole('listbox').press('End');
    await live.page.getByRole('button', { name: 'Show older events' }).click();
    await live.page.getByText('400 of 650').waitFor();
    await live.page.getByRole('listbox').press('Home');
    await live.page.keyboard.press('Escape');
    await live.awayFromRows();
    for (let n = 0; n < 300; n++) {
      live.runtime.emit({ metadata: { command: `live ${n}` } });
    }
    await live.page.getByText('700 of 950').waitFor();
    await live.page.getByRole('listbox').press('End');
    await live.page.getByRole('button', { name: 'Show older events' }).click();

    await live.page.getByText('900 of 950').waitFor();
    await live.page.getByRole('button', { name: 'Show older events' }).click();
    await live.page.getByText('950 of 950').waitFor();
    await live.page.getByRole('listbox').press('End');
    await live.row(/step 0\D/).waitFor();
    await live.page.getByText('This is the first event.').waitFor();
  });
});
