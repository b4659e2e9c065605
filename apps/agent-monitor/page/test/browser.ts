import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where Chromium is: what CHROMIUM names, else the first of the usual names on the PATH; null if there is none. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== '') {
    return named;
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(canRun) ?? null;
}

export const withoutDesktop = process.env.PROA_WITHOUT_DESKTOP === '1';

export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** A Chromium of its own with a fresh profile, which is removed at the end. */
export async function openBrowser(options: Parameters<typeof chromium.launchPersistentContext>[1] = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Error(
      `No Chromium was found (looked at CHROMIUM and for ${names.join(', ')} on the PATH). Install the package chromium, ` +
        'or set PROA_WITHOUT_DESKTOP=1 to leave the browser tests out.',
    );
  }
  const profile = mkdtempSync(join(tmpdir(), 'proa-page-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    // People have scroll bars, and what stands beside one has less space.
    ignoreDefaultArgs: ['--hide-scrollbars'],
    viewport: { width: 1440, height: 900 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ...options,
  });
  context.setDefaultTimeout(10_000);
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
