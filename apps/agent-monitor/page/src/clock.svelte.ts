import type { Monitor } from './monitor.svelte.ts';

/** The runtime's time for what is read once: it moves on when it is asked, and only a device's clock that is found to be wrong is a change. */
export class RuntimeClock {
  private ahead = $derived.by(() => this.monitor().here - this.monitor().now);

  constructor(private readonly monitor: () => Monitor) {}

  at(): number {
    return Date.now() - this.ahead;
  }
}
