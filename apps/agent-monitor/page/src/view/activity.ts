import { type MonitorEvent, failed, knownSince } from '../model/event.ts';

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
  for (const event of events) {
    const bar = event.at === null ? undefined : bars[Math.floor(event.at / 60_000) - first];
    if (bar !== undefined) {
      bar.all += 1;
      bar.failed += failed(event) ? 1 : 0;
    }
  }
  const known = Math.floor(knownSince(events, whole) / 60_000) + 1;
  return bars.map((bar, index) => (first + index >= known ? bar : null));
}
