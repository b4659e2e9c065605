import { beforeEach, describe, expect, it } from 'vitest';
import { Figures } from './figures-runtime.ts';
import { inBrowser, livePages } from './live-page.ts';

describe.runIf(inBrowser)('what is not saved', () => {
  const pages = livePages();
  let figures: Figures;
  const days = () => pages.live.page.getByLabel('Keep for');

  beforeEach(async () => {
    figures = new Figures();
    figures.attach(pages.live.runtime);
    await pages.live.open('/settings');
    await days().waitFor();
  });

  it('is there again after a visit to another page', async () => {
    const { page } = pages.live;
    await days().fill('30');
    await page.getByLabel('Cut at').fill('abc');
    await page.keyboard.press('Alt+3');
    await page.getByRole('heading', { level: 1, name: 'Costs' }).waitFor();
    await page.keyboard.press('Alt+6');
    await days().waitFor();

    expect([await days().inputValue(), await page.getByLabel('Cut at').inputValue()]).toEqual(['30', 'abc']);
    await page.getByText('Write a number such as 3 or 0.25.').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    expect([await days().inputValue(), await page.getByLabel('Cut at').inputValue()]).not.toContain('abc');
    expect(await days().inputValue()).toBe('90');
    expect(await page.getByText('Write a number such as 3 or 0.25.').count()).toBe(0);
  });

  it('is what was typed while a save was under way', async () => {
    const { page } = pages.live;
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/settings', async (route) => {
      if (route.request().method() === 'PUT') {
        await held;
      }
      await route.continue();
    });
    await days().fill('30');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Saving' }).waitFor();
    await days().fill('45');
    await page.getByLabel('Prompts', { exact: true }).selectOption('drop');
    answer();
    await page.getByText('2 changes are not saved.').waitFor();

    expect(await days().inputValue()).toBe('45');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. It holds from now on.').waitFor();
    expect(figures.sent.map(({ body }) => body)).toEqual([{ retention: { days: 30 } }, { retention: { days: 45 }, privacy: { prompts: 'drop' } }]);
  });

  it('is not sent while a decimal comma stands in it', async () => {
    const { page } = pages.live;
    await page.getByRole('button', { name: 'Add a budget' }).click();
    await page.getByLabel('US dollars', { exact: true }).first().fill('2,50');
    await page.getByRole('button', { name: 'Save', exact: true }).click();

    await page.getByText('Nothing was saved: 1 value cannot be taken.').waitFor();
    expect(figures.sent).toEqual([]);
    await page.getByLabel('US dollars', { exact: true }).first().fill('2.50');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. It holds from now on.').waitFor();
    expect(figures.sent.at(-1)?.body).toMatchObject({ budgets: [{ limit_usd: 2.5 }] });
  });
});
