import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const css = readFileSync(new URL('../src/tokens.css', import.meta.url), 'utf8');
const colours = new Map([...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [name, { light, dark }]));

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(theme: 'light' | 'dark', ink: string, ground: string): number {
  const [lighter, darker] = [ink, ground].map((name) => luminance(colours.get(name)?.[theme] ?? '')).sort((a, b) => b - a);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

const grounds = ['paper', 'surface', 'hover', 'chosen', 'sunk'];
const texts = ['ink', 'ink-2', 'accent', 'running', 'waiting', 'idle', 'ended', 'error', 'unknown'];
const pairs = (['light', 'dark'] as const).flatMap((theme) => [
  ...texts.flatMap((ink) => grounds.map((ground) => ({ theme, ink, ground, least: ink.startsWith('ink') ? 7 : 4.5 }))),
  { theme, ink: 'accent-ink', ground: 'accent', least: 7 },
  { theme, ink: 'waiting', ground: 'waiting-ground', least: 7 },
  { theme, ink: 'error', ground: 'error-ground', least: 7 },
  { theme, ink: 'ink', ground: 'waiting-ground', least: 7 },
  ...['1', '2', '3', '4', '5', '6', '7', '8', 'rest'].map((series) => ({ theme, ink: `series-${series}`, ground: 'surface', least: 3 })),
  { theme, ink: 'line-strong', ground: 'surface', least: 3 },
  { theme, ink: 'line-strong', ground: 'paper', least: 3 },
]);

it.each(pairs)('$ink on $ground is readable in the $theme theme (at least $least)', ({ theme, ink, ground, least }) => {
  expect(contrast(theme, ink, ground)).toBeGreaterThanOrEqual(least);
});
