import { type MonitorEvent, failed, readEvent } from './model/event.ts';
import { type Feed, added, caughtUp, emptyFeed } from './model/feed.ts';
import { type Filters, asksServer, eventMatches, forServer, fromQuery, givenMatches, isOpen, noFilters, restMatches, serverMatches, toQuery } from './model/filters.ts';
import { asCount, readAll } from './model/json.ts';
import { type Past, noPast, pastAfter, released, withNewest, withPage } from './model/past.ts';
import { pageAddress } from './model/route.ts';
import type { Session } from './model/session.ts';
import { read, reason } from './api.ts';
import { router } from './router.svelte.ts';
import { cachedLine, entriesOf } from './view/entries.ts';

/** How many events are read at once. */
export const pageSize = 200;
const noSessions: ReadonlyMap<string, Session> = new Map();

/** The lines of the live page: the newest events, what was read of those before, the filters, and where someone reads. */
export class LiveFeed {
  feed = $state.raw<Feed>(emptyFeed);
  /** What the page shows; its address says the same. */
  filters = $state.raw<Filters>(router.place.page === 'live' ? fromQuery(location.search) : noFilters);
  /** Events with a greater id wait behind the counter; null while nobody reads. */
  ceiling = $state.raw<number | null>(null);
  past = $state.raw<Past>(noPast);
  olderFault = $state.raw<string | null>(null);
  olderBusy = $state.raw(false);
  total = $state.raw(0);
  /** The newest stored events have been read. */
  loaded = $state.raw(false);

  /** Every stored event is here. */
  whole = $derived(this.loaded && this.feed.rows.length >= this.total);
  matching = $derived.by(() => {
    const { filters, feed } = this;
    if (isOpen(filters)) {
      return feed.rows;
    }
    const sessions = filters.state === null ? noSessions : this.sessions();
    return feed.rows.filter((event) => eventMatches(filters, event, sessions));
  });
  private lines = $derived.by(() => {
    const { ceiling, matching, past, filters } = this;
    const sessions = filters.state === null ? noSessions : this.sessions();
    const all = past.rows.length === 0 ? matching : [...matching, ...past.rows.filter((event) => restMatches(filters, event, sessions))];
    return entriesOf(all, ceiling);
  });
  /** The newest line of each session among the newest events: what it does, as far as the backend does not say it. */
  latest = $derived.by(() => {
    const lines = new Map<string, string>();
    for (const event of this.feed.rows.slice(0, pageSize)) {
      if (!lines.has(event.sessionId)) {
        const { verb, subject } = cachedLine(event);
        lines.set(event.sessionId, `${verb} ${subject}`);
      }
    }
    return lines;
  });
  /** How many lines wait behind the counter. */
  private hidden = $derived.by(() => {
    const { ceiling, lines } = this;
    const first = ceiling === null ? 0 : lines.findIndex(({ id }) => id <= ceiling);
    return first < 0 ? lines.length : first;
  });
  /** The lines of the feed, newest first. */
  shown = $derived(this.hidden === 0 ? this.lines : this.lines.slice(this.hidden));
  /** How many events those lines stand for. */
  shownEvents = $derived(this.shown.reduce((sum, { events }) => sum + events, 0));
  fresh = $derived(this.lines.slice(0, this.hidden).reduce((sum, { times }) => sum + times, 0));
  /** More lines wait than are counted. */
  freshMore = $derived(this.past.gap !== 0);
  hasOlder = $derived.by(() => {
    const { past, total, feed } = this;
    return past.gap !== null && (past.left === null ? total > feed.rows.length + past.rows.length : past.left > 0);
  });
  /** How many events the server holds for the filters it knows; all of them until it was asked. */
  stored = $derived.by(() => {
    const { filters, past, feed, total } = this;
    return past.left === null || forServer(filters).size === 0 ? Math.max(total, feed.rows.length) : this.known() + past.left;
  });

  /** When older events were asked for last, by this device's clock. */
  olderTriedAt = 0;
  private lossAfter: number | null = null;
  private olderRun = 0;
  /** Something failed that may say what is asked for; only the server can tell. */
  private untold = false;

  constructor(private readonly sessions: () => ReadonlyMap<string, Session>) {}

  /** Shows what matches and makes it the page's address; typing replaces the address, choosing adds one to go back to. */
  filter(change: Partial<Filters>, typing = false): void {
    const filters = { ...this.filters, ...change };
    router.go(pageAddress('live') + toQuery(filters), typing ? 'replace' : 'push');
    this.filtered(filters);
  }

  /** Shows what the live page's address says. */
  follow(search: string): void {
    const filters = fromQuery(search);
    if (toQuery(filters) !== toQuery(this.filters)) {
      this.filtered(filters);
    }
  }

  clearFilters(): void {
    this.filter(noFilters);
  }

  /** Holds the feed still while someone reads it. */
  read(reading: boolean): void {
    if (!reading) {
      this.ceiling = null;
      this.letGo();
    } else if (this.ceiling === null) {
      this.ceiling = this.feed.rows[0]?.id ?? null;
    }
  }

