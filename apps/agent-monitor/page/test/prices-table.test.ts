import { describe, expect, it } from 'vitest';
import { Figures } from './figures-runtime.ts';
import { inBrowser, livePages } from './live-page.ts';

describe.runIf(inBrowser)('the table of prices', () => {
  const pages = livePages();

  async function open(width: number): Promise<void> {
    const { live } = pages;
    const figures = new Figures();
    figures.playWeeks();
    figures.own.push({ model: 'a-model-of-my-own-2026-11-20', provider: '', aliases: [], tiers: [], from: 'file', input_per_mtok: 2.5, output_per_mtok: 10 });
    figures.attach(live.runtime);
    await live.page.setViewportSize({ width, height: 900 });
    await live.open('/settings');
    await table().scrollIntoViewIfNeeded();
    await table().getByRole('row').nth(1).waitFor();
  }

  const table = () => pages.live.page.getByRole('table', { name: 'Prices' });
  const sideways = () => table().evaluate((shown) => shown.scrollWidth - shown.clientWidth);

  it('says at 400 px what models cost without scrolling sideways', async () => {
    const { page } = pages.live;
    await open(400);
    const row = table().getByRole('row').filter({ hasText: 'a-model-of-my-own' });

    expect(await sideways()).toBe(0);
    expect((await row.innerText()).replace(/\s+/g, ' ')).toContain('$2.50 in, $10.00 out, set here');
    await table().getByRole('row').filter({ hasText: 'claude-opus-4-1' }).getByText('$15.00 in, $75.00 out', { exact: true }).waitFor();
    await row.getByRole('button', { name: 'Change: a-model-of-my-own-2026-11-20' }).click();
    expect(await page.getByLabel('Output', { exact: true }).inputValue()).toBe('10');
    await pages.live.expectAccessible();
  });

  it('has room at 1,440 px for each price of a model', async () => {
    await open(1_440);

    expect(await table().getByRole('columnheader').allInnerTexts()).toEqual(['Model', 'Input $', 'Output $', 'Cache read $', 'Write 5 min $', 'Write 1 h $', 'From', 'Change']);
  });

  it('scrolls sideways at no width of the window', async () => {
    await open(320);
    const wide: number[] = [];
    for (let width = 320; width <= 1_440; width += 40) {
      await pages.live.page.setViewportSize({ width, height: 900 });
      await pages.live.settled();
      if ((await sideways()) > 0) {
        wide.push(width);
      }
    }

    expect(wide).toEqual([]);
  });
});
