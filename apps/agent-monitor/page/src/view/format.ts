import { strings } from '../strings.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
// Made once: making one takes longer than drawing a row.
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long', hourCycle: 'h23' });
const monthAndDay = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const fullDay = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'short', day: 'numeric' });
const toTheSecond = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A count with its thousands apart: 12,345. */
export function count(value: number): string {
  return whole.format(value);
}

/** A count for tight places: 9,812, then 41 k, 1.2 M, 3.4 B. */
export function short(value: number): string {
  if (value < 10_000) {
    return count(value);
  }
  for (const [unit, size] of [['k', 1e3], ['M', 1e6], ['B', 1e9]] as const) {
    const amount = value / size;
    if (amount < 999.5 || unit === 'B') {
      return `${amount < 9.95 ? amount.toFixed(1) : whole.format(amount)} ${unit}`;
    }
  }
  return count(value);
}

/** US dollars: four significant digits below one, two decimals from one on; null is unknown and never a number. */
export function cost(usd: number | null): string {
  if (usd === null) {
    return strings.unknown;
  }
  if (usd === 0) {
    return '$0.00';
  }
  if (Math.abs(usd) >= 0.99995) {
    return `$${cents.format(usd)}`;
  }
  const decimals = Math.min(9, 3 - Math.floor(Math.log10(Math.abs(usd))));
  return `$${usd.toFixed(decimals)}`;
}

/** The same of a sum that leaves something out: ≥ $0.84. */
export function costAtLeast(usd: number | null, more: boolean): string {
  return usd !== null && more ? `≥ ${cost(usd)}` : cost(usd);
}

/** A cost without its sign, for a column or axis that has it in its head. */
export function amount(usd: number): string {
  return cost(usd).replace('$', '');
}

/** 340 ms, 4.2 s, 41 s, 12 min, 3 h 20 min, 2 d 3 h. */
export function duration(ms: number): string {
  if (ms < 999.5) {
    return `${Math.max(0, Math.round(ms))} ms`;
  }
  if (ms < 9_950) {
    return `${(ms / secondMs).toFixed(1)} s`;
  }
  return ms < 59_500 ? `${Math.round(ms / secondMs)} s` : coarse(ms);
}

/** An age that is read again and again: whole seconds, then as `duration`. */
export function age(ms: number): string {
  return ms < minuteMs ? `${Math.max(0, Math.floor(ms / secondMs))} s` : coarse(ms);
}

function coarse(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / minuteMs));
  if (minutes < 60) {
    return `${minutes} min`;
  }
  if (ms < dayMs) {
    return withRest(Math.floor(ms / hourMs), 'h', minutes % 60, 'min');
  }
  return withRest(Math.floor(ms / dayMs), 'd', Math.floor((ms % dayMs) / hourMs), 'h');
}

function withRest(amount: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${amount} ${unit}` : `${amount} ${unit} ${rest} ${restUnit}`;
}

/** The local time of day, 12:41:07. */
export function clock(at: number | null): string {
  if (at === null) {
    return '–';
  }
  const time = new Date(at);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** The full local time with its zone, for when someone asks exactly. */
export function exactTime(at: number | null): string {
  return at === null ? strings.unknown : exact.format(at);
}

/** The full local time where its zone is plain. */
export function fullTime(at: number | null): string {
  return at === null ? strings.unknown : toTheSecond.format(at);
}

/** The day as a person says it, with the year if it is another one; null for today. */
export function dayOf(at: number | null, now: number): string | null {
  if (at === null) {
    return null;
  }
  const [day, today] = [new Date(at), new Date(now)];
  if (day.toDateString() === today.toDateString()) {
    return null;
  }
  return (day.getFullYear() === today.getFullYear() ? monthAndDay : fullDay).format(day);
}

/** The local time to the minute, with the day unless it is today: Nov 20, 10:41. */
export function moment(at: number, now: number): string {
  const day = dayOf(at, now);
  return `${day === null ? '' : `${day}, `}${clock(at).slice(0, 5)}`;
}

/** A share from 0 to 1: < 0.1 %, 0.4 %, 6.2 %, 63 %, 100 %; null is unknown. */
export function percent(share: number | null): string {
  if (share === null) {
    return strings.unknown;
  }
  const hundredths = share * 100;
  if (hundredths > 0 && hundredths < 0.05) {
    return '< 0.1 %';
  }
  return `${hundredths > 0 && hundredths < 9.95 ? hundredths.toFixed(1) : whole.format(hundredths)} %`;
}

/** 512 B, 4.2 kB, 38 MB, 1.4 GB: thousands, as disks are sold. */
export function bytes(value: number): string {
  if (value < 1_000) {
    return `${whole.format(value)} B`;
  }
  const [unit, size] = value < 999_500 ? ['kB', 1e3] : value < 999_500_000 ? ['MB', 1e6] : ['GB', 1e9];
  const amount = value / Number(size);
  return `${amount < 9.95 ? amount.toFixed(1) : whole.format(amount)} ${unit}`;
}
