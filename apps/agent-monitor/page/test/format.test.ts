import { describe, expect, it } from 'vitest';
import { age, bytes, clock, cost, count, dayOf, duration, percent, short } from '../src/view/format.ts';

describe('a cost', () => {
  it.each([
    [0.84, '$0.8400'],
    [0.0001234567, '$0.0001235'],
    [0.05213, '$0.05213'],
    [0.99999, '$1.00'],
    [0.9999, '$0.9999'],
    [1, '$1.00'],
    [12.345, '$12.35'],
    [1234.5, '$1,234.50'],
    [0, '$0.00'],
    [1e-12, '$0.000000000'],
  ])('of %f dollars reads %s', (usd, text) => expect(cost(usd)).toBe(text));

  it('that is not known is never a number', () => expect(cost(null)).toBe('unknown'));
});

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [340, '340 ms'],
    [999, '999 ms'],
    [1_000, '1.0 s'],
    [4_210, '4.2 s'],
    [9_960, '10 s'],
    [41_210, '41 s'],
    [60_000, '1 min'],
    [12 * 60_000 + 59_000, '12 min'],
    [3 * 3_600_000 + 20 * 60_000, '3 h 20 min'],
    [2 * 86_400_000 + 3 * 3_600_000, '2 d 3 h'],
    [86_400_000, '1 d'],
  ])('of %i ms reads %s', (ms, text) => expect(duration(ms)).toBe(text));
});

describe('an age', () => {
  it.each([
    [-5, '0 s'],
    [40_900, '40 s'],
    [59_999, '59 s'],
    [61_000, '1 min'],
  ])('of %i ms reads %s', (ms, text) => expect(age(ms)).toBe(text));
});

describe('a count', () => {
  it('has its thousands apart', () => expect(count(1_234_567)).toBe('1,234,567'));

  it.each([
    [9_812, '9,812'],
    [41_234, '41 k'],
    [999_400, '999 k'],
    [999_600, '1.0 M'],
    [1_234_567, '1.2 M'],
    [3_400_000_000, '3.4 B'],
  ])('%i in a tight place reads %s', (value, text) => expect(short(value)).toBe(text));
});

it('shows the local time of day with seconds', () => {
  expect(clock(new Date(2026, 10, 20, 9, 5, 7).getTime())).toBe('09:05:07');
  expect(clock(null)).toBe('–');
});

it('names another day, with its year if that is another one', () => {
  const now = new Date(2026, 10, 20, 9).getTime();
  expect(dayOf(new Date(2026, 10, 20, 1).getTime(), now)).toBeNull();
  expect(dayOf(new Date(2026, 0, 2, 23).getTime(), now)).toBe('Jan 2');
  expect(dayOf(new Date(2025, 11, 31, 9).getTime(), now)).toBe('Dec 31, 2025');
});

it.each([
  [0, '0 %'],
  [0.0043, '0.4 %'],
  [0.0999, '10 %'],
  [0.63, '63 %'],
  [1, '100 %'],
  [null, 'unknown'],
  [0.0001, '< 0.1 %'],
])('a share of %f reads %s', (share, text) => expect(percent(share)).toBe(text));

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [4_210, '4.2 kB'],
  [38_400_000, '38 MB'],
  [999_600, '1.0 MB'],
  [1_400_000_000, '1.4 GB'],
])('%i bytes read %s', (value, text) => expect(bytes(value)).toBe(text));
