import { describe, expect, it } from 'vitest';
import { inBrowser, livePages } from './live-page.ts';
import { sessionRow } from './rows.ts';
import { playAfternoon } from './scene.ts';
import { answerSessions, tellSession } from './session-scene.ts';
import type { TestRuntime } from './test-runtime.ts';

const id = '3fa85f64-5717';

function play(runtime: TestRuntime): void {
  playAfternoon(runtime);
  answerSessions(runtime);
  tellSession(runtime);
}

describe.runIf(inBrowser)('the page of sessions', () => {
  const opened = livePages();
  const lines = () => opened.live.page.getByRole('table', { name: 'Sessions' }).getByRole('row');
  const line = (text: string) => lines().filter({ hasText: text });

  it('lists them with what they cost, and leads to each', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open('/sessions');
    await live.page.getByText('5 sessions').waitFor();
    const row = line('Make the gateway refuse obs-fold');
    expect(await row.innerText()).toMatch(/running\s+proa\/main.*Claude Code.*0\.8412/s);
    await row.getByRole('link', { name: 'proa/main' }).click();

    await live.page.getByRole('heading', { level: 1, name: 'proa/main' }).waitFor();
    expect(new URL(live.page.url()).pathname).toBe(`/sessions/${id}`);
  });

  it('narrows and sorts by the backend, and keeps that in the address', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open('/sessions');
    await live.page.getByLabel('Project').selectOption('web');
    await live.page.getByText('1 session').waitFor();
    await live.page.getByRole('button', { name: 'Clear filters' }).click();
    await live.page.getByRole('button', { name: 'Cost $' }).click();
    await expect.poll(() => live.query()).toBe('?order=cost');
    await expect.poll(async () => (await lines().nth(1).innerText()).includes('proa/event-log') || (await lines().nth(1).innerText()).includes('proa/main')).toBe(true);
    expect(await live.page.getByRole('columnheader', { name: 'Cost $' }).getAttribute('aria-sort')).toBe('descending');
    await live.page.getByLabel('Find by first prompt').fill('obs-fold');
    await live.page.getByText('1 session').waitFor();
    expect(live.query()).toBe('?order=cost&q=obs-fold');
    await live.page.reload();
    await line('Make the gateway refuse').waitFor();
    expect(await lines().count()).toBe(2);
  });

  it('reads only the pages of a hundred thousand that come into sight', async () => {
    const { live } = opened;
    answerSessions(live.runtime);
    for (let n = 0; n < 100_000; n++) {
      live.runtime.sessions.set(`s${n}`, sessionRow(`s${n}`, { project: `project-${n}`, last_event_at: new Date(1.7e12 - n * 1_000).toISOString() }));
    }
    await live.open('/sessions');
    await live.page.getByText('100,000 sessions').waitFor();
    expect(await lines().count()).toBeLessThan(80);
    expect(await live.page.getByRole('table').getAttribute('aria-rowcount')).toBe('100001');
    await live.page.getByRole('link', { name: 'project-0/main' }).focus();
    await live.page.keyboard.press('End');
    await live.page.getByRole('link', { name: 'project-99999/main' }).waitFor();
    const pages = live.runtime.requests.filter((path) => path.startsWith('/api/sessions?order'));

    expect(pages.length).toBeLessThanOrEqual(3);
    expect(pages.at(-1)).toContain('offset=99800');
    expect(await lines().count()).toBeLessThan(80);
  });

  it('goes from row to row with the keyboard', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open('/sessions');
    await lines().nth(1).getByRole('link').first().focus();
    await live.page.keyboard.press('ArrowDown');
    await live.page.keyboard.press('ArrowDown');
    await live.page.keyboard.press('ArrowUp');
    expect(await lines().nth(2).getByRole('link').first().evaluate((link) => link === document.activeElement)).toBe(true);
    await live.page.keyboard.press('Enter');
    await expect.poll(() => new URL(live.page.url()).pathname).toMatch(/^\/sessions\/./);
  });

  it('changes rows in their place while events arrive, and offers the new sessions', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open('/sessions');
    const names = async () => (await lines().allInnerTexts()).map((text) => text.split('\n').slice(0, 2));
    const before = await names();
    live.runtime.emit({ session_id: id }, { total_cost_usd: 4.5, last_event_at: new Date().toISOString() });
    live.runtime.emit({ session_id: 'fresh', project: 'tide' }, { started_at: new Date(Date.now() + 2_000).toISOString() });

    await line('4.50').waitFor();
    expect(await names()).toEqual(before);
    await live.page.getByRole('button', { name: '1 new' }).click();
    await line('tide/main').waitFor();
  });

  it('says what to do when there is none, when none matches, and when they cannot be read', async () => {
    const { live } = opened;
    answerSessions(live.runtime);
    await live.open('/sessions');
    await live.page.getByRole('heading', { name: 'No session yet' }).waitFor();
    await live.page.getByRole('button', { name: '24 h' }).click();
    await live.page.getByRole('heading', { name: 'No session matches' }).waitFor();
    live.runtime.failing.add('/api/sessions');
    await live.page.getByRole('button', { name: '7 d' }).click();
    await live.page.getByText('Sessions could not be read (answer 503).').waitFor();
    live.runtime.failing.clear();
    await live.page.getByRole('button', { name: 'Try again' }).click();
    await live.page.getByText('0 sessions').waitFor();
    await live.page.getByRole('heading', { name: 'No session matches' }).waitFor();
    live.complaints = live.complaints.filter((text) => !text.includes('503'));
  });
});

