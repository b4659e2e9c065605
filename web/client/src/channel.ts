import { waitBefore } from './backoff.ts';
import { Intents } from './intents.ts';
import { type Batch, type Cause, type FromRuntime, type Intent, type ToRuntime, type UpstreamStatus, readFrame } from './messages.ts';
import { type Position, joined, place, resumed, resynced } from './position.ts';
import { type Socket, type Surroundings, browserSurroundings } from './surroundings.ts';

/** Where the connection stands. Times are milliseconds of the surroundings' clock. */
export type Connection =
  | { readonly name: 'connecting' }
  /** Greeted; `latencyMs` is the last round trip to the runtime, null until one was measured. */
  | { readonly name: 'live'; readonly since: number; readonly latencyMs: number | null }
  /** Lost; `nextAt` is when the next try starts, null while one is under way. */
  | { readonly name: 'reconnecting'; readonly attempt: number; readonly nextAt: number | null; readonly since: number }
  /** The runtime is there and does not know this page: it has to be opened anew. */
  | { readonly name: 'unauthorized' }
  | { readonly name: 'closed' };

/** What the app wants to hear. Nothing is called after `close()`. */
export interface Handlers {
  /** A batch, in order and at most once. */
  batch(batch: Batch): void;
  /**
   * The page has to read its snapshot: once at the start, and whenever something was or may have been lost, in `scope` or (null) anywhere.
   * Batches go on arriving while it reads; they and the snapshot overlap.
   */
  resync(cause: Cause, scope: string | null, dropped: number): void;
  connection?(state: Connection): void;
  status?(status: UpstreamStatus): void;
  /** Called once per intent id; the runtime is told `done` when the result settles. */
  intent?(intent: Intent): unknown;
}

export interface Options {
  readonly surroundings?: Surroundings;
}

const ackWithinMs = 50;
const helloWithinMs = 10_000;
const probeWithinMs = 5_000;
/** A connection has to live this long before the next loss starts again with the shortest wait. */
const healthyAfterMs = 5_000;
const shortestBeatMs = 1_000;

/**
 * One page's connection to the runtime: opens it, greets, resumes after a loss, acknowledges what came, and notices a connection that has
 * died in silence.
 *
 * Silence. A browser answers the runtime's WebSocket pings without telling the page, so quiet is not a sign of death here. Instead the page
 * asks `/_proa/health/live` once per heartbeat, and at once when it wakes (shown again, network back): no answer and no frame meanwhile
 * means that the runtime is gone or stands still; an answer while bytes written earlier still wait in the socket means that this socket is
 * dead though the runtime is not. Both lead to a new connection, which resumes and so loses nothing. The round trip is the latency shown.
 */
export class Channel {
  private readonly world: Surroundings;
  private readonly intents: Intents;
  private readonly stopWaking: () => void;

  private socket: Socket | null = null;
  private position: Position | null = null;
  private state: Connection = { name: 'connecting' };
  private attempt = 0;
  private lostAt: number | null = null;
  private heartbeatMs = 0;
  private heardAt = 0;
  private frames = 0;
  private unacked: Position | null = null;
  private cancelAck: (() => void) | null = null;
  private cancelTimer: (() => void) | null = null;
  private checking: Socket | null = null;
  private writable = false;
  private active: string | null | undefined;
  private readiness: Readonly<Record<string, unknown>> | null = null;

  constructor(
    private readonly handlers: Handlers,
    options: Options = {},
  ) {
    this.world = options.surroundings ?? browserSurroundings();
    this.intents = new Intents(
      (intent) => this.handlers.intent?.(intent),
      (id) => this.send({ t: 'done', id }),
    );
    this.stopWaking = this.world.onWake(() => this.wake());
    this.open();
  }

  connection(): Connection {
    return this.state;
  }

  /** Says that the page shows what it has to show, now and again after each reconnect. */
  ready(details: Readonly<Record<string, unknown>> = {}): void {
    this.readiness = details;
    this.send({ t: 'ready', ...details });
  }

  /** Names the scope whose events come first, or none; kept above the connection. */
  activate(scope: string | null): void {
    if (scope !== (this.active ?? null)) {
      this.active = scope;
      this.send({ t: 'active', scope });
    }
  }

  /** Tries at once instead of waiting for the next attempt. */
  retry(): void {
    if (this.socket === null && this.state.name !== 'closed') {
      this.open();
    }
  }

  close(): void {
    this.stopWaking();
    this.drop();
    this.show({ name: 'closed' });
  }

  private open(): void {
    this.cancelTimer?.();
    const socket = this.world.open();
    this.socket = socket;
    if (this.state.name === 'reconnecting') {
      this.show({ ...this.state, nextAt: null });
    }
    this.cancelTimer = this.world.after(helloWithinMs, () => this.lose(socket));
    socket.onopen = () => {
      this.writable = true;
      this.heardAt = this.world.now();
      this.greet();
    };
    socket.onmessage = (message) => {
      const frame = typeof message.data === 'string' ? readFrame(message.data) : null;
      this.heardAt = this.world.now();
      this.frames += 1;
      if (frame !== null) {
        this.receive(frame);
      }
    };
    socket.onclose = () => this.lose(socket);
  }

  private greet(): void {
    if (this.position !== null) {
      this.position = resumed(this.position);
      this.send({ t: 'resume', g: this.position.g, s: this.position.s });
    }
    this.send({ t: 'visible', v: this.world.visible() });
    if (this.active !== undefined) {
      this.send({ t: 'active', scope: this.active });
    }
    if (this.readiness !== null) {
      this.send({ t: 'ready', ...this.readiness });
    }
  }

