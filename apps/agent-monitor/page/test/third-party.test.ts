import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const built = (path: string) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));

it('names the packages in the page with their licences', () => {
  const notices = readFileSync(built('third-party.txt'), 'utf8');
  const { version } = JSON.parse(readFileSync(fileURLToPath(new URL('../../../../node_modules/svelte/package.json', import.meta.url)), 'utf8')) as { version: string };

  expect(notices).toContain(`svelte ${version} (MIT)`);
  expect(notices).toMatch(/uplot [\d.]+ \(MIT\)/);
  expect(notices).toContain('Svelte Contributors');
  expect(notices).toContain('Leon Sorokin');
  expect(notices).not.toMatch(/vite|axe|playwright|@proa/);
});

it('brings no font and nothing from elsewhere', () => {
  const files = readdirSync(built(''), { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /\.(woff2?|ttf|otf|eot)$/.test(file))).toEqual([]);
  const texts = files.filter((file) => /\.(html|css|js)$/.test(file)).map((file) => readFileSync(built(file), 'utf8'));
  expect(texts.length).toBeGreaterThan(20);
  expect(texts.filter((text) => /(src|href|@import|url)\s*[=(]\s*["']?https?:/.test(text))).toEqual([]);
});
