import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type Browser, openBrowser, withoutDesktop } from './browser.ts';
import { TestRuntime } from './test-runtime.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Shift {
  readonly value: number;
  readonly sources: string[];
}

declare global {
  interface Window {
    shifts: Shift[];
    attacked?: boolean;
    axe?: { run(options: { runOnly?: string[]; resultTypes: string[] }): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> };
  }
}

function watchShifts(): void {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean; sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[] }[]) {
      if (!entry.hadRecentInput) {
        const sources = entry.sources.map(({ node, previousRect, currentRect }) => {
          const what = (node instanceof Element ? node.outerHTML : (node?.textContent ?? '')).slice(0, 120);
          return `${what} from ${JSON.stringify(previousRect)} to ${JSON.stringify(currentRect)}`;
        });
        window.shifts.push({ value: entry.value, sources });
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** One test's page in a browser with a runtime of its own; afterwards the page must have had nothing to complain of. */
export class LivePage {
  complaints: string[] = [];

  constructor(
    readonly page: Page,
    readonly runtime: TestRuntime,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        this.complaints.push(message.text());
      }
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  /** Opens the page and waits until it says itself that it shows what it has. */
  async open(path = '/'): Promise<void> {
    await this.page.goto(this.runtime.url + path);
    await expect.poll(() => this.runtime.received.some((message) => message.t === 'ready')).toBe(true);
    await this.settled();
  }

  /** Two frames later everything that was applied is drawn. */
  async settled(): Promise<void> {
    await this.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }

  row(text: string | RegExp): Locator {
    return this.page.locator('#feed').getByRole('option').filter({ hasText: text });
  }

  rows(): Promise<number> {
    return this.page.locator('#feed').getByRole('option').count();
  }

  query(): string {
    return new URL(this.page.url()).search;
  }

  awayFromRows(): Promise<void> {
    return this.page.mouse.move(5, 5);
  }

  async expectAccessible(): Promise<void> {
    expect(await this.faults({})).toEqual([]);
  }

  /** The same page in the other colours: its tree is the same, so that only its contrast can be another. */
  async expectContrast(colorScheme: 'light' | 'dark'): Promise<void> {
    await this.page.emulateMedia({ colorScheme });
    await this.settled();
    expect(await this.faults({ runOnly: ['color-contrast'] })).toEqual([]);
  }

  private async faults(options: { runOnly?: string[] }): Promise<string[]> {
    if (await this.page.evaluate(() => window.axe === undefined)) {
      await this.page.evaluate(axe);
    }
    // What passes need not be described.
    const found = await this.page.evaluate((asked) => window.axe?.run({ ...asked, resultTypes: ['violations'] }), options);
    expect(found).toBeDefined();
    return found?.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join('\n')}`) ?? [];
  }
}

const told = ['console', 'pageerror'] as const;

/**
 * Gives each test of a file a page that nothing was done in, in the file's one browser. The tests share a tab and the address of their
 * runtimes as long as nothing goes wrong: for another address the browser would begin another process, which takes longer than most tests.
 */
export function livePages(): { readonly live: LivePage } {
  let browser: Browser;
  let tab: Page | null = null;
  let port = 0;
  let current: LivePage | null = null;
  const pages = {
    get live(): LivePage {
      if (current === null) {
        throw new Error('There is a page only within a test.');
      }
      return current;
    },
  };

  async function opened(): Promise<Page> {
    const page = await browser.context.newPage();
    await page.addInitScript(watchShifts);
    // A form that was not saved asks before it is left.
    page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
    return page;
  }

  /** Leaves the app and what it keeps on the device; what is shown then is of the same address. */
  async function left({ page, runtime }: LivePage): Promise<void> {
    await page.unrouteAll();
    await page.evaluate(() => localStorage.clear());
    told.forEach((event) => page.removeAllListeners(event));
    await page.goto(`${runtime.url}/icon.svg`, { timeout: 2_000 });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: null });
    await page.mouse.move(0, 0);
  }

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    const runtime = new TestRuntime(port);
    await runtime.start();
    port = Number(new URL(runtime.url).port);
    tab ??= await opened();
    current = new LivePage(tab, runtime);
  });
  afterEach(async ({ task }) => {
    const { live } = pages;
    const whole = task.result?.state !== 'fail' && (await left(live).then(() => true, () => false));
    if (!whole) {
      tab = null;
      await live.page.close();
    }
    await live.runtime.stop();
    expect(live.complaints).toEqual([]);
  });
  return pages;
}

export const inBrowser = !withoutDesktop;

if (withoutDesktop) {
  console.warn('PROA_WITHOUT_DESKTOP=1: left out are all tests of the agent monitor’s page in a browser.');
}
