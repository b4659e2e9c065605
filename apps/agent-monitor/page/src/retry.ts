import type { Fault } from './api.ts';

const firstWaitMs = 5_000;
const longestWaitMs = 60_000;

/** How long to wait before try number `tries` + 1; null if the same question would get the same answer. */
export function retryWait({ status }: Fault, tries: number): number | null {
  const passes = status === null || status >= 500 || status === 401 || status === 408 || status === 429;
  return passes ? Math.min(longestWaitMs, firstWaitMs * 2 ** (Math.max(1, tries) - 1)) : null;
}

const waiting = new Set<() => void>();

/** The runtime answers again: what failed meanwhile is tried at once. */
export function cameBack(): void {
  [...waiting].forEach((run) => run());
}

/** Tries again what failed: after some seconds, then less and less often, and at once when the runtime is back. A hidden page waits. */
export class Retry {
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly run = () => {
    this.rest();
    this.again();
  };

  constructor(private readonly again: () => void) {}

  failed(fault: Fault): void {
    this.rest();
    this.tries += 1;
    waiting.add(this.run);
    const wait = retryWait(fault, this.tries);
    if (wait !== null) {
      this.wait(wait);
    }
  }

  /** It went well, or nobody asks any more. */
  stop(): void {
    this.rest();
    this.tries = 0;
  }

  /** No try is due. Those that were made still count. */
  rest(): void {
    clearTimeout(this.timer);
    waiting.delete(this.run);
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => (document.visibilityState === 'visible' ? this.run() : this.wait(ms)), ms);
  }
}
