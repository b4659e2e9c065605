import { describe, expect, it } from 'vitest';
import { inBrowser, livePages } from './live-page.ts';
import type { Row } from './rows.ts';

const hour = 3_600_000;

describe.runIf(inBrowser)('the numbers of Tools lead to as many rows', () => {
  const pages = livePages();
  const failing = { status: 'error', metadata: { command: 'make', error: 'exit …' } };

  /** Calls of two days; what is announced, told twice, or timed out is no call or no error for Tools. */
  function play(): void {
    const { runtime } = pages.live;
    const at = (hours: number) => ({ created_at: new Date(Date.now() - hours * hour).toISOString() });
    for (const hours of [60, 50, 2]) {
      runtime.store({ ...at(hours), ...failing });
      runtime.store({ ...at(hours), ...failing, metadata: { command: 'look', error: 'no such file' } });
      runtime.store({ ...at(hours), status: 'timeout' });
      runtime.store({ ...at(hours), event_type: 'plan_step' });
      runtime.store({ ...at(hours), call_counted: false, source: 'otel' });
      runtime.store({ ...at(hours) });
    }
    runtime.answer('/api/stats/tools', ({ query }) => ({ tools: [counted(runtime.events, query.get('since') ?? '')] }));
  }

  /** As the backend counts, by the hour, and texts by the day. */
  function counted(events: readonly Row[], since: string): Row {
    const calls = (from: string) => events.filter((row) => row.tool_name === 'Bash' && String(row.created_at) >= from && row.event_type !== 'plan_step' && row.call_counted !== false);
    const texts = calls(since.slice(0, 10)).filter((row) => row.status === 'error' && (row.metadata as Row).error === 'exit …');
    return { tool_name: 'Bash', total_calls: calls(since).length, error_count: calls(since).filter((row) => row.status === 'error').length, by_error: [{ text: 'exit …', count: texts.length }] };
  }

  const found = () => pages.live.page.locator('.count').innerText();

  it.each([
    ['calls', '/tools', '12', 1],
    ['calls', '/tools?range=24h', '4', 1],
    ['errors', '/tools', '6', 1],
    ['errors', '/tools?range=24h', '2', 1],
    ['a text', '/tools', '3', 0],
    ['a text', '/tools?range=24h', '1', 0],
  ])('%s on %s', async (_, path, number, table) => {
    const { live } = pages;
    play();
    // Nothing of it may be in the page's memory.
    for (let n = 0; n < 250; n++) {
      live.runtime.store({ tool_name: 'Read' });
    }
    await live.open(path);
    const scope = table === 1 ? live.page.getByRole('table') : live.page.getByRole('region', { name: 'Most frequent errors' });
    await scope.getByRole('link', { name: number, exact: true }).click();

    await expect.poll(found).toBe(`${number} of ${number}`);
  });

  it('new events outside the time or twice told do not enter, others do', async () => {
    const { live } = pages;
    play();
    const until = new Date(Date.now() + hour).toISOString();
    await live.open(`/?tool=Bash&calls=1&until=${until}`);
    await expect.poll(found).toBe('12 of 12');
    await live.awayFromRows();
    live.runtime.emit({ created_at: new Date(Date.now() + 2 * hour).toISOString(), metadata: { command: 'too late' } });
    live.runtime.emit({ call_counted: false, metadata: { command: 'told again' } });
    live.runtime.emit({ metadata: { command: 'in time' } });
    await live.row('in time').waitFor();

    expect(await found()).toBe('13 of 13');
    expect(await live.row('too late').count()).toBe(0);
    await live.page.getByRole('button', { name: /^Remove the filter Time: until / }).click();
    await live.row('too late').waitFor();
    expect(live.query()).toBe('?tool=Bash&calls=1');
    await live.page.getByRole('button', { name: 'Remove the filter Calls: each once' }).click();
    await live.row('told again').waitFor();
  });

  it('a failure that says the same comes to those that are shown, one that says another does not', async () => {
    const { live } = pages;
    play();
    await live.open(`/?${new URLSearchParams({ tool: 'Bash', errors: '1', calls: '1', error: 'exit …' })}`);
    await expect.poll(found).toBe('3 of 3');
    await live.awayFromRows();
    live.runtime.emit({ status: 'error', metadata: { command: 'other', error: 'no such file' } });
    live.runtime.emit({ ...failing, metadata: { ...failing.metadata, command: 'make again' } });
    await live.row('make again').waitFor();

    expect(await found()).toBe('4 of 4');
    expect(await live.row('other').count()).toBe(0);
  });

  it('who waits leads to what that session did, whatever was looked at before', async () => {
    const { live } = pages;
    play();
    live.runtime.store({ session_id: 'waits', event_type: 'user_prompt', tool_name: null, metadata: { message: 'Push it' } }, { waiting: 'Allow: git push' });
    await live.open('/?tool=Bash&errors=1&since=2026-01-01T00:00:00Z');
    await live.page.getByRole('link', { name: 'Tools', exact: true }).click();
    await live.page.getByRole('heading', { name: 'Tools', level: 1 }).waitFor();
    await live.page.getByRole('region', { name: /Needs you/ }).getByRole('button').click();

    await live.row('Push it').waitFor();
    expect(live.query()).toBe('?session=waits');
  });

  it('what failed lately leads to what failed lately, also if the newest events come late', async () => {
    const { live } = pages;
    play();
    live.runtime.store({ ...failing, metadata: { command: 'just now' } });
    await live.page.route('**/api/events?limit=200', async (route) => {
      await new Promise((late) => setTimeout(late, 500));
      await route.continue();
    });
    await live.open('/tools');
    await live.page.getByRole('link', { name: /^1 error/ }).click();

    await expect.poll(found).toBe('1 of 1');
    await live.row('just now').waitFor();
  });
});
