import { describe, expect, it } from 'vitest';
import { Figures } from './figures-runtime.ts';
import { inBrowser, livePages } from './live-page.ts';
import { answerSessions } from './session-scene.ts';

describe.runIf(inBrowser)('what a page reads for the strip on top of it', () => {
  const pages = livePages();
  const asked = () => pages.live.runtime.requests.filter((path) => /^\/api\/(events|sessions|stats)\?|^\/api\/stats$/.test(path)).map((path) => path.replace(/since=[^&]*/, 'since=…'));
  const strip = ['/api/sessions?exclude_status=ended&limit=500', '/api/events?failed=true&since=…&limit=200'];

  function play(): void {
    const { runtime } = pages.live;
    runtime.store({ session_id: 'gone', branch: 'gone' }, { status: 'ended' });
    runtime.store({ session_id: 'waits', status: 'error' }, { waiting: 'Allow: make' });
    answerSessions(runtime);
    const figures = new Figures();
    figures.playWeeks();
    figures.attach(runtime);
  }

  it.each(['/costs', '/tools', '/limits', '/settings'])('is who works and what failed lately, no more: %s', async (path) => {
    const { live } = pages;
    play();
    await live.open(path);
    await live.page.getByRole('region', { name: 'Needs you (1)' }).getByRole('button', { name: 'Allow: make' }).waitFor();
    await live.page.getByRole('link', { name: /^1 error in 15 min/ }).waitFor();

    expect(asked()).toEqual(strip);
  });

  it('is also which sessions have ended while the page heard nothing', async () => {
    const { live } = pages;
    live.runtime.store({ session_id: 'works', branch: 'works' });
    answerSessions(live.runtime);
    await live.open('/sessions/works');
    await live.page.locator('header .state').getByText('running').waitFor();
    live.runtime.store({ session_id: 'works', event_type: 'session_end' }, { status: 'ended', ended_at: new Date().toISOString() });
    live.runtime.resync('reconnect');

    await live.page.locator('header .state').getByText('ended').waitFor();
  });

  it('becomes everything when someone goes to the live page, or asks for a session by its name', async () => {
    const { live } = pages;
    play();
    await live.open('/costs');
    await live.page.keyboard.press('Control+k');
    await live.page.getByRole('combobox').fill('gone');
    await live.page.getByRole('option', { name: /proa\/gone/ }).waitFor();
    await live.page.keyboard.press('Escape');
    expect(asked().slice(2).sort()).toEqual(['/api/events?failed=true&since=…&limit=200', '/api/events?limit=200', '/api/sessions?limit=500', '/api/stats']);

    await live.page.reload();
    await live.page.getByRole('link', { name: 'Live', exact: true }).click();
    await live.page.getByRole('listitem').filter({ hasText: 'proa/gone' }).waitFor();
    await live.row(/echo 1/).waitFor();
  });
});
