// What the console says. Pure: no document, no clock, no network. Every string a person reads that depends on data is made here.

/**
 * @typedef {{code: number | null, signal: number | null, at: string, log_tail?: string[]}} LastExit
 * @typedef {{max: number, within_s: number, used: number}} Budget
 * @typedef {{id: string, state: string, reason: string, pid: number | null, port: number | null, ready: boolean, restarts: number,
 *   budget: Budget, last_exit: LastExit | null, left_behind: number, next_start: string | null, port_owner?: string | null}} Sidecar
 * @typedef {{where: string, what: string, remedy: string}} Problem
 * @typedef {{pages: number, batches: number, events: number, unacked_bytes: number, dropped: number}} Transport
 * @typedef {{state: string, ready: boolean, routes: string[], reason?: string, url?: string, attempt?: number}} Upstream
 * @typedef {{state: string, mode: string, ready: boolean, sidecars: Sidecar[], problems: Problem[], tier?: string,
 *   upstreams?: Record<string, Upstream>, transport?: Transport, switching?: object | null}} Status
 * @typedef {{seq: number, at: string, event: string, level: string, text: string}} Entry
 * @typedef {'running' | 'waiting' | 'idle' | 'error'} Tone
 * @typedef {'start' | 'stop' | 'restart'} Wish
 */

/** @type {Record<string, {tone: Tone, mark: string, word: string}>} */
const states = {
  READY: { tone: 'running', mark: '●', word: 'ready' },
  ATTACHED: { tone: 'running', mark: '●', word: 'ready, started by somebody else' },
  COMPLETED: { tone: 'idle', mark: '✓', word: 'completed' },
  STOPPED: { tone: 'idle', mark: '■', word: 'stopped' },
  WAITING: { tone: 'waiting', mark: '◌', word: 'waiting for what it needs' },
  STARTING: { tone: 'waiting', mark: '◐', word: 'starting' },
  LIVE: { tone: 'waiting', mark: '◐', word: 'alive, not ready yet' },
  STOPPING: { tone: 'waiting', mark: '◑', word: 'stopping' },
  BACKOFF: { tone: 'waiting', mark: '↻', word: 'waiting for its next start' },
  UNREADY: { tone: 'error', mark: '▲', word: 'not ready any more' },
  HUNG: { tone: 'error', mark: '▲', word: 'alive, does not answer' },
  DEGRADED: { tone: 'error', mark: '▲', word: 'not as it should be' },
  SAFE_MODE: { tone: 'error', mark: '✕', word: 'safe mode: not restarted by itself any more' },
  FAILED_CONFIG: { tone: 'error', mark: '✕', word: 'cannot be started as it is configured' },
};

/** @param {string} state */
export function stateOf(state) {
  return states[state] ?? { tone: /** @type {Tone} */ ('idle'), mark: '?', word: state.toLowerCase() };
}

/** The state of the whole app, in words. @param {string} state */
export function appState(state) {
  switch (state) {
    case 'READY':
      return { tone: 'running', mark: '●', word: 'Everything is ready' };
    case 'STARTING':
      return { tone: 'waiting', mark: '◐', word: 'Starting' };
    case 'STOPPING':
      return { tone: 'waiting', mark: '◑', word: 'Stopping' };
    case 'SAFE_MODE':
      return { tone: 'error', mark: '✕', word: 'Safe mode: a sidecar needs you' };
    default:
      return { tone: 'error', mark: '▲', word: 'Something is not as it should be' };
  }
}

/** Whether somebody has to look at it, so that its cause and log are shown unasked. @param {Sidecar} sidecar */
export function needsSomebody(sidecar) {
  return ['SAFE_MODE', 'FAILED_CONFIG', 'DEGRADED', 'HUNG'].includes(sidecar.state);
}

/** How many sidecars need somebody, for the title. @param {Status} status */
export function waitingFor(status) {
  return status.sidecars.filter(needsSomebody).length;
}

/** @type {Record<number, string>} */
const signals = { 1: 'SIGHUP', 2: 'SIGINT', 3: 'SIGQUIT', 4: 'SIGILL', 6: 'SIGABRT', 7: 'SIGBUS', 8: 'SIGFPE', 9: 'SIGKILL', 11: 'SIGSEGV', 13: 'SIGPIPE', 15: 'SIGTERM' };

/** How a process ended. @param {LastExit} exit */
export function exitWords(exit) {
  if (exit.signal !== null) {
    return `ended by signal ${exit.signal}${signals[exit.signal] === undefined ? '' : ` (${signals[exit.signal]})`}`;
  }
  return exit.code === null ? 'ended in an unknown way' : `exited with code ${exit.code}`;
}

/** @param {Sidecar} sidecar */
export function budgetWords(sidecar) {
  const { used, max, within_s } = sidecar.budget;
  return `${used} of ${max} in ${within_s} s`;
}

