import { type MonitorEvent, failed } from '../model/event.ts';

export interface Bar {
  readonly all: number;
  readonly failed: number;
}

/**
 * Events per minute for the `minutes` minutes that end with `minute` (minutes since 1970), oldest first. A minute that may hold events which
 * are not among these is null: unless they are `whole`, what lies before the oldest event's minute is not known, and neither is that minute.
 */
export function perMinute(events: readonly MonitorEvent[], minute: number, minutes: number, whole: boolean): (Bar | null)[] {
  const bars = Array.from({ length: minutes }, () => ({ all: 0, failed: 0 }));
  const first = minute - minutes + 1;
  const oldest = events.at(-1)?.at ?? null;
  for (const event of events) {
    const index = event.at === null ? -1 : Math.floor(event.at / 60_000) - first;
    if (event.at !== null && index < 0) {
      break; // Newest first: all that follow are older still.
    }
    const bar = bars[index];
    if (bar !== undefined) {
      bar.all += 1;
      bar.failed += failed(event) ? 1 : 0;
    }
  }
  const known = whole ? -Infinity : oldest === null ? Infinity : Math.floor(oldest / 60_000) + 1;
  return bars.map((bar, index) => (first + index >= known ? bar : null));
}
