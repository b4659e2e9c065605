import { describe, expect, it } from 'vitest';
import { inBrowser, livePages } from './live-page.ts';
import type { Row } from './rows.ts';

describe.runIf(inBrowser)('the live page after hours', () => {
  const pages = livePages();

  /** So many events at once, as a busy day brings them. */
  function flood(count: number, change: Row = {}): void {
    const { runtime } = pages.live;
    for (let sent = 0; sent < count; sent += 500) {
      const rows = Array.from({ length: Math.min(500, count - sent) }, (_, index) => runtime.store({ metadata: { command: `flood ${sent + index}` }, ...change }));
      runtime.publish(rows.map((data) => ({ id: String(data.id), scope: data.session_id, type: 'event', data, n: 1 })));
    }
  }

  it('tells in the title who waits although it is hidden and gets no frames', async () => {
    const { live } = pages;
    await live.open();
    await live.page.evaluate(() => (window.requestAnimationFrame = () => 0));
    live.runtime.emit({ session_id: 'w' }, { waiting: 'Allow: git push' });
    await expect.poll(() => live.runtime.received.some(({ t }) => t === 'ack')).toBe(true);
    await live.page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect.poll(() => live.page.title()).toBe('(1) Agent monitor · Proa');
    live.runtime.emit({ session_id: 'v' }, { waiting: 'Allow: ls' });

    await expect.poll(() => live.page.title()).toBe('(2) Agent monitor · Proa');
  });

  it('keeps no more than it can hold for a frame that does not come', async () => {
    const { live } = pages;
    await live.open();
    await live.page.evaluate(() => (window.requestAnimationFrame = () => 0));
    live.runtime.emit({ session_id: 'w' }, { waiting: 'Allow: git push' });
    flood(9_990);
    await expect.poll(() => live.runtime.received.findLast(({ t }) => t === 'ack')?.s).toBe(21);
    expect(await live.page.title()).toBe('Agent monitor · Proa');
    flood(10);

    await expect.poll(() => live.page.title()).toBe('(1) Agent monitor · Proa');
  });

  it('keeps what is read, however many events come meanwhile', async () => {
    const { live } = pages;
    live.runtime.store({ metadata: { command: 'echo read by someone' } });
    await live.open();
    await live.row('read by someone').hover();
    flood(10_050);
    await live.page.getByRole('button', { name: /^10000\+ new/ }).waitFor();
    expect(await live.row('read by someone').count()).toBe(1);
    await live.awayFromRows();

    await live.row('flood 10049').waitFor();
    expect(await live.row('read by someone').count()).toBe(0);
  });

  it('keeps the past of a chosen session while others fill the feed', async () => {
    const { live } = pages;
    for (let n = 0; n < 3; n++) {
      live.runtime.store({ session_id: 'quiet', metadata: { command: `quiet ${n}` } });
    }
    await live.open('/?session=quiet');
    await expect.poll(() => live.rows()).toBe(3);
    flood(10_010);
    live.runtime.emit({ session_id: 'quiet', metadata: { command: 'after the flood' } });
    await live.row('after the flood').waitFor();

    expect(await live.rows()).toBe(4);
    expect(await live.page.getByText('4 of 4').count()).toBe(1);
  });

  it('reads the past of the session that was chosen last, also while another’s is on its way', async () => {
    const { live } = pages;
    for (const session of ['slow', 'quick']) {
      live.runtime.store({ session_id: session, project: session, metadata: { command: `of ${session}` } });
    }
    for (let n = 0; n < 200; n++) {
      live.runtime.store({ session_id: 'other', metadata: { command: `other ${n}` } });
    }
    let release: () => void = () => undefined;
    const held = new Promise<void>((go) => (release = go));
    await live.page.route('**/api/events?session_id=slow*', async (route) => {
      await held;
      await route.continue();
    });
    await live.open('/?session=slow');
    await live.page.getByRole('listitem').filter({ hasText: 'quick' }).getByRole('button').first().click();
    await expect.poll(() => live.query()).toBe('?session=quick');
    await live.row('of quick').waitFor();
    release();
    await live.page.waitForResponse((response) => response.url().includes('session_id=slow'));
    await live.settled();

    expect(await live.rows()).toBe(1);
  });

  it('knows what failed lately however much has come since', async () => {
    const { live } = pages;
    live.runtime.store({ status: 'error', created_at: new Date(Date.now() - 14 * 60_000).toISOString() });
    // Asked for, since the device's clock is known to some seconds only, but too old.
    live.runtime.store({ status: 'error', created_at: new Date((Math.floor(Date.now() / 60_000) - 15) * 60_000 - 30_000).toISOString() });
    for (let n = 0; n < 230; n++) {
      const at = new Date(Date.now() - (240 - n) * 3_000 - 30_000).toISOString();
      live.runtime.store({ metadata: { command: `fine ${n}` }, created_at: at });
    }
    await live.open('/');

    await live.page.getByRole('link', { name: /^1 error in 15 min/ }).waitFor();
    live.runtime.emit({ status: 'timeout' });
    await live.page.getByRole('link', { name: /^2 errors in 15 min/ }).waitFor();
  });

  it('says so when more failed than it has', async () => {
    const { live } = pages;
    for (let n = 0; n < 230; n++) {
      live.runtime.store({ status: 'error' });
    }
    await live.open('/nowhere');

    await live.page.getByRole('link', { name: /^200\+ errors in 15 min/ }).waitFor();
  });
});
