const hourMs = 3_600_000;
const mostHours = 96;

export type Bucket = 'hour' | 'day';

/** Hours are told apart within four days, beyond that they are days. */
export function bucketFor(from: number, to: number): Bucket {
  return to - from <= mostHours * hourMs ? 'hour' : 'day';
}

/** When the bucket that begins at `start` is over; a local day may have 23 or 25 hours. */
export function endOf(start: number, bucket: Bucket): number {
  if (bucket === 'hour') {
    return start + hourMs;
  }
  const day = new Date(start);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
}

/** The local day of a moment as 2026-11-21. */
export function dayKey(at: number): string {
  const day = new Date(at);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}
