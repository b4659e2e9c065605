import { type MonitorEvent, readEvent, recentFailures, recentFrom } from './model/event.ts';
import { added, emptyFeed } from './model/feed.ts';
import { type Json, asCount, readAll } from './model/json.ts';

const most = 200;
/** The device's clock is known to some seconds only. */
const spareMs = 60_000;

/** What failed in the last 15 minutes, as far as that is needed to name it on every page: the newest ones, and whether there are more. */
export class RecentErrors {
  private known = $state.raw(emptyFeed);
  /** Older failures than these are not here. */
  private cut = $state.raw(false);
  private minute = $derived.by(() => Math.floor(this.now() / 60_000));
  /** Since when an error counts as recent, in milliseconds since 1970. */
  from = $derived(recentFrom(this.minute));
  /** Newest first. */
  rows = $derived(recentFailures(this.known.rows, this.minute));
  /** More failed than are here. */
  more = $derived(this.cut && this.rows.length === this.known.rows.length);

  constructor(private readonly now: () => number) {}

  /** What `/api/events` has to be asked for. */
  path(): string {
    return `/api/events?failed=true&since=${new Date(this.from - spareMs).toISOString()}&limit=${most}`;
  }

  /** Takes the answer to that. */
  read(answer: Json): void {
    const rows = readAll(answer.events, readEvent);
    this.cut = asCount(answer.total) > rows.length;
    this.add(rows);
  }

  /** Takes what the channel brought, failed or not. */
  take(events: readonly MonitorEvent[]): void {
    this.add(recentFailures(events, this.minute));
  }

  private add(failures: readonly MonitorEvent[]): void {
    if (failures.length > 0) {
      const { rows, fell, hole } = added(this.known, failures, most);
      this.cut ||= fell.length > 0;
      this.known = { rows, fell: [], hole };
    }
  }
}