  showFresh(): void {
    if (this.ceiling !== null) {
      this.ceiling = this.feed.rows[0]?.id ?? null;
      this.letGo();
    }
  }

  /** Adds what the channel brought. */
  take(events: readonly MonitorEvent[]): void {
    const newest = this.feed.rows[0]?.id ?? -Infinity;
    const ids = new Set(events.map((event) => event.id).filter((id) => id > newest));
    this.show(added(this.feed, events), ids.size);
    this.untold ||= this.filters.error !== null && events.some((event) => failed(event) && givenMatches(this.filters, event));
  }

  /** Something was lost: what comes from now on may leave a hole behind what is here. */
  lost(): void {
    this.lossAfter ??= this.feed.rows[0]?.id ?? null;
  }

  /** Adds a reading of the newest events; `total` are all that are stored. */
  catchUp(rows: readonly MonitorEvent[], total: number): void {
    this.show(caughtUp(this.feed, rows, rows.length < pageSize, this.lossAfter), 0);
    this.lossAfter = null;
    this.total = Math.max(total, this.feed.rows.length);
    this.loaded = true;
    this.readPast();
  }

  /** Reads the next page of what lies before the rows that are here, for the filters the server knows. */
  async readOlder(): Promise<void> {
    if (this.olderBusy || this.past.gap === null) {
      return;
    }
    const run = ++this.olderRun;
    const filters = this.filters;
    const offset = this.known();
    const query = forServer(filters);
    query.set('limit', String(pageSize));
    query.set('offset', String(offset));
    this.olderBusy = true;
    this.olderTriedAt = Date.now();
    try {
      const answer = await read(`/api/events?${query}`);
      if (run === this.olderRun && this.past.gap !== null) {
        const oldest = filters.error === null ? (this.feed.rows.at(-1)?.id ?? Infinity) : Infinity;
        const beforeAll = this.past.gap === 0 ? oldest : (this.ceiling ?? Infinity) + 1;
        const floor = this.past.rows.at(-1)?.id ?? beforeAll;
        const page = readAll(answer.events, readEvent);
        const left = page.length === 0 ? 0 : Math.max(0, asCount(answer.total) - offset - page.length);
        this.past = withPage(this.past, floor, page.filter((event) => givenMatches(filters, event)), left);
        this.olderFault = null;
      }
    } catch (failure) {
      if (run === this.olderRun) {
        this.olderFault = reason(failure);
      }
    } finally {
      if (run === this.olderRun) {
        this.olderBusy = false;
      }
    }
  }

  /** Asks the server for failures that came since it was asked; to be called as often as one likes. */
  async readFailures(): Promise<void> {
    if (!this.untold || this.olderBusy || this.past.left === null) {
      return;
    }
    this.untold = false;
    const run = this.olderRun;
    const query = forServer(this.filters);
    query.set('limit', String(pageSize));
    try {
      const answer = await read(`/api/events?${query}`);
      if (run === this.olderRun) {
        this.past = withNewest(this.past, readAll(answer.events, readEvent), asCount(answer.total));
      }
    } catch (failure) {
      this.untold = run === this.olderRun;
      reason(failure); // It is asked again; a defect is told.
    }
  }

  /** Tries again what could not be read. */
  readOlderAgain(): void {
    if (this.olderFault !== null) {
      void this.readOlder();
    }
  }

  private filtered(filters: Filters): void {
    const before = this.filters;
    this.filters = filters;
    if (forServer(before).toString() !== forServer(filters).toString()) {
      this.forget();
      // What the reader has seen may be of the past only, which is another one now.
      if (this.ceiling !== null) {
        this.ceiling = this.feed.rows[0]?.id ?? null;
      }
      this.readPast();
    }
  }

  /** How many stored events are here or between those that are here, for the filters the server knows. */
  private known(): number {
    const { filters, feed, past } = this;
    return feed.rows.filter((event) => serverMatches(filters, event)).length + (past.gap ?? 0) + past.rows.length;
  }

  /** What is in memory may hold little of what is wanted; its own past is one question away, once it is known before what. */
  private readPast(): void {
    if (this.loaded && asksServer(this.filters) && this.past.left === null) {
      void this.readOlder();
    }
  }

  private forget(): void {
    this.past = noPast;
    this.untold = false;
    this.olderRun += 1; // An answer that is on its way belongs to what was.
    this.olderBusy = false;
    this.olderFault = null;
  }

  /** What was kept only for the reader goes. */
  private letGo(): void {
    const past = released(this.past);
    if (past === noPast && this.past !== noPast) {
      this.forget();
      this.readPast();
    }
    this.past = past;
  }

  private show(feed: Feed, arrived: number): void {
    const { filters, past } = this;
    const fell = feed.fell.filter((event) => serverMatches(filters, event));
    this.feed = { ...feed, fell: [] };
    if (feed.hole && this.ceiling === null) {
      this.forget();
    } else {
      this.past = pastAfter(past, { ...feed, fell }, this.ceiling, this.olderBusy);
    }
    this.total = Math.max(this.total + arrived, feed.rows.length);
  }
}
