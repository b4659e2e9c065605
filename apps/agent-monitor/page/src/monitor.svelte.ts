import { type Batch, Channel, type Connection, type UpstreamStatus } from '@proa/client';
import { tick } from 'svelte';
import { Fault, clockSkew, ingestAddress, read, reason } from './api.ts';
import { type Choices, noChoices, widened } from './model/choices.ts';
import { Frames } from './frames.ts';
import { type MonitorEvent, coveredMinutes, readEvent, recentFailures, recentFrom } from './model/event.ts';
import { type Feed, added, caughtUp, emptyFeed, feedLimit } from './model/feed.ts';
import { type Filters, asksServer, eventMatches, forServer, fromQuery, givenMatches, isOpen, noFilters, restMatches, serverMatches, toQuery } from './model/filters.ts';
import { asCount, asList, asNumber } from './model/json.ts';
import { type Past, noPast, pastAfter, released, withPage } from './model/past.ts';
import { type Session, inOrder, merged, readSession, within } from './model/session.ts';
import { type Stats, readStats } from './model/stats.ts';
import { pageAddress } from './model/route.ts';
import { cameBack } from './retry.ts';
import { router } from './router.svelte.ts';
import { strings } from './strings.ts';
import { cachedLine, entriesOf } from './view/entries.ts';

type Part = 'events' | 'sessions' | 'stats';

const pageSize = 200;
/** Those that run, wait or idle come first; of the ended ones the newest are enough here, the page of sessions has them all. */
const sessionLimit = 500;
/** With those that the channel told of since. */
const mostSessions = 1_000;
const retryAfterMs = 5_000;
const noSessions: ReadonlyMap<string, Session> = new Map();

/** Everything the page shows, kept current by the channel and read anew from `/api` at the start and after each loss. */
export class Monitor {
  connection = $state.raw<Connection>({ name: 'connecting' });
  upstreams = $state.raw<ReadonlyMap<string, UpstreamStatus>>(new Map());
  feed = $state.raw<Feed>(emptyFeed);
  sessions = $state.raw<ReadonlyMap<string, Session>>(noSessions);
  stats = $state.raw<Stats | null>(null);
  choices = $state.raw<Choices>(noChoices);
  loaded = $state.raw<Readonly<Record<Part, boolean>>>({ events: false, sessions: false, stats: false });
  faults = $state.raw<Readonly<Record<Part, string | null>>>({ events: null, sessions: null, stats: null });
  /** What the live page shows; its address says the same. */
  filters = $state.raw<Filters>(router.place.page === 'live' ? fromQuery(location.search) : noFilters);
  /** Events with a greater id wait behind the counter; null while nobody reads. */
  ceiling = $state.raw<number | null>(null);
  past = $state.raw<Past>(noPast);
  olderFault = $state.raw<string | null>(null);
  olderBusy = $state.raw(false);
  total = $state.raw(0);
  /** How many sessions there were when they were read; null if the backend does not say. */
  allSessions = $state.raw<number | null>(null);
  /** The runtime's time, as far as it is known: ages stay right when this device's clock is wrong. */
  now = $state.raw(Date.now());
  /** This device's own time, by which the page counts its tries. */
  here = $state.raw(Date.now());
  ingest = $state.raw<string>(strings.usualIngest);

