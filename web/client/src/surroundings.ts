/** The part of a browser's WebSocket that the channel uses. */
export interface Socket {
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

/** What the channel needs from the world around it; a test brings its own. */
export interface Surroundings {
  open(): Socket;
  /** Milliseconds; only differences and deadlines shown to people are made of it. */
  now(): number;
  /** Runs `task` once after `ms`; the result cancels it. */
  after(ms: number, task: () => void): () => void;
  /** Within [0, 1). */
  random(): number;
  /** The HTTP status of a same-origin GET, or null if none came within `ms`. */
  probe(path: string, ms: number): Promise<number | null>;
  visible(): boolean;
  /** Calls `task` when the page is shown or hidden, or the network returns; the result ends that. */
  onWake(task: () => void): () => void;
}

/** The browser this page runs in. */
export function browserSurroundings(): Surroundings {
  return {
    open: () => {
      const address = new URL('/_proa/channel', location.href);
      address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
      return new WebSocket(address, 'proa.v1') as unknown as Socket;
    },
    now: () => Date.now(),
    after: (ms, task) => {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    probe,
    visible: () => document.visibilityState === 'visible',
    onWake: (task) => {
      document.addEventListener('visibilitychange', task);
      addEventListener('online', task);
      return () => {
        document.removeEventListener('visibilitychange', task);
        removeEventListener('online', task);
      };
    },
  };
}

async function probe(path: string, ms: number): Promise<number | null> {
  try {
    const answer = await fetch(path, { cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(ms) });
    return answer.status;
  } catch {
    return null; // No answer is the answer: the runtime is gone, or too slow to count as there.
  }
}