describe.runIf(inBrowser)('the page of a session', () => {
  const opened = livePages();
  const step = (text: string) => opened.live.page.getByRole('article').filter({ hasText: text });

  it('tells what was asked, done and changed, with sub-agents folded', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open(`/sessions/${id}`);
    await step('RFC 9112 section 5.2').waitFor();
    expect(await step('obs-?fold|continuation').count()).toBe(1);
    expect(await step('return single(text, from);').innerText()).toContain('+            return Outcome.refused(400, "obs-fold");');
    expect(await step('of a longer change').getByText('+20').isVisible()).toBe(true);
    expect(await step('src/Part0.java').count()).toBe(0);
    await live.page.getByRole('button', { name: /reviewer: 7 steps/ }).click();
    await step('src/Part0.java').waitFor();
    await live.page.getByRole('button', { name: 'Errors (2)' }).click();
    await expect.poll(() => live.page.getByRole('article').count()).toBe(2);
    await live.page.getByRole('button', { name: 'Errors (2)' }).click();
    await live.page.getByRole('button', { name: 'To the end' }).click();
    expect(await step('-Dtest=GuardTest').innerText()).toContain('running');
  });

  it('reads on when the session does, without reading all again', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open(`/sessions/${id}`);
    await step('RFC 9112').waitFor();
    const last = Number(live.runtime.transcripts.get(id)?.at(-1)?.event_id);
    live.runtime.transcripts.get(id)?.push({ event_id: last + 1, role: 'tool', type: 'tool_use', tool_name: 'Bash', detail: 'echo and on', status: 'success', at: new Date().toISOString() });
    live.runtime.emit({ session_id: id });
    await live.page.getByText('21 steps').waitFor();

    await live.page.getByRole('button', { name: 'To the end' }).click();
    await step('echo and on').waitFor();
    expect(live.runtime.requests.filter((path) => path.includes('/transcript')).at(-1)).toContain(`after=${last}`);
  });

  it('shows the event that a search leads to, in a fold too', async () => {
    const { live } = opened;
    play(live.runtime);
    const inside = live.runtime.transcripts.get(id)?.find(({ detail }) => detail === 'src/Part5.java');
    await live.open(`/sessions/${id}?event=${String(inside?.event_id)}`);

    await step('src/Part5.java').waitFor();
    expect(await step('src/Part5.java').evaluate((element) => element.getBoundingClientRect().top)).toBeGreaterThan(0);
  });

  it('has its facts, files, cost over time and spans, each at an address', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open(`/sessions/${id}`);
    const facts = live.page.getByRole('complementary', { name: 'Facts' });
    await facts.getByText('126 k of 200 k').waitFor();
    expect(await facts.getByRole('link', { name: '$0.8412' }).getAttribute('href')).toBe(`/costs?session=${id}`);
    await facts.getByRole('group', { name: /Cost over time, 9 priced steps/ }).focus();
    await live.page.keyboard.press('Home');
    await facts.getByText(/\$0\.1874/).waitFor();
    await live.page.getByRole('link', { name: 'Files 14' }).click();
    await live.page.getByRole('table', { name: 'Files touched' }).getByText('HeadGrammar13.java').waitFor();
    await live.page.getByRole('link', { name: 'Trace' }).click();
    await live.page.getByRole('button', { name: /tool Bash/ }).click();
    await live.page.getByText('exit 1', { exact: true }).waitFor();
    expect(live.query()).toBe('?view=trace');
  });

  it('keeps its other parts when one cannot be read', async () => {
    const { live } = opened;
    play(live.runtime);
    live.runtime.failing.add(`/api/sessions/${id}/files`);
    live.runtime.failing.add(`/api/sessions/${id}/transcript`);
    await live.open(`/sessions/${id}?view=files`);
    await live.page.getByText('Files touched could not be read (answer 503).').waitFor();
    await live.page.getByText('126 k of 200 k').waitFor();
    await live.page.getByRole('link', { name: 'Transcript' }).click();
    await live.page.getByText('Transcript could not be read (answer 503).').waitFor();
    live.runtime.failing.clear();
    await live.page.getByRole('button', { name: 'Try again' }).click();
    await step('RFC 9112').waitFor();
    live.complaints = live.complaints.filter((text) => !text.includes('503'));
  });

  it('keeps the transcript when it cannot be read on, and goes on when asked', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open(`/sessions/${id}`);
    await step('RFC 9112').waitFor();
    live.runtime.failing.add(`/api/sessions/${id}/transcript`);
    live.runtime.emit({ session_id: id });
    await live.page.getByText('Not current (answer 503)').waitFor();
    expect(await step('RFC 9112').count()).toBe(1);
    live.runtime.failing.clear();
    await live.page.getByRole('button', { name: 'Try again' }).click();
    await live.page.getByText('Not current (answer 503)').waitFor({ state: 'detached' });
    live.complaints = live.complaints.filter((text) => !text.includes('503'));
  });

  it('says so when there is no such session', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open('/sessions/nobody');

    await live.page.getByRole('heading', { name: 'There is no session with this id' }).waitFor();
    live.complaints = live.complaints.filter((text) => !text.includes('404'));
  });
});