  private minute = $derived(Math.floor(this.now / 60_000));
  ordered = $derived(inOrder(this.sessions.values()));
  waiting = $derived(this.ordered.filter((session) => session.state === 'waiting').reverse());
  /** The errors of the last quarter of an hour that are here, newest first. */
  recentErrors = $derived(recentFailures(this.feed.rows, this.minute));
  /** Every stored event is here. */
  whole = $derived(this.loaded.events && this.feed.rows.length >= this.total);
  /** Since when an error counts as recent. */
  recentFrom = $derived(recentFrom(this.minute));
  /** Of how many of those minutes all events are here. */
  errorMinutes = $derived(coveredMinutes(this.feed.rows, this.minute, this.whole));
  matching = $derived.by(() => {
    const { filters, feed } = this;
    if (isOpen(filters)) {
      return feed.rows;
    }
    const sessions = filters.state === null ? noSessions : this.sessions;
    return feed.rows.filter((event) => eventMatches(filters, event, sessions));
  });
  private lines = $derived.by(() => {
    const { ceiling, matching, past, filters, sessions } = this;
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
  nothingYet = $derived(this.loaded.events && this.feed.rows.length === 0 && this.sessions.size === 0 && this.total === 0);

  private readonly channel: Channel;
  private arrivedEvents: MonitorEvent[] = [];
  private arrivedSessions = new Map<string, Session>();
  private arrivedStats: Stats | null = null;
  private readonly frames = new Frames(() => this.draw());
  private reloading = false;
  private reloadAgain = false;
  private lossAfter: number | null = null;
  /** The sessions the channel told of while they are read; null while they are not. */
  private changedSessions: Set<string> | null = null;
  private watched: string | null = null;
  private olderRun = 0;
  private olderTriedAt = 0;
  private statsChanged = false;
  private triedAt = 0;
  private said = false;

  constructor() {
    this.channel = new Channel({
      batch: (batch) => this.take(batch),
      resync: () => {
        this.lossAfter ??= this.feed.rows[0]?.id ?? null;
        void this.reload();
      },
      connection: (state) => this.connected(state),
      status: (status) => (this.upstreams = new Map(this.upstreams).set(status.upstream, status)),
    });
    this.channel.activate(this.filters.session);
    setInterval(() => this.ticked(), 1_000);
    void ingestAddress().then((address) => (this.ingest = address));
  }

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

  /** Tells the runtime which session someone looks at, so that its events come first; null for none. */
  watch(session: string | null): void {
    this.watched = session;
    this.channel.activate(session);
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

  retry(): void {
    this.channel.retry();
  }

  async reload(): Promise<void> {
    this.reloadAgain = this.reloading;
    if (this.reloading) {
      return;
    }
    this.reloading = true;
    do {
      this.reloadAgain = false;
      this.triedAt = Date.now();
      await Promise.all([this.readEvents(), this.readSessions(), this.readStats()]);
    } while (this.reloadAgain);
    this.reloading = false;
    if (!this.said && this.loaded.events) {
      this.said = true;
      requestAnimationFrame(() => this.channel.ready({ events: this.feed.rows.length }));
    }
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

  private filtered(filters: Filters): void {
    const before = this.filters;
    this.filters = filters;
    this.channel.activate(filters.session);
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

  /** What is in memory may hold little of what is wanted; its own past is one question away. */
  private readPast(): void {
    if (asksServer(this.filters) && this.past.left === null) {
      void this.readOlder();
    }
  }

  private forget(): void {
    this.past = noPast;
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

  private connected(state: Connection): void {
    const back = state.name === 'live' && this.connection.name !== 'live';
    this.connection = state;
    if (back) {
      cameBack();
      this.readOlderAgain();
    }
    if (state.name === 'reconnecting' && !this.loaded.events && !this.reloading) {
      void this.reload(); // The channel is closed, the stored events may still be readable.
    }
  }

  private ticked(): void {
    this.here = Date.now();
    this.now = this.here - clockSkew();
    const failed = Object.values(this.faults).some((fault) => fault !== null);
    if (failed && !this.reloading && this.here - this.triedAt >= retryAfterMs && this.connection.name !== 'unauthorized') {
      void this.reload();
    }
    if (this.here - this.olderTriedAt >= retryAfterMs) {
      this.readOlderAgain();
    }
  }

  private readOlderAgain(): void {
    if (this.olderFault !== null && this.connection.name !== 'unauthorized') {
      void this.readOlder();
    }
  }

  private take(batch: Batch): void {
    for (const { type, data } of batch.e) {
      const event = type === 'event' ? readEvent(data) : null;
      const session = type === 'session' ? readSession(data) : null;
      if (event !== null) {
        this.arrivedEvents.push(event);
      } else if (session !== null) {
        this.arrivedSessions.set(session.id, session);
        this.changedSessions?.add(session.id);
      } else if (type === 'stats') {
        this.arrivedStats = readStats(data) ?? this.arrivedStats;
        this.statsChanged = true;
      }
    }
    // However seldom the page is drawn, no more is kept for it than it can hold.
    if (this.arrivedEvents.length >= feedLimit) {
      this.apply();
    }
    this.frames.ask();
  }

  private async draw(): Promise<void> {
    this.apply();
    await tick();
  }

  private apply(): void {
    const events = this.arrivedEvents;
    const sessions = this.arrivedSessions;
    this.arrivedEvents = [];
    this.arrivedSessions = new Map();
    if (events.length > 0) {
      const newest = this.feed.rows[0]?.id ?? -Infinity;
      const ids = new Set(events.map((event) => event.id).filter((id) => id > newest));
      this.show(added(this.feed, events), ids.size);
    }
    if (sessions.size > 0) {
      this.sessions = within(new Map([...this.sessions, ...sessions]), mostSessions, this.watched);
    }
    if (events.length > 0 || sessions.size > 0) {
      this.choices = widened(this.choices, events, sessions.values());
    }
    this.stats = this.arrivedStats ?? this.stats;
    this.arrivedStats = null;
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

  private readEvents(): Promise<void> {
    return this.part('events', `/api/events?limit=${pageSize}`, (answer) => {
      const rows = readAll(answer.events, readEvent);
      this.apply();
      this.show(caughtUp(this.feed, rows, rows.length < pageSize, this.lossAfter), 0);
      this.lossAfter = null;
      this.total = Math.max(asCount(answer.total), this.feed.rows.length);
      this.choices = widened(this.choices, rows, []);
      this.readPast();
    });
  }

  private async readSessions(): Promise<void> {
    const changed = new Set<string>();
    this.changedSessions = changed;
    await this.part('sessions', `/api/sessions?limit=${sessionLimit}`, (answer) => {
      this.apply();
      this.allSessions = asNumber(answer.matching);
      this.sessions = merged(readAll(answer.sessions, readSession), this.sessions, changed);
      this.choices = widened(this.choices, [], this.sessions.values());
    });
    this.changedSessions = null;
  }

  private readStats(): Promise<void> {
    this.statsChanged = false;
    return this.part('stats', '/api/stats', (answer) => {
      const stats = readStats(answer);
      if (stats === null) {
        throw new Fault(strings.faults.unreadable);
      }
      this.stats = this.statsChanged ? this.stats : stats;
    });
  }

  /** Reads one part of the snapshot; its failure leaves the other parts, and what was here, as they are. */
  private async part(name: Part, path: string, use: (answer: Readonly<Record<string, unknown>>) => void): Promise<void> {
    try {
      use(await read(path));
      this.loaded = { ...this.loaded, [name]: true };
      this.faults = { ...this.faults, [name]: null };
    } catch (failure) {
      this.faults = { ...this.faults, [name]: reason(failure) };
    }
  }
}

function readAll<T>(values: unknown, readOne: (value: unknown) => T | null): T[] {
  return asList(values).map(readOne).filter((value) => value !== null);
}
