import { beforeEach, describe, expect, it } from 'vitest';
import { Figures } from './figures-runtime.ts';
import { inBrowser, livePages } from './live-page.ts';
import { playAfternoon } from './scene.ts';
import { answerSessions } from './session-scene.ts';

describe.runIf(inBrowser)('the keyboard', () => {
  const pages = livePages();
  const focused = () => pages.live.page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');

  beforeEach(() => playAfternoon(pages.live.runtime));

  it('has no keys of single letters once they are turned off', async () => {
    const { live } = pages;
    await live.open();
    await live.page.keyboard.press('e');
    expect(live.query()).toBe('?errors=1');
    await live.page.keyboard.press('x');
    await live.page.keyboard.press('?');
    await live.page.getByLabel('Letters and signs work as keys').uncheck();
    await live.page.keyboard.press('Escape');
    await live.page.locator('#feed').focus();
    for (const key of ['e', 'j', '/', '?']) {
      await live.page.keyboard.press(key);
    }

    expect(live.query()).toBe('');
    expect(await live.page.getByRole('dialog').count()).toBe(0);
    expect(await live.page.evaluate(() => document.activeElement?.id)).toBe('feed');
    expect(await live.page.locator('[aria-selected="true"]').count()).toBe(0);
    await live.page.keyboard.press('ArrowDown');
    await live.page.locator('[aria-selected="true"]').waitFor();
    await live.page.reload();
    await live.page.getByRole('button', { name: 'Keys' }).click();
    expect(await live.page.getByLabel('Letters and signs work as keys').isChecked()).toBe(false);
  });

  it('goes back to what opened the dates, by Escape and by choosing', async () => {
    const { live } = pages;
    answerSessions(live.runtime);
    await live.open('/sessions');
    await live.page.getByRole('button', { name: 'Dates' }).click();
    await live.page.getByLabel('From', { exact: true }).focus();
    await live.page.keyboard.press('Escape');
    await expect.poll(focused).toBe('Dates');
    await live.page.keyboard.press('Enter');
    await live.page.getByLabel('From', { exact: true }).fill('2026-11-01');
    await live.page.getByLabel('To', { exact: true }).fill('2026-11-02');
    await live.page.getByRole('button', { name: 'Show', exact: true }).press('Enter');

    await expect.poll(focused).toBe('2026-11-01 – 2026-11-02');
    const until = new Date(2026, 10, 3).toISOString();
    await expect.poll(() => live.runtime.requests.some((path) => path.startsWith('/api/sessions?') && new URLSearchParams(path.split('?')[1]).get('until') === until)).toBe(true);
  });

  it('goes back to the button of a price that was changed or left', async () => {
    const { live } = pages;
    const figures = new Figures();
    figures.playWeeks();
    figures.attach(live.runtime);
    await live.open('/settings');
    await live.page.getByLabel('Find a model').fill('haiku');
    const change = live.page.getByRole('button', { name: 'Change: ' }).first();
    const name = (await change.getAttribute('aria-label')) ?? '';
    const label = () => live.page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await change.click();
    await live.page.locator('#prices').getByRole('button', { name: 'Cancel' }).press('Enter');
    await expect.poll(label).toBe(name);
    await live.page.keyboard.press('Enter');
    await live.page.getByRole('button', { name: 'Save the price' }).press('Enter');
    await live.page.getByRole('button', { name: 'Save the price' }).waitFor({ state: 'detached' });

    await expect.poll(label).toBe(name);
  });

  it('leaves a search behind that was typed when the page was left', async () => {
    const { live } = pages;
    new Figures().attach(live.runtime);
    answerSessions(live.runtime);
    await live.open('/sessions');
    await live.page.getByLabel('Find by first prompt').fill('fix');
    await live.page.keyboard.press('Alt+4');
    await live.page.getByRole('heading', { level: 1, name: 'Tools' }).waitFor();
    await live.page.waitForTimeout(300);

    expect(new URL(live.page.url()).pathname + live.query()).toBe('/tools');
  });
});
