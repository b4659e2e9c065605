import { endOf } from '../model/buckets.ts';

/** One line of a legend and its bars; a null is a gap: nothing happened. */
export interface Series {
  readonly key: string;
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** More than this many cannot be told apart; the rest is drawn as one. */
export const mostSeries = 5;

/** The greatest five as they came, the rest added up under `others`, which always stands last. */
export function atMostFive(series: readonly Series[], others: { readonly key: string; readonly name: string }): readonly Series[] {
  const rest = series.filter((one) => one.key === others.key);
  const named = series.filter((one) => one.key !== others.key);
  const kept = new Set([...named].sort((a, b) => totalOf(b) - totalOf(a)).slice(0, mostSeries));
  const left = [...rest, ...named.filter((one) => !kept.has(one))];
  const shown = named.filter((one) => kept.has(one));
  return left.length === 0 ? shown : [...shown, { ...others, values: added(left) }];
}

export function totalOf(series: Series): number {
  return series.values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** The sum of each bucket; a gap where all have one. */
export function added(series: readonly Series[]): readonly (number | null)[] {
  const length = Math.max(0, ...series.map((one) => one.values.length));
  return Array.from({ length }, (_, index) => {
    const values = series.map((one) => one.values[index] ?? null).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
  });
}

/** Where the bars stand along x: each begins at its start, the last ends with its bucket. */
export function edgesOf(starts: readonly number[], bucket: 'hour' | 'day'): readonly number[] {
  const last = starts.at(-1);
  return last === undefined ? [] : [...starts, endOf(last, bucket)];
}

/** Fewer buckets than this would be drawn as walls. */
const fewest = 8;

/** What is shown along x: all buckets, and the whole range if the page looks at one; a short past is given room at the left. */
export function spanOf(edges: readonly number[], from: number | null, to: number | null): [number, number] {
  const first = Math.min(edges[0] ?? 0, from ?? Infinity);
  const last = Math.max(edges.at(-1) ?? 1, Math.min(to ?? -Infinity, Number.MAX_SAFE_INTEGER));
  const wide = (edges[1] ?? last) - (edges[0] ?? first);
  return from === null && last - first < fewest * wide ? [last - fewest * wide, last] : [first, last];
}

/** The bucket that holds a moment; null beside all. */
export function bucketAt(edges: readonly number[], at: number): number | null {
  const index = edges.findIndex((edge) => edge > at) - 1;
  return index < 0 ? null : index;
}

/** Whole buckets around what was marked. */
export function snapped(edges: readonly number[], from: number, to: number): { from: number; to: number } | null {
  const first = edges[0];
  const last = edges.at(-1);
  if (first === undefined || last === undefined) {
    return null;
  }
  const start = edges.findLast((edge) => edge <= from) ?? first;
  const end = edges.find((edge) => edge >= to) ?? last;
  return start < end ? { from: start, to: end } : null;
}

const dayMs = 86_400_000;
const time = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const date = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const dateOfWeek = new Intl.DateTimeFormat('en', { weekday: 'short', month: 'short', day: 'numeric' });
const month = new Intl.DateTimeFormat('en', { month: 'short' });

/** Labels along x in local time; the day or year stands below where it begins. `step` is the distance of two, in ms. */
export function timeTicks(splits: readonly number[], step: number): string[] {
  let before: string | null = null;
  return splits.map((at) => {
    const day = new Date(at);
    const [label, below] =
      step < dayMs ? [time.format(day), date.format(day)] : [step < 28 * dayMs ? date.format(day) : month.format(day), String(day.getFullYear())];
    const told = below === before ? label : `${label}\n${below}`;
    before = below;
    return told;
  });
}

/** A bucket in words: "Sat, Nov 21" or "Sat, Nov 21, 14:00–15:00". */
export function bucketName(start: number, bucket: 'hour' | 'day'): string {
  const day = dateOfWeek.format(start);
  return bucket === 'day' ? day : `${day}, ${time.format(start)}–${time.format(endOf(start, 'hour'))}`;
}

/** Labels of dollars with as many decimals as their distance needs. */
export function dollarTicks(values: readonly number[]): string[] {
  const step = distance(values);
  const needed = decimalsOf(step);
  const decimals = needed === 1 ? 2 : needed;
  const format = new Intl.NumberFormat('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return values.map((value) => (value === 0 ? '$0' : `$${format.format(value)}`));
}

/** Labels of amounts: 500, 20 k, 1.5 M. */
export function amountTicks(values: readonly number[]): string[] {
  const most = Math.max(0, ...values);
  const [size, unit] = most >= 1e9 ? [1e9, ' B'] : most >= 1e6 ? [1e6, ' M'] : most >= 1e4 ? [1e3, ' k'] : [1, ''];
  const step = distance(values) / size;
  const decimals = decimalsOf(step);
  const format = new Intl.NumberFormat('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return values.map((value) => (value === 0 ? '0' : `${format.format(value / size)}${unit}`));
}

/** As few as show the distance of two labels exactly. */
function decimalsOf(step: number): number {
  let decimals = 0;
  while (decimals < 9 && Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6) {
    decimals += 1;
  }
  return decimals;
}

function distance(values: readonly number[]): number {
  const [first, second] = values;
  return first === undefined || second === undefined ? 0 : Math.abs(second - first);
}
