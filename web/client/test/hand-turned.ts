import type { Socket, Surroundings } from '../src/index.ts';

/** A socket whose other end is the test. */
export class TestSocket implements Socket {
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;
  private opened = false;
  readonly sent: Record<string, unknown>[] = [];

  constructor(private readonly onSend: (message: Record<string, unknown>) => void = () => undefined) {}

  send(text: string): void {
    if (!this.opened) {
      throw new Error('InvalidStateError: still connecting');
    }
    const message = JSON.parse(text) as Record<string, unknown>;
    this.sent.push(message);
    this.onSend(message);
  }

  close(): void {
    this.closed = true;
  }

  accept(): void {
    this.opened = true;
    this.onopen?.();
  }

  say(message: unknown): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }

  fail(): void {
    this.closed = true;
    this.onclose?.();
  }

  kinds(): unknown[] {
    return this.sent.map((message) => message.t);
  }
}

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

/** Surroundings whose clock, sockets and HTTP answers are turned by hand. */
export class HandTurned implements Surroundings {
  readonly sockets: TestSocket[] = [];
  readonly probed: string[] = [];
  shown = true;
  onSend: (message: Record<string, unknown>) => void = () => undefined;
  answer: (path: string) => number | null = () => 200;
  chance: () => number = () => 0;
  private time = 1_000_000;
  private timers = new Set<Timer>();
  private wakers = new Set<() => void>();

  open(): Socket {
    const socket = new TestSocket((message) => this.onSend(message));
    this.sockets.push(socket);
    return socket;
  }

  now(): number {
    return this.time;
  }

  after(ms: number, task: () => void): () => void {
    const timer = { at: this.time + ms, task };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  random(): number {
    return this.chance();
  }

  async probe(path: string): Promise<number | null> {
    this.probed.push(path);
    return this.answer(path);
  }

  visible(): boolean {
    return this.shown;
  }

  onWake(task: () => void): () => void {
    this.wakers.add(task);
    return () => this.wakers.delete(task);
  }

  wake(): void {
    this.wakers.forEach((task) => task());
  }

  get socket(): TestSocket {
    const newest = this.sockets.at(-1);
    if (newest === undefined) {
      throw new Error('no socket was opened');
    }
    return newest;
  }

  pendingTimers(): number {
    return this.timers.size;
  }

  /** Moves the clock, runs what falls due in order, and lets promises settle. */
  async pass(ms: number): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      await settle();
      const due = [...this.timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) {
        break;
      }
      this.time = Math.max(this.time, due.at);
      this.timers.delete(due);
      due.task();
    }
    this.time = until;
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) {
    await Promise.resolve();
  }
}
