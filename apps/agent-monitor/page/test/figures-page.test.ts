import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Figures } from './figures-runtime.ts';
import { inBrowser, livePages } from './live-page.ts';

const evil = '<img src=x onerror="attacked=true"><script>attacked=true</script>';

describe.runIf(inBrowser)('the pages of figures', () => {
  const pages = livePages();
  let figures: Figures;

  beforeEach(() => {
    figures = new Figures();
    figures.playWeeks();
    pages.live.runtime.store();
  });

  /** Opens a page and waits until each of its parts has been read. */
  async function open(path: string): Promise<void> {
    figures.attach(pages.live.runtime);
    await pages.live.open(path);
    await pages.live.page.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => pages.live.page.locator('[aria-busy="true"]').count()).toBe(0);
  }

  const panel = (name: string) => pages.live.page.getByRole('region', { name, exact: true });
  const asked = (path: string) => pages.live.runtime.requests.filter((request) => request.startsWith(path));
  /** A part that is not there is said by the browser, too. */
  const forgive = () => (pages.live.complaints = pages.live.complaints.filter((text) => !/Failed to load resource/.test(text)));

  describe('Costs', () => {
    it('open on all that has data and say what the sum leaves out', async () => {
      const { page } = pages.live;
      await open('/costs');

      expect(asked('/api/costs?')[0]).not.toMatch(/[?&](from|to)=/);
      expect(await panel('Total').getByRole('link', { name: /^Leaves out \d events with .* tokens, of a model without a price\.$/ }).isVisible()).toBe(true);
      expect(await panel('Total').getByRole('link', { name: /duplicates were not counted/ }).isVisible()).toBe(true);
      expect(await page.getByText('mystery-large-2').first().isVisible()).toBe(true);
    });

    it('open every sum down to its events, with what was given, computed and counted', async () => {
      const { page } = pages.live;
      await open('/costs?by=model');
      await panel('Sums').getByRole('row', { name: /claude-opus-4-1/ }).getByRole('link', { name: /^\$/ }).click();

      expect(new URL(page.url()).search).toBe('?by=model&model=claude-opus-4-1&events=all');
      const table = page.getByRole('table', { name: 'Events behind the sum' });
      await table.getByRole('row').nth(1).waitFor();
      await page.setViewportSize({ width: 1800, height: 1600 });
      expect(await table.getByRole('columnheader').allInnerTexts()).toEqual(expect.arrayContaining(['Given', 'Computed', 'Counted']));
      expect(await table.getByText('not counted').first().isVisible()).toBe(true);
      expect(await table.getByText(/again of row \d+/).first().isVisible()).toBe(true);
      await page.goBack();
      await panel('Sums').waitFor();
    });

    it('say when a sum counts events that are no longer stored', async () => {
      const { page } = pages.live;
      figures.pruned = 1_204;
      await open('/costs?events=all&model=gemini-2.5-pro');

      const all = figures.uses.filter(({ row }) => row.model === 'gemini-2.5-pro').length;
      await page.getByText(`The sum counts ${all + 1_204} events.`.replace(/(\d)(\d{3})\b/, '$1,$2')).waitFor();
      expect(await page.getByText('1,204 of them are no longer stored').isVisible()).toBe(true);
      expect(await page.getByText(`${all} of ${all}`, { exact: true }).isVisible()).toBe(true);
      expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
      await page.getByRole('link', { name: 'How long events are kept' }).click();
      await expect.poll(() => new URL(page.url()).pathname + new URL(page.url()).hash).toBe('/settings#retention');
    });

    it('take a price for an unknown model, say all that is wrong with it, and count anew', async () => {
      const { page } = pages.live;
      await open('/costs');
      await page.getByRole('button', { name: 'Add a price' }).click();
      await page.getByLabel('Cache read, optional').fill('0.0000001');
      await page.getByRole('button', { name: 'Save the price' }).click();
      expect(await page.getByText('A price is needed.').count()).toBe(2);
      expect(await page.getByText('At most six decimals.').count()).toBe(1);
      expect(figures.sent).toEqual([]);

      await page.getByLabel('Input', { exact: true }).fill('2.5');
      await page.getByLabel('Output', { exact: true }).fill('10');
      await page.getByLabel('Cache read, optional').fill('0.25');
      await page.getByRole('button', { name: 'Save the price' }).click();
      await expect.poll(() => page.getByText('Models without a price').count()).toBe(0);
      expect(figures.sent).toEqual([{ method: 'PUT', path: '/api/prices/mystery-large-2', body: { input_per_mtok: 2.5, output_per_mtok: 10, cache_read_per_mtok: 0.25 } }]);
      expect(await panel('Total').getByText('Every event in it has a price.').isVisible()).toBe(true);
    });

    it('show what the server refuses of a price at its field', async () => {
      const { page } = pages.live;
      await open('/costs');
      figures.refusals.push({ field: 'output_per_mtok', message: 'it is too much' });
      await page.getByRole('button', { name: 'Add a price' }).click();
      await page.getByLabel('Input', { exact: true }).fill('1');
      await page.getByLabel('Output', { exact: true }).fill('9999999');
      await page.getByRole('button', { name: 'Save the price' }).click();

      await page.getByText('it is too much').waitFor();
      expect(await page.getByLabel('Output', { exact: true }).getAttribute('aria-invalid')).toBe('true');
      forgive();
    });

    it('tell all values of the moment under the pointer in every chart, and zoom all of them by a drag', async () => {
      const { page } = pages.live;
      await open('/costs');
      const over = page.locator('.u-over').first();
      // Some days have nothing.
      for (let x = 60; x < 400 && (await page.locator('.tip dt').count()) === 0; x += 28) {
        await over.hover({ position: { x, y: 60 } });
      }
      await expect.poll(() => page.locator('.tip').count()).toBe(2);
      expect(await page.locator('.tip').first().locator('dt').allInnerTexts()).toEqual(['claude-opus-4-1', 'claude-sonnet-4-5', expect.any(String), expect.any(String), expect.any(String), 'others', 'All']);

      const box = await over.boundingBox();
      await page.mouse.move((box?.x ?? 0) + 100, (box?.y ?? 0) + 50);
      await page.mouse.down();
      await page.mouse.move((box?.x ?? 0) + 190, (box?.y ?? 0) + 60, { steps: 4 });
      await page.mouse.up();
      await expect.poll(() => new URL(page.url()).search).toMatch(/^\?from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d$/);
      await expect.poll(() => asked('/api/costs/series').at(-1)).toMatch(/from=.*to=/);
      await page.getByRole('link', { name: 'Show all' }).click();
      await expect.poll(() => new URL(page.url()).search).toBe('');
    });

    it('can be read along the charts by keyboard and as a table', async () => {
      const { page } = pages.live;
      await open('/costs');
      const chart = page.getByRole('group', { name: /^Cost, US dollars per day/ });
      await chart.focus();
      await page.keyboard.press('End');
      const said = page.locator('figure').first().getByRole('status');
      await expect.poll(() => said.innerText()).toMatch(/^\w{3}, \w{3} \d+, claude-opus-4-1 \$/);
      await page.keyboard.press('Shift+ArrowLeft');
      await page.keyboard.press('Enter');
      await expect.poll(() => new URL(page.url()).search).toMatch(/^\?from=.*&to=/);

      await page.getByRole('button', { name: 'Table' }).first().click();
      const table = page.locator('figure').first().getByRole('table');
      await expect.poll(() => table.getByRole('row').count()).toBeGreaterThan(2);
      expect(await table.getByRole('columnheader').first().innerText()).toContain('Time');
    });

    it('save what the table shows as CSV', async () => {
      const { page } = pages.live;
      await open('/costs?by=project');
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'CSV' }).click();
      const file = await download;

      expect(file.suggestedFilename()).toBe('proa-costs-by-project.csv');
      const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
      expect(lines[0]).toBe('project,cost_usd,events,tokens_in,tokens_out,cache_read_tokens,cache_write_tokens,unpriced_events,unpriced_tokens,duplicates');
      expect(lines).toHaveLength(8);
    });

    it('warn of budgets that are crossed or near', async () => {
      await open('/costs');
      const strip = pages.live.page.getByRole('status').filter({ hasText: 'Opus' });

      expect(await strip.innerText()).toMatch(/Opus this week: \$11\.25 over[\s\S]*web today: \$1\.39 left/);
    });

    it('keep their other parts when one fails, and recover', async () => {
      const { runtime } = pages.live;
      runtime.failing.add('/api/costs/series');
      figures.missing.add('/api/budgets');
      await open('/costs');

      expect(await panel('Over time').getByRole('alert').innerText()).toContain('Over time could not be read (answer 503).');
      expect(await panel('Budgets').last().getByRole('alert').innerText()).toContain('This Proa does not offer it yet.');
      expect(await panel('Total').getByText('duplicates were not counted').isVisible()).toBe(true);
      runtime.failing.clear();
      await panel('Over time').getByRole('button', { name: 'Try again' }).click();
      await panel('Over time').locator('canvas').first().waitFor();
      forgive();
    });
  });

  describe('Tools', () => {
    it('tell calls, errors and durations, and lead to the calls', async () => {
      const { page } = pages.live;
      await open('/tools');
      const row = page.getByRole('row', { name: /^Bash/ });
      expect((await row.getByRole('cell').allInnerTexts()).map((text) => text.trim())).toEqual(['Bash', 'Claude Code 3,850, Codex 962', '4,812', '391', '8.1', '1.2 s', '41 s', expect.stringMatching(/ago$|^just now$/)]);
      expect(await row.getByRole('link', { name: '391' }).getAttribute('href')).toBe('/?tool=Bash&errors=1&calls=1');
      expect(await panel('Most frequent errors').getByRole('listitem').first().innerText()).toContain('GuardTest.refusesObsFold');
      await page.getByRole('button', { name: 'Errors' }).click();
      expect(await page.getByRole('row').nth(1).innerText()).toContain('Bash');
      await page.getByRole('button', { name: '24 h' }).click();
      await expect.poll(() => asked('/api/stats/tools').at(-1)).toContain('since=');
      const since = new URLSearchParams(asked('/api/stats/tools').at(-1)?.split('?')[1]).get('since') ?? '';
      const linked = async (link: Locator) => Object.fromEntries(new URLSearchParams((await link.getAttribute('href'))?.split('?')[1]));
      expect(await linked(row.getByRole('link', { name: '4,812' }))).toEqual({ tool: 'Bash', calls: '1', since });
      const said = panel('Most frequent errors').getByRole('listitem').first();
      expect(await linked(said.getByRole('link'))).toEqual({
        tool: 'Bash', calls: '1', errors: '1', error: 'exit code 1: GuardTest.refusesObsFold:88 expected 400 but was 200', since: `${since.slice(0, 10)}T00:00:00.000Z`,
      });
      await page.getByLabel('Agent', { exact: true }).selectOption('codex');
      await expect.poll(() => asked('/api/stats/tools').at(-1)).toContain('agent_type=codex');
    });
  });

  describe('Limits', () => {
    it('count down, project the end, and are honest about what is not known', async () => {
      const { page } = pages.live;
      await open('/limits');
      const cards = page.getByRole('article');

      expect(await cards.nth(0).innerText()).toMatch(/71 %[\s\S]*31,240 of 44,000 tokens[\s\S]*Resets in 1 h 4\d min[\s\S]*At this pace it is used up at/);
      expect(await cards.nth(1).innerText()).toMatch(/reported by the provider[\s\S]*amount not known[\s\S]*At this pace it ends at 79 %/);
      expect(await cards.nth(3).innerText()).toMatch(/counted by Proa[\s\S]*no limit set[\s\S]*nothing to compare with/);
      expect(await cards.nth(0).getByRole('meter').getAttribute('aria-valuetext')).toBe('71 %');
    });
  });

  describe('Settings', () => {
    it('send only what was changed and say that it holds', async () => {
      const { page } = pages.live;
      await open('/settings');
      await page.getByLabel('Prompts', { exact: true }).selectOption('cut');
      await page.getByLabel('Hooks, Outputs').selectOption('drop');
      await page.getByLabel('Keep for').fill('30');
      await page.getByRole('switch', { name: 'Read new history by itself' }).uncheck();
      await page.getByRole('button', { name: 'Add a budget' }).click();
      await page.getByText('5 changes are not saved.').waitFor();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Saved. It holds from now on.').waitFor();
      expect(await page.getByLabel('Keep for').inputValue()).toBe('30');
      expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('All of it');

      expect(figures.sent).toEqual([
        {
          method: 'PUT', path: '/api/settings',
          body: { privacy: { prompts: 'cut', per_source: { hook: { outputs: 'drop' } } }, retention: { days: 30 }, import: { auto: false }, budgets: [{ name: 'All of it', period: 'month', limit_usd: 100 }] },
        },
      ]);
    });

    it('show every refused value at its field and lead to the first', async () => {
      const { page } = pages.live;
      await open('/settings');
      figures.refusals.push({ field: '/retention/days', message: '-4 is too few. Write 0 or more.' }, { field: '/privacy/cut_at', message: '3 is too few. Write 16 or more.' });
      await page.getByLabel('Keep for').fill('-4');
      await page.getByLabel('Cut at').fill('3');
      await page.getByRole('button', { name: 'Save', exact: true }).click();

      await page.getByText('Nothing was saved: 2 values cannot be taken.').waitFor();
      expect(await page.getByText('3 is too few. Write 16 or more.', { exact: true }).isVisible()).toBe(true);
      expect(await page.getByLabel('Keep for').getAttribute('aria-invalid')).toBe('true');
      await expect.poll(() => page.getByLabel('Cut at').evaluate((field) => field === document.activeElement)).toBe(true);
      await page.getByRole('button', { name: 'Discard' }).click();
      expect(await page.getByLabel('Keep for').inputValue()).toBe('90');
      forgive();
    });

    it('say whole what is chosen, also on a narrow screen', async () => {
      const { page } = pages.live;
      await page.setViewportSize({ width: 390, height: 844 });
      await open('/settings');
      const lists = page.locator('#privacy select');
      await lists.first().waitFor();

      // The list's own width is as much as its widest choice and its sign need.
      const cut = await lists.evaluateAll((all) => all.filter((one) => {
        const now = one.clientWidth;
        Object.assign((one as HTMLElement).style, { width: 'auto', maxWidth: 'none', justifySelf: 'start' });
        return one.clientWidth > now;
      }).length);
      expect(cut).toBe(0);
    });

    it('leave alone what the profile says', async () => {
      const { page } = pages.live;
      figures.from = { '/privacy/prompts': 'profile', '/retention/days': 'profile', '/budgets': 'profile' };
      await open('/settings');

      expect(await page.getByLabel('Prompts', { exact: true }).isDisabled()).toBe(true);
      expect(await page.getByLabel('Keep for').isEditable()).toBe(false);
      expect(await page.getByRole('button', { name: 'Add a budget' }).isDisabled()).toBe(true);
      expect(await page.getByText('from the profile').count()).toBeGreaterThanOrEqual(2);
    });

    it('prune only after it was seen what would go', async () => {
      const { page } = pages.live;
      await open('/settings');
      expect(await page.getByRole('button', { name: 'Remove it now' }).count()).toBe(0);
      await page.getByRole('button', { name: 'See what would go' }).click();
      await page.getByText('41,204 events would go, 52 MB.').waitFor();
      await page.getByRole('button', { name: 'Remove it now' }).click();
      await page.getByText('41,204 events were removed, 52 MB.').waitFor();

      expect(figures.sent.map(({ body }) => body)).toEqual([{ dry_run: true }, { dry_run: false }]);
    });

    it('follow an import, cancel it and start another', async () => {
      const { page } = pages.live;
      await open('/settings');
      expect(await page.getByRole('progressbar', { name: 'Claude Code' }).getAttribute('aria-valuenow')).toBe('44');
      figures.jobs = figures.jobs.map((job) => (job.id === 'j2' ? { ...job, bytes_done: 900_000_000 } : job));
      await expect.poll(() => page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('83');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await expect.poll(() => page.getByRole('progressbar').count()).toBe(0);
      await page.getByLabel('Only count, store nothing').check();
      await page.getByRole('button', { name: 'Start the import' }).click();
      await expect.poll(() => figures.sent.at(-1)).toEqual({ method: 'POST', path: '/api/imports', body: { source: 'all', dry_run: true, force: false } });
    });

    it('change a price, count anew, and make a backup', async () => {
      const { page } = pages.live;
      await open('/settings');
      await page.getByLabel('Find a model').fill('haiku');
      await page.getByRole('button', { name: 'Change: claude-haiku-4-5' }).click();
      await page.getByLabel('Input', { exact: true }).fill('1.125');
      await page.getByRole('button', { name: 'Save the price' }).click();
      await page.getByText('The price of claude-haiku-4-5 was saved.').waitFor();
      expect(figures.sent.at(-1)).toMatchObject({ path: '/api/prices/claude-haiku-4-5', body: { provider: 'anthropic', aliases: ['claude-haiku-4-5-latest'], input_per_mtok: 1.125, output_per_mtok: 5, cache_write_1h_per_mtok: 2 } });
      await page.getByRole('button', { name: 'Compute costs anew' }).click();
      await page.getByText('Costs were computed anew.', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Make a backup' }).click();
      await page.getByText('A backup was written: /home/ada').waitFor();
      await page.getByRole('button', { name: 'Check it now' }).click();
      await expect.poll(() => figures.sent.at(-1)?.path).toBe('/api/storage/check');
    });
  });

  it.each(['/settings#prices', '/limits'])('goes to the section of settings that an address or a link names: %s', async (path) => {
    const { page } = pages.live;
    await open(path);
    if (path === '/limits') {
      await page.evaluate(() => ((window as { stays?: boolean }).stays = true));
      await page.getByRole('link', { name: 'Set limits' }).first().click();
    }
    const heading = page.getByRole('heading', { name: path === '/limits' ? 'Limits' : 'Prices', exact: true });

    await expect.poll(async () => (await heading.boundingBox())?.y ?? 9_999).toBeLessThan(240);
    // The page is not loaded anew for it.
    expect(await page.evaluate(() => (window as { stays?: boolean }).stays === true)).toBe(path === '/limits');
  });

  describe.each(['/costs', '/costs?by=model', '/costs?events=all', '/tools', '/limits', '/settings'])('%s', (path) => {
    it.each([['light', 'dark', 1440], ['dark', 'light', 390]] as const)('has no fault that axe knows, %s and then %s, %i px wide', async (colorScheme, other, width) => {
      const { live } = pages;
      await live.page.emulateMedia({ colorScheme });
      await live.page.setViewportSize({ width, height: 900 });
      await open(path);

      await live.expectAccessible();
      await live.expectContrast(other);
    });

    it('moves nothing while its parts arrive', async () => {
      for (const width of [1440, 390]) {
        await pages.live.page.setViewportSize({ width, height: 900 });
        await open(path);
        await pages.live.settled();
        expect(await pages.live.page.evaluate(() => window.shifts)).toEqual([]);
      }
    });

    it('shows hostile, long and right-to-left text as text, within its width', async () => {
      const { page } = pages.live;
      const long = `שלום ${evil} ${'x'.repeat(300)}`;
      figures.use(Date.now() - 60_000, long, long, 2, false);
      figures.uses.forEach((use, index) => index % 3 === 0 && Object.assign(use.row, { branch: long, agent_type: evil, session_id: evil, source: evil, prices: evil, message_id: evil }));
      figures.budgets.push({ name: long, period: evil, limit_usd: 1, spent_usd: 2, project: long, model: long });
      figures.tools.push({ tool_name: long, total_calls: 1, error_count: 1, error_rate: 1, by_agent: { [long]: 1 }, by_error: [{ text: long, count: 1 }] });
      figures.windows.push({ agent_type: long, name: long, kind: evil, used: 5, limit: 1, source: evil, used_percent: 500 });
      figures.hooks.push({ agent: long, last_event_at: 'x', spool: 7 });
      figures.jobs.push({ id: evil, source: long, state: evil, skipped: [{ file: long, line: 3, what: long }] });
      figures.own.push({ model: long, provider: evil, aliases: [long], from: 'file' });
      figures.settings.budgets = [{ name: long, period: evil, limit_usd: 'x', project: long }];
      figures.settings.limits = { [long]: { kind: evil, session_hours: evil } };
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        await open(path);
        expect(await page.evaluate(() => window.attacked)).toBeUndefined();
        expect(await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBe(0);
        expect(await page.evaluate(() => document.scrollingElement!.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      }
    });
  });

  it.each([['/costs', 'No cost has been recorded yet'], ['/tools', 'No tool has been used yet'], ['/limits', 'No limit is known yet'], ['/settings', 'No agent is known.']])('%s says what to do while there is nothing', async (path, text) => {
    figures = new Figures();
    await open(path);

    expect(await pages.live.page.getByText(text).isVisible()).toBe(true);
    await pages.live.expectAccessible();
  });

  it.each(['/costs', '/tools', '/limits', '/settings', '/costs?events=all'])('%s says so when the backend has none of it, and when it is gone', async (path) => {
    await pages.live.open(path);
    await expect.poll(() => pages.live.page.getByText('This Proa does not offer it yet.').count()).toBeGreaterThan(0);
    forgive();
  });
});
