import { untrack } from 'svelte';
import { Fault, read } from './api.ts';
import type { Json } from './model/json.ts';
import { Retry } from './retry.ts';

/** Between two readings that were asked for by what changed. */
const restMs = 2_000;

/**
 * One answer of the backend that a panel shows. It is read when the panel appears, again when its path changes, and again some time after a
 * failure. What was read stays until something newer is there. To be made while a component is set up.
 */
export class Reading<T> {
  /** The newest answer; null until there is one. */
  value = $state.raw<T | null>(null);
  /** Why the newest reading failed; null if it did not. */
  fault = $state.raw<Fault | null>(null);
  busy = $state.raw(false);
  private running: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private endedAt = -Infinity;
  /** Something changed while it was read. */
  private stale = false;
  private readonly retry = new Retry(() => this.reload());

  /**
   * `path` gives the address, or null while there is nothing to ask. `reader` makes the answer into what the panel shows; it must cope with
   * missing fields. With `everyMs` it is read again and again while the page can be seen.
   */
  constructor(
    private readonly path: () => string | null,
    private readonly reader: (answer: Json) => T,
    private readonly everyMs: number | null = null,
  ) {
    $effect(() => {
      const wanted = this.path();
      untrack(() => {
        this.retry.stop();
        void this.start(wanted);
      });
      return () => {
        this.stop();
        this.retry.stop();
      };
    });
  }

  /** Reads again now. */
  reload(): void {
    void this.start(untrack(this.path));
  }

  /** What it tells has changed: reads again soon, but not while it reads and not at once after it has. */
  refresh(): void {
    if (this.running !== null) {
      this.stale = true;
    } else {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.reload(), Math.max(0, this.endedAt + restMs - Date.now()));
    }
  }

  private stop(): void {
    this.running?.abort();
    this.running = null;
    this.stale = false;
    clearTimeout(this.timer);
    this.retry.rest();
  }

  private async start(path: string | null): Promise<void> {
    this.stop();
    if (path === null) {
      this.busy = false;
      return;
    }
    const running = new AbortController();
    this.running = running;
    this.busy = true;
    try {
      const value = this.reader(await read(path, running.signal));
      if (this.running === running) {
        this.value = value;
        this.fault = null;
      }
    } catch (failure) {
      if (this.running === running) {
        this.fault = failure instanceof Fault ? failure : new Fault(String(failure));
      }
    } finally {
      if (this.running === running) {
        this.running = null;
        this.busy = false;
        this.endedAt = Date.now();
        this.again();
      }
    }
  }

  private again(): void {
    if (this.fault !== null) {
      this.retry.failed(this.fault);
      return;
    }
    this.retry.stop();
    if (this.stale) {
      this.stale = false;
      this.refresh();
    } else if (this.everyMs !== null) {
      this.every(this.everyMs);
    }
  }

  private every(ms: number): void {
    this.timer = setTimeout(() => (document.visibilityState === 'visible' ? this.reload() : this.every(ms)), ms);
  }
}
