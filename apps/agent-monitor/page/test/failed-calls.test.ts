import { describe, expect, it } from 'vitest';
import { inBrowser, livePages } from './live-page.ts';

describe.runIf(inBrowser)('links to what failed', () => {
  const pages = livePages();

  /** Two failures of long ago, and so much since that none of it is in the page's memory. */
  function play(): void {
    const { runtime } = pages.live;
    for (const session of ['old', 'other']) {
      runtime.store({ session_id: session, tool_name: 'Rare', status: 'error', metadata: { command: `break ${session}` } });
      runtime.store({ session_id: session, tool_name: 'Rare', metadata: { command: `make ${session}` } });
    }
    for (let n = 0; n < 700; n++) {
      runtime.store({ session_id: 'new', metadata: { command: `echo ${n}` } });
    }
  }

  it.each([
    ['/?errors=1', ['break other', 'break old']],
    ['/?session=old&errors=1', ['break old']],
    ['/?tool=Rare&errors=1', ['break other', 'break old']],
    ['/?tool=Rare', ['make other', 'break other', 'make old', 'break old']],
  ])('%s leads to its rows', async (path, commands) => {
    const { live } = pages;
    play();
    await live.open(path);
    await live.row(commands[0] ?? '').waitFor();

    const rows = await live.page.locator('#feed').getByRole('option').allInnerTexts();
    expect(rows.map((text) => /(make|break) \w+/.exec(text)?.[0])).toEqual(commands);
    expect(await live.page.getByRole('button', { name: 'Show older events' }).count()).toBe(0);
  });

  it('goes on asking for the chosen rows only', async () => {
    const { live } = pages;
    play();
    await live.open();
    await live.page.getByRole('button', { name: 'Errors only' }).click();
    await live.row('break old').waitFor();

    expect(live.runtime.requests.filter((path) => path.includes('failed') && path.includes('offset')).map((path) => new URLSearchParams(path.split('?')[1]).get('offset'))).toEqual(['0']);
  });
});
