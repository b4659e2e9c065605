import { untrack } from 'svelte';
import { Fault, read } from './api.ts';
import type { Json } from './model/json.ts';

const retryAfterMs = 5_000;

/**
 * One answer of the backend that a panel shows. It is read when the panel appears, again when its path changes, and again some seconds
 * after a failure. What was read stays until something newer is there. To be made while a component is set up.
 */
export class Reading<T> {
  /** The newest answer; null until there is one. */
  value = $state.raw<T | null>(null);
  /** Why the newest reading failed; null if it did not. */
  fault = $state.raw<Fault | null>(null);
  busy = $state.raw(false);
  private running: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

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
      untrack(() => void this.start(wanted));
      return () => this.stop();
    });
  }

  /** Reads again now. */
  reload(): void {
    void this.start(untrack(this.path));
  }

  private stop(): void {
    this.running?.abort();
    this.running = null;
    clearTimeout(this.timer);
  }

  private async start(path: string | null): Promise<void> {
    this.stop();
    if (path === null) {
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
        this.busy = false;
        this.again();
      }
    }
  }

  private again(): void {
    const wait = this.fault === null ? this.everyMs : this.fault.status === null || this.fault.status >= 500 ? retryAfterMs : null;
    if (wait !== null) {
      this.timer = setTimeout(() => (document.visibilityState === 'visible' ? this.reload() : this.again()), wait);
    }
  }
}