  private receive(frame: FromRuntime): void {
    switch (frame.t) {
      case 'hello':
        return this.welcome(frame.g, frame.heartbeatMs);
      case 'batch':
        return this.take(frame.batch);
      case 'resync':
        if (this.position !== null && frame.scope === null) {
          this.position = resynced(this.position);
        }
        return this.handlers.resync(frame.cause, frame.scope, frame.dropped);
      case 'status':
        return this.handlers.status?.(frame.status);
      case 'intent':
        return this.intents.offer(frame.intent);
    }
  }

  private welcome(g: number, heartbeatMs: number): void {
    const known = this.position?.g ?? null;
    if (known !== g) {
      this.position = joined(g);
    }
    this.heartbeatMs = Math.max(heartbeatMs, shortestBeatMs);
    this.lostAt = null;
    this.cancelTimer?.();
    this.show({ name: 'live', since: this.world.now(), latencyMs: null });
    this.beat();
    void this.check();
    if (known === null) {
      this.handlers.resync('start', null, 0);
    } else if (known !== g) {
      this.handlers.resync('restart', null, 0);
    }
  }

  private take(batch: Batch): void {
    if (this.position === null) {
      return; // Before hello there is no generation to place it in.
    }
    const { position, take, lost } = place(this.position, batch.g, batch.s);
    this.position = position;
    this.acknowledge(position); // A repeat too: the runtime has not heard of it yet.
    if (!take) {
      return;
    }
    if (lost !== 'nothing') {
      this.send({ t: 'resync' });
      this.handlers.resync(lost, null, 0);
    }
    this.handlers.batch(batch);
  }

  /** At most one acknowledgement per 50 ms, of the newest batch: it stands for all before it. */
  private acknowledge(position: Position): void {
    this.unacked = position;
    this.cancelAck ??= this.world.after(ackWithinMs, () => {
      this.cancelAck = null;
      if (this.unacked !== null) {
        this.send({ t: 'ack', g: this.unacked.g, s: this.unacked.s });
        this.unacked = null;
      }
    });
  }

  private beat(): void {
    this.cancelTimer = this.world.after(this.heartbeatMs, () => {
      this.beat();
      if (this.world.visible() || this.silentMs() > 2 * this.heartbeatMs) {
        void this.check();
      }
    });
  }

  private async check(): Promise<void> {
    const socket = this.socket;
    if (socket === null || this.checking === socket) {
      return;
    }
    this.checking = socket;
    if (this.silentMs() > this.heartbeatMs) {
      // Says nothing new; gives a dead socket something that stays in its buffer.
      this.send({ t: 'visible', v: this.world.visible() });
    }
    const startedAt = this.world.now();
    const framesBefore = this.frames;
    const stuckBefore = socket.bufferedAmount > 0;
    const status = await this.world.probe('/_proa/health/live', probeWithinMs);
    if (this.socket !== socket || this.state.name !== 'live') {
      return;
    }
    this.checking = null;
    const gone = status === null && this.frames === framesBefore;
    if (gone || (stuckBefore && socket.bufferedAmount > 0)) {
      this.lose(socket);
    } else if (status !== null) {
      this.show({ ...this.state, latencyMs: this.world.now() - startedAt });
    }
  }

  private silentMs(): number {
    return this.world.now() - this.heardAt;
  }

  private lose(socket: Socket): void {
    if (this.socket !== socket) {
      return;
    }
    const now = this.world.now();
    const greeted = this.state.name === 'live';
    if (this.state.name === 'live' && now - this.state.since >= healthyAfterMs) {
      this.attempt = 0;
    }
    this.drop();
    this.attempt += 1;
    this.lostAt ??= now;
    const wait = waitBefore(this.attempt, this.world.random());
    this.cancelTimer = this.world.after(wait, () => this.open());
    if (this.state.name !== 'unauthorized') {
      this.show({ name: 'reconnecting', attempt: this.attempt, nextAt: now + wait, since: this.lostAt });
    }
    if (!greeted) {
      void this.askWhyRefused(this.attempt, now + wait);
    }
  }

  /** A browser does not tell a page that its upgrade was answered 401; a plain request does. */
  private async askWhyRefused(attempt: number, nextAt: number): Promise<void> {
    const status = await this.world.probe('/_proa/runtime/info', probeWithinMs);
    if (this.attempt !== attempt || this.socket !== null || this.state.name === 'closed') {
      return;
    }
    if (status === 401) {
      // No timer: only a person can help, and wake() tries again when they come back to this page.
      this.cancelTimer?.();
      this.show({ name: 'unauthorized' });
    } else if (this.state.name === 'unauthorized') {
      this.show({ name: 'reconnecting', attempt, nextAt, since: this.lostAt ?? this.world.now() });
    }
  }

  private wake(): void {
    if (this.state.name === 'live') {
      this.send({ t: 'visible', v: this.world.visible() });
      void this.check();
    } else if (this.world.visible()) {
      this.retry();
    }
  }

  private drop(): void {
    this.cancelTimer?.();
    this.cancelAck?.();
    this.cancelAck = null;
    this.unacked = null;
    const socket = this.socket;
    this.socket = null;
    this.writable = false;
    if (socket !== null) {
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    }
  }

  /** What is said while nothing is connected is not kept: greet() says again all that still matters. */
  private send(message: ToRuntime): void {
    if (this.writable) {
      this.socket?.send(JSON.stringify(message));
    }
  }

  private show(state: Connection): void {
    this.state = state;
    this.handlers.connection?.(state);
  }
}