/** A duration in ms: 340 ms, 4.2 s, 12 min, 3 h. @param {number} ms */
export function duration(ms) {
  if (ms < 1_000) {
    return `${Math.max(0, Math.round(ms))} ms`;
  }
  if (ms < 60_000) {
    return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
  }
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

/** How long ago something was. @param {string} at @param {number} now */
export function ago(at, now) {
  const then = Date.parse(at);
  return Number.isNaN(then) ? '' : `${duration(now - then)} ago`;
}

/** The buttons of a sidecar, the likely one first. @param {Sidecar} sidecar @returns {{wish: Wish, label: string}[]} */
export function actions(sidecar) {
  /** @type {Record<Wish, {wish: Wish, label: string}>} */
  const all = {
    start: { wish: 'start', label: sidecar.state === 'STOPPED' || sidecar.state === 'COMPLETED' ? 'Start' : 'Retry' },
    stop: { wish: 'stop', label: 'Stop' },
    restart: { wish: 'restart', label: 'Restart' },
  };
  switch (sidecar.state) {
    case 'STOPPED':
    case 'COMPLETED':
      return [all.start];
    case 'SAFE_MODE':
    case 'FAILED_CONFIG':
    case 'BACKOFF':
      return [all.start, all.stop];
    case 'STOPPING':
      return [];
    case 'WAITING':
      return [all.stop];
    default:
      return [all.restart, all.stop];
  }
}

/** Whether the backend elsewhere can be reached. @param {Upstream} remote */
function remoteWords({ state, url, attempt }) {
  /** @type {Record<string, string>} */
  const words = { connecting: 'asked for the first time', connected: 'reachable', retrying: `not reachable; attempt ${attempt} is next` };
  return `${url}: ${words[state] ?? state}`;
}

/** What holds for the whole run. @param {Status} status @returns {[string, string][]} */
export function runRows(status) {
  const { pages, events, dropped, unacked_bytes } = status.transport ?? { pages: 0, events: 0, dropped: 0, unacked_bytes: 0 };
  const upstreams = Object.entries(status.upstreams ?? {}).filter(([, upstream]) => upstream.routes.length > 0);
  const routes = upstreams.map(([name, upstream]) => `${upstream.routes.join(', ')} → ${name}${upstream.ready ? '' : ' (not ready)'}`);
  const remote = status.upstreams?.['remote'];
  /** @type {[string, string][]} */
  const rows = [
    ['Mode', status.mode],
    ['Routes', routes.join('; ')],
    ['Remote', remote?.url === undefined ? '' : remoteWords(remote)],
    ['Guard', status.tier === 'java' ? 'the one in Java: slower, and it covers less' : (status.tier ?? '')],
    ['Pages', `${pages} connected, ${events} events published${unacked_bytes > 0 ? `, ${unacked_bytes} bytes not acknowledged` : ''}${dropped > 0 ? `, ${dropped} missed` : ''}`],
  ];
  return rows.filter(([, text]) => text !== '');
}

/** A moment as a person reads it: the time, and the day if it is another one. @param {string} at @param {number} now */
export function clock(at, now) {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) {
    return at;
  }
  const time = then.toTimeString().slice(0, 8);
  return then.toDateString() === new Date(now).toDateString() ? time : `${then.getMonth() + 1}/${then.getDate()} ${time}`;
}

/** The newest entries of two lists that are each in order, at most so many. @param {Entry[]} known @param {Entry[]} fresh @param {number} most */
export function grown(known, fresh, most) {
  const last = known.at(-1)?.seq ?? 0;
  return [...known, ...fresh.filter((entry) => entry.seq > last)].slice(-most);
}

/** One line of a log, whatever form the runtime gives it. @param {unknown} line */
export function lineText(line) {
  if (typeof line === 'string') {
    return line;
  }
  const { line: text } = /** @type {{line?: unknown}} */ (line ?? {});
  return typeof text === 'string' ? text : '';
}

/** What to say while the runtime does not answer. @param {boolean} strange whether somebody answers who does not know this page @param {string} seen when it last did */
export function goneWords(strange, seen) {
  const why = strange
    ? 'This page belongs to an earlier run. Open the new one with: proa open'
    : 'The runtime does not answer: it was stopped, or it is starting again. This page goes on asking. To start the app: proa run DIR';
  return seen === '' ? why : `${why}. What stands below is how it was at ${seen}.`;
}

/** What changed between two statuses, for a screen reader. @param {Status | null} before @param {Status} now */
export function changes(before, now) {
  if (before === null) {
    return [];
  }
  const known = new Map(before.sidecars.map((sidecar) => [sidecar.id, sidecar.state]));
  return now.sidecars
    .filter((sidecar) => known.get(sidecar.id) !== sidecar.state)
    .map((sidecar) => `${sidecar.id}: ${stateOf(sidecar.state).word}`);
}