describe.runIf(inBrowser)('the page of search results', () => {
  const opened = livePages();
  const hits = () => opened.live.page.getByRole('list', { name: 'Results' }).getByRole('listitem');

  it('marks what was found and leads to the event', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open('/search?q=obs-fold');
    await live.page.getByText('1,250 found in 4 ms').waitFor();
    expect(await hits().first().locator('mark').innerText()).toBe('obs-fold');
    expect(await hits().count()).toBeLessThan(60);
    // One line each where there is space for it.
    expect((await hits().first().boundingBox())?.height).toBe(28);
    await hits().nth(1).getByRole('link').click();

    await live.page.getByRole('heading', { level: 1, name: 'proa/main' }).waitFor();
    expect(live.query()).toBe('?event=89999');
  });

  it('asks again while someone types, once they pause, and by kind', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open('/search?q=obs');
    await hits().first().waitFor();
    const asked = () => live.runtime.requests.filter((path) => path.startsWith('/api/search'));
    const before = asked().length;
    await live.page.keyboard.press('/');
    await live.page.keyboard.press('End');
    await live.page.keyboard.type('-fold', { delay: 20 });
    await expect.poll(() => hits().first().locator('mark').innerText()).toBe('obs-fold');
    expect(asked().length).toBeLessThan(before + '-fold'.length);
    await live.page.getByRole('button', { name: 'Commands', exact: true }).last().click();
    await expect.poll(() => asked().at(-1)).toContain('kind=command');
    await live.page.keyboard.press('/');
    await live.page.keyboard.press('ArrowDown');
    await live.page.keyboard.press('ArrowDown');
    expect(await hits().nth(1).getByRole('link').evaluate((link) => link === document.activeElement)).toBe(true);
  });

  it('keeps what was found when a later part cannot be read, and reads it when it can', async () => {
    const { live } = opened;
    play(live.runtime);
    const hit = (n: number) => ({ id: n, session_id: id, agent_type: 'codex', event_type: 'tool_use', tool_name: 'Bash', at: null, status: 'success', field: 'command', snippet: [{ text: `hit ${n}`, match: true }] });
    let broken = true;
    live.runtime.answer('/api/search', ({ query }) => {
      const offset = Number(query.get('offset'));
      return broken && offset > 0 ? { status: 503, body: {} } : { hits: Array.from({ length: 200 }, (_, n) => hit(offset + n)), total: 400, took_ms: 1 };
    });
    await live.open('/search?q=hit');
    await live.page.getByText('400 found in 1 ms').waitFor();
    await hits().first().getByRole('link').evaluate((link) => link.closest('.rest')?.scrollTo({ top: 150 * 28 }));
    await hits().filter({ hasText: 'hit 160' }).waitFor();
    await live.page.locator('.rest').evaluate((box) => box.scrollTo({ top: 185 * 28 }));
    await live.page.getByText('Not current (answer 503)').waitFor();
    expect(await hits().filter({ hasText: 'hit 195' }).count()).toBe(1);
    broken = false;

    await hits().filter({ hasText: 'hit 205' }).waitFor();
    await live.page.getByText('400 found in 1 ms').waitFor();
    live.complaints = live.complaints.filter((text) => !text.includes('503'));
  });

  it('says why it cannot answer now, and searches once it can', async () => {
    const { live } = opened;
    play(live.runtime);
    let ready = false;
    live.runtime.answer('/api/search', () => (ready ? { hits: [], total: 0, took_ms: 1 } : { status: 503, body: { error: 'The index of words is still being brought up to date.' } }));
    await live.open('/search?q=obs');
    await live.page.getByRole('heading', { name: 'Search cannot answer now' }).waitFor();
    await live.page.getByText('The index of words is still being brought up to date.').waitFor();
    ready = true;
    await live.page.getByRole('heading', { name: 'Nothing was found' }).waitFor();
    live.complaints = live.complaints.filter((text) => !text.includes('503'));
  });

  it('says when there is more than was counted', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open('/search?q=everything');
    await live.page.getByText('1,250+ found in 4 ms').waitFor();
  });

  it('says when nothing was found, and what is wrong with a search', async () => {
    const { live } = opened;
    play(live.runtime);
    await live.open('/search?q=zebra');
    await live.page.getByRole('heading', { name: 'Nothing was found' }).waitFor();
    await live.page.keyboard.press('/');
    await live.page.keyboard.type('(open');
    await live.page.getByText('q: A bracket is not closed').waitFor();
    live.complaints = live.complaints.filter((text) => !text.includes('400'));
  });
});
