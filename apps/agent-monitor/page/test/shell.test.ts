import { describe, expect, it } from 'vitest';
import { inBrowser, livePages } from './live-page.ts';
import { playAfternoon } from './scene.ts';
import { answerSessions } from './session-scene.ts';

const pages = [
  ['/', 'Live'],
  ['/sessions', 'Sessions'],
  ['/costs', 'Costs'],
  ['/tools', 'Tools'],
  ['/limits', 'Limits'],
  ['/settings', 'Settings'],
] as const;

describe.runIf(inBrowser)('what stands around every page', () => {
  const opened = livePages();

  it.each(pages)('opens %s by its address, with its name in the heading and the title', async (path, name) => {
    const { live } = opened;
    playAfternoon(live.runtime);
    answerSessions(live.runtime);
    await live.open(path);

    await live.page.getByRole('heading', { level: 1, name }).waitFor({ state: 'attached' });
    await expect.poll(() => live.page.title()).toBe(`(2) ${name === 'Live' ? '' : `${name} · `}Agent monitor · Proa`);
    expect(await live.page.locator('[aria-current=page]').getAttribute('href')).toBe(path);
  });

  it('goes from page to page without loading anew, and back', async () => {
    const { live } = opened;
    playAfternoon(live.runtime);
    answerSessions(live.runtime);
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
    playAfternoon(live.runtime);
    answerSessions(live.runtime);
    await live.open('/costs');
    await live.page.getByRole('button', { name: 'Allow: rm -rf build' }).waitFor();
    await live.page.getByRole('link', { name: /2 errors in 15 min/ }).click();

    await expect.poll(() => live.rows()).toBe(2);
    expect(live.query()).toBe('?errors=1');
  });

  it('does by name what the palette lists, with the keyboard alone', async () => {
    const { live } = opened;
    playAfternoon(live.runtime);
    answerSessions(live.runtime);
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
    playAfternoon(live.runtime);
    answerSessions(live.runtime);
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
    playAfternoon(live.runtime);
    answerSessions(live.runtime);
    await live.open();
    await live.page.route('**/Costs-*.js', (route) => route.abort());
    await live.page.getByRole('link', { name: 'Costs', exact: true }).click();
    await live.page.getByRole('heading', { name: 'This page could not be loaded' }).waitFor();
    await live.page.unroute('**/Costs-*.js');
    await live.page.getByRole('button', { name: 'Try again' }).click();

    await live.page.getByRole('heading', { level: 1, name: 'Costs' }).waitFor();
    live.complaints = live.complaints.filter((text) => !text.includes('ERR_FAILED'));
  });

  it.each(['light', 'dark'] as const)('has no fault that axe knows on any page, %s', async (colorScheme) => {
    const { live } = opened;
    await live.page.emulateMedia({ colorScheme });
    playAfternoon(live.runtime);
    answerSessions(live.runtime);
    await live.open();
    for (const [, name] of pages.slice(1)) {
      await live.page.getByRole('link', { name, exact: true }).click();
      await live.page.getByRole('heading', { level: 1, name }).waitFor();
      await live.expectAccessible();
    }
  });
});
