import { describe, expect, it } from 'vitest';
import { type Session, readSession } from '../src/model/session.ts';
import { markedName, marks, nameOnCard, nameWithTitle } from '../src/view/alike.ts';
import { inBrowser, livePages } from './live-page.ts';
import { type Row, sessionRow } from './rows.ts';
import { answerSessions } from './session-scene.ts';

const session = (id: string, change: Row = {}) => readSession(sessionRow(id, change)) as Session;
const names = (sessions: Session[], name = nameOnCard) => sessions.map((one) => markedName(one, marks(sessions, name)));

describe('sessions of one name', () => {
  it('are told apart by the start of their ids', () =>
    expect(names([session('3fa85f64-5717'), session('91b2ac77-0001'), session('b41c09fe-web', { branch: 'other' })])).toEqual(['proa/main 3fa85f64', 'proa/main 91b2ac77', 'proa/other']));

  it('by the end if they begin alike, and by all of it if that is alike, too', () => {
    expect(names([session('019a8f30-7c55-0000001'), session('019a8f30-7c55-0000002')])).toEqual(['proa/main …-0000001', 'proa/main …-0000002']);
    expect(names([session('ab-is-no-end'), session('abc-is-an-end')])).toEqual(['proa/main ab-is-no-end', 'proa/main abc-is-a']);
    expect(names([session('job-number-1-of-all-sessions'), session('job-number-2-of-all-sessions')])).toEqual(['proa/main job-number-1-of-all-sessions', 'proa/main job-number-2-of-all-sessions']);
  });

  it('are told apart however many they are', () => {
    const many = Array.from({ length: 100_000 }, (_, n) => session(`${String(n).padStart(8, '0')}-one-of-many`));

    expect(marks(many, nameOnCard).get('00099999-one-of-many')).toBe('00099999');
  }, 3_000);

  it('need no mark where what they were asked tells them apart and stays', () => {
    const asked = [session('aaaaaaaa-1', { title: 'One', status: 'ended' }), session('bbbbbbbb-2', { title: 'Two', status: 'ended' })];

    expect(names(asked)).toEqual(['proa/main', 'proa/main']);
    expect(names(asked, nameWithTitle)).toEqual(['proa/main', 'proa/main']);
    expect(names(asked.map((one) => ({ ...one, state: 'running' as const })))[0]).toBe('proa/main aaaaaaaa-1');
  });
});

describe.runIf(inBrowser)('sessions of one name on the pages', () => {
  const pages = livePages();

  it('have names of their own on their cards, in the strip and in the table', async () => {
    const { live } = pages;
    for (const id of ['3fa85f64-5717-4562', '91b2ac77-0c31-4e1a']) {
      live.runtime.store({ session_id: id }, { title: 'Fix the build', waiting: 'Claude is waiting for your input' });
    }
    answerSessions(live.runtime);
    await live.open();

    expect(await live.page.getByRole('link', { name: 'Open the session proa/main 3fa85f64' }).count()).toBe(1);
    expect(await live.page.getByRole('list', { name: 'Sessions' }).getByRole('button', { name: /proa\/main 91b2ac77/ }).count()).toBe(1);
    await live.page.getByRole('region', { name: 'Needs you (2)' }).getByRole('button', { name: /proa\/main 3fa85f64/ }).click();
    await live.page.getByRole('button', { name: 'Remove the filter Session: proa/main 3fa85f64' }).waitFor();
    await live.page.goto(`${live.runtime.url}/sessions`);
    await live.page.getByRole('link', { name: /^waiting proa\/main 3fa85f64 Fix the build/ }).waitFor();
    expect(await live.page.getByRole('link', { name: /^waiting proa\/main 91b2ac77/ }).count()).toBe(1);
  });

  it('are told apart by what they were asked, also on a narrow screen', async () => {
    const { live } = pages;
    live.runtime.store({ session_id: '3fa85f64-5717-4562' }, { title: 'Fix the build' });
    live.runtime.store({ session_id: '91b2ac77-0c31-4e1a' }, { title: 'Write the tour' });
    answerSessions(live.runtime);
    await live.open('/sessions');
    await live.page.getByRole('link', { name: /^running proa\/main Fix the build/ }).waitFor();
    expect(await live.page.getByText('3fa85f64').count()).toBe(0);
    await live.page.setViewportSize({ width: 390, height: 844 });

    await live.page.getByRole('link', { name: /^running proa\/main\s+Fix the build/ }).waitFor();
    await live.page.getByText('Write the tour').waitFor();
  });

  it.each([1_440, 1_024, 390])('are told apart in the feed where they have no project, in a row as wide as before: %i px', async (width) => {
    const { live } = pages;
    await live.page.setViewportSize({ width, height: 900 });
    const nowhere = { project: null, branch: null };
    live.runtime.store({ session_id: '019a8f30-7c55-0000001', ...nowhere, metadata: { command: 'echo one' } });
    live.runtime.store({ session_id: '019a8f30-7c55-0000002', ...nowhere, metadata: { command: 'echo two' } });
    live.runtime.store({ session_id: '3fa85f64-5717-4562', metadata: { command: 'echo three' } });
    await live.open();
    await live.row('echo three').waitFor();
    const mark = (text: string, id: string) => live.row(text).getByText(id, { exact: true });

    for (const [text, id] of [['echo one', '…-0000001'], ['echo two', '…-0000002']] as const) {
      expect(await live.row(text).getByText('no project').count()).toBe(1);
      expect(await mark(text, id).isVisible()).toBe(true);
      expect(await mark(text, id).evaluate((shown) => shown.getBoundingClientRect().right <= (shown.closest('.where')?.getBoundingClientRect().right ?? 0))).toBe(true);
      expect((await live.row(text).boundingBox())?.height).toBe((await live.row('echo three').boundingBox())?.height);
      expect(await live.row(text).evaluate((row) => row.scrollWidth - row.clientWidth)).toBe(0);
    }
    expect(await live.row('echo three').getByText('3fa85f64').count()).toBe(0);
  });
});
