import { expect, it } from 'vitest';
import { Channel } from '../src/index.ts';
import { HandTurned, type TestSocket } from './hand-turned.ts';

/** Small, fast and repeatable (mulberry32), so that a failing run can be run again from its seed. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Sent {
  readonly s: number;
  readonly events: readonly number[];
}

/** A runtime that keeps its last eight batches, and a line that loses, repeats and breaks. */
class ModelRuntime {
  private g = 1;
  private kept: Sent[] = [];
  private s = 0;
  private line: TestSocket | null = null;
  private greeted = false;
  /** The page has a batch to count on from: it cannot miss what is lost before the first one after hello or a resync. */
  private counted = false;
  produced = 0;

  connect(line: TestSocket): void {
    this.line = line;
    this.greeted = false;
    line.accept();
  }

  receive(message: Record<string, unknown>): void {
    if (message.t === 'resume') {
      this.greet();
      const from = message.g === this.g ? this.kept.findIndex((batch) => batch.s === Number(message.s) + 1) : -1;
      if (message.g === this.g && Number(message.s) === this.s) {
        this.counted = true;
        return;
      }
      if (from < 0) {
        this.resync('reconnect');
      } else {
        this.counted = true;
        this.kept.slice(from).forEach((batch) => this.deliver(batch));
      }
    } else if (message.t === 'visible') {
      this.greet();
    } else if (message.t === 'resync') {
      this.resync('gap');
    }
  }

  produce(count: number, lost: boolean): void {
    const events = Array.from({ length: count }, () => ++this.produced);
    const batch = { s: ++this.s, events };
    this.kept = [...this.kept, batch].slice(-8);
    if (!lost || !this.counted) {
      this.counted = this.greeted;
      this.deliver(batch);
    }
  }

  repeat(back: number): void {
    const batch = this.kept.at(-1 - back);
    if (batch !== undefined) {
      this.deliver(batch);
    }
  }

  restart(): void {
    this.g += 1;
    this.s = 0;
    this.kept = [];
    this.hangUp();
  }

  hangUp(): void {
    const line = this.line;
    this.line = null;
    line?.fail();
  }

  private greet(): void {
    if (!this.greeted) {
      this.greeted = true;
      this.counted = false;
      this.line?.say({ t: 'hello', g: this.g, client: 'c', heartbeat_ms: 600_000 });
    }
  }

  private resync(cause: string): void {
    this.counted = false;
    this.line?.say({ t: 'resync', g: this.g, cause, dropped: 0 });
  }

  private deliver(batch: Sent): void {
    if (this.greeted) {
      this.line?.say({ t: 'batch', g: this.g, s: batch.s, at: 0, e: batch.events.map((n) => ({ type: 'e', data: n, n: 1 })) });
    }
  }
}

async function run(seed: number): Promise<void> {
  const chance = dice(seed);
  const world = new HandTurned();
  world.chance = chance;
  const runtime = new ModelRuntime();
  world.onSend = (message) => runtime.receive(message);
  let turn = 0;
  let covered = 0; // Every event up to this one was delivered, or is older than an announcement.
  let newest = 0;
  const at = () => `seed ${seed}, turn ${turn}`;
  const channel = new Channel(
    {
      batch: (batch) => {
        for (const { data } of batch.e) {
          const event = data as number;
          expect(event, `${at()}: at most once and in order`).toBeGreaterThan(newest);
          newest = event;
          expect(event, `${at()}: events from ${covered + 1} on were lost in silence`).toBeLessThanOrEqual(covered + 1);
          covered = Math.max(covered, event);
        }
      },
      resync: () => {
        covered = Math.max(covered, runtime.produced);
      },
    },
    { surroundings: world },
  );
  let connected: TestSocket | null = null;
  const connect = () => {
    if (world.socket !== connected && !world.socket.closed) {
      connected = world.socket;
      runtime.connect(connected);
    }
  };
  for (turn = 1; turn <= 200; turn++) {
    const roll = chance();
    if (roll < 0.55) runtime.produce(1 + Math.floor(chance() * 3), false);
    else if (roll < 0.65) runtime.produce(1, true);
    else if (roll < 0.75) runtime.repeat(Math.floor(chance() * 4));
    else if (roll < 0.83) runtime.hangUp();
    else if (roll < 0.86) runtime.restart();
    else if (roll < 0.95) connect();
    else await world.pass(Math.floor(chance() * 3_000));
  }
  for (let tries = 0; channel.connection().name !== 'live' && tries < 100; tries++) {
    await world.pass(1_000);
    connect();
  }
  runtime.produce(1, false);
  expect(newest, `${at()}: the last event arrives`).toBe(runtime.produced);
  channel.close();
}

it('delivers each event at most once and in order, and announces every loss, over 1,500 random lines', async () => {
  for (let seed = 1; seed <= 1_500; seed++) {
    await run(seed);
  }
});
