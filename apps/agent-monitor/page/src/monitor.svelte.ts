import { type Batch, Channel, type Connection, type UpstreamStatus } from '@proa/client';
import { tick } from 'svelte';
import { Fault, clockSkew, ingestAddress, read, reason } from './api.ts';
import { Frames } from './frames.ts';
import { LiveFeed, pageSize } from './live-feed.svelte.ts';
import { type Choices, noChoices, widened } from './model/choices.ts';
import { type MonitorEvent, readEvent } from './model/event.ts';
import { feedLimit } from './model/feed.ts';
import { type Json, asCount, asNumber, readAll } from './model/json.ts';
import { type Session, inOrder, merged, readSession, within } from './model/session.ts';
import { type Stats, readStats } from './model/stats.ts';
import { RecentErrors } from './recent-errors.svelte.ts';
import { cameBack } from './retry.ts';
import { router } from './router.svelte.ts';
import { strings } from './strings.ts';

type Part = 'events' | 'sessions' | 'stats' | 'errors';

/** Those that run, wait or idle come first; of the ended ones the newest are enough here, the page of sessions has them all. */
const sessionLimit = 500;
/** With those that the channel told of since. */
const mostSessions = 1_000;
const retryAfterMs = 5_000;

/**
 * What all pages share, kept current by the channel and read anew from `/api` at the start and after each loss: the connection, who works or
 * waits, what failed lately. The live page's own lines are `live`; they and the sessions that have ended are read when someone goes there.
 */
export class Monitor {
  connection = $state.raw<Connection>({ name: 'connecting' });
  upstreams = $state.raw<ReadonlyMap<string, UpstreamStatus>>(new Map());
  sessions = $state.raw<ReadonlyMap<string, Session>>(new Map());
  stats = $state.raw<Stats | null>(null);
  choices = $state.raw<Choices>(noChoices);
  loaded = $state.raw<Readonly<Record<Part, boolean>>>({ events: false, sessions: false, stats: false, errors: false });
  faults = $state.raw<Readonly<Record<Part, string | null>>>({ events: null, sessions: null, stats: null, errors: null });
  /** How many sessions there were when they were read; null if the backend does not say. */
  allSessions = $state.raw<number | null>(null);
  /** The runtime's time, as far as it is known: ages stay right when this device's clock is wrong. */
  now = $state.raw(Date.now());
  /** This device's own time, by which the page counts its tries. */
  here = $state.raw(Date.now());
  ingest = $state.raw<string>(strings.usualIngest);

  ordered = $derived(inOrder(this.sessions.values()));
  waiting = $derived(this.ordered.filter((session) => session.state === 'waiting').reverse());
  readonly errors = new RecentErrors(() => this.now);
  readonly live = new LiveFeed(() => this.sessions);
  nothingYet = $derived(this.live.loaded && this.live.feed.rows.length === 0 && this.sessions.size === 0 && this.live.total === 0);

  private readonly channel: Channel;
  private arrivedEvents: MonitorEvent[] = [];
  private arrivedSessions = new Map<string, Session>();
  private arrivedStats: Stats | null = null;
  private readonly frames = new Frames(() => this.draw());
  private reloading = false;
  private reloadAgain = false;
  /** The sessions the channel told of while they are read; null while they are not. */
  private changedSessions: Set<string> | null = null;
  private watched: string | null = null;
  private statsChanged = false;
  private triedAt = 0;
  private said = false;
  /** Someone has been where more is shown than every page needs. */
  private everything = router.place.page === 'live';

  constructor() {
    this.channel = new Channel({
      batch: (batch) => this.take(batch),
      resync: () => {
        this.live.lost();
        void this.reload();
      },
      connection: (state) => this.connected(state),
      status: (status) => (this.upstreams = new Map(this.upstreams).set(status.upstream, status)),
    });
    setInterval(() => this.ticked(), 1_000);
    void ingestAddress().then((address) => (this.ingest = address));
  }

  /** Reads also what only the live page and the list of commands show; to be called as often as one likes. */
  wantEverything(): void {
    if (!this.everything) {
      this.everything = true;
      void this.reload();
    }
  }

  /** Tells the runtime which session someone looks at, so that its events come first; null for none. */
  watch(session: string | null): void {
    this.watched = session;
    this.channel.activate(session);
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
    try {
      do {
        this.reloadAgain = false;
        this.triedAt = Date.now();
        await Promise.all(this.everything ? [this.readEvents(), this.readSessions(), this.readStats()] : [this.readSessions()]);
        this.readClock(); // By what those answers told of the runtime's time.
        await this.readErrors();
      } while (this.reloadAgain);
    } finally {
      this.reloading = false; // Whatever went wrong, it can be tried again.
    }
    if (!this.said && Object.values(this.loaded).some(Boolean)) {
      this.said = true;
      requestAnimationFrame(() => this.channel.ready({ events: this.live.feed.rows.length }));
    }
  }

  private connected(state: Connection): void {
    const back = state.name === 'live' && this.connection.name !== 'live';
    this.connection = state;
    if (back) {
      cameBack();
      this.live.readOlderAgain();
    }
    if (state.name === 'reconnecting' && !this.said && !this.reloading) {
      void this.reload(); // The channel is closed, the stored events may still be readable.
    }
  }

  private ticked(): void {
    this.readClock();
    const failed = Object.values(this.faults).some((fault) => fault !== null);
    if (failed && !this.reloading && this.here - this.triedAt >= retryAfterMs && this.connection.name !== 'unauthorized') {
      void this.reload();
    }
    if (this.connection.name !== 'unauthorized' && this.here - this.live.olderTriedAt >= retryAfterMs) {
      this.live.readOlderAgain();
    }
    if (this.connection.name === 'live') {
      void this.live.readFailures();
    }
  }

  private readClock(): void {
    this.here = Date.now();
    this.now = this.here - clockSkew();
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
      this.live.take(events);
      this.errors.take(events);
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

  private readEvents(): Promise<void> {
    return this.part('events', `/api/events?limit=${pageSize}`, (answer) => {
      const rows = readAll(answer.events, readEvent);
      this.apply();
      this.live.catchUp(rows, asCount(answer.total));
      this.choices = widened(this.choices, rows, []);
    });
  }

  private readErrors(): Promise<void> {
    return this.part('errors', this.errors.path(), (answer) => this.errors.read(answer));
  }

  private async readSessions(): Promise<void> {
    const changed = new Set<string>();
    this.changedSessions = changed;
    // Who has ended unheard would stay as it was last told, were those left out once more.
    const all = this.everything || this.loaded.sessions;
    await this.part('sessions', `/api/sessions?${all ? '' : 'exclude_status=ended&'}limit=${sessionLimit}`, (answer) => {
      this.apply();
      this.allSessions = all ? asNumber(answer.matching) : null;
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
  private async part(name: Part, path: string, use: (answer: Json) => void): Promise<void> {
    try {
      use(await read(path));
      this.loaded = { ...this.loaded, [name]: true };
      this.faults = { ...this.faults, [name]: null };
    } catch (failure) {
      this.faults = { ...this.faults, [name]: reason(failure) };
    }
  }
}
