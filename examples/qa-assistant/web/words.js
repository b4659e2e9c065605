// What the page says about the runtime: pure functions of Proa's status.

const SIDECAR_WORDS = {
  STOPPED: ['unknown', 'stopped'],
  WAITING: ['starting', 'waiting'],
  STARTING: ['starting', 'starting'],
  LIVE: ['starting', 'live'],
  READY: ['ready', 'ready'],
  UNREADY: ['away', 'not ready'],
  HUNG: ['away', 'hangs'],
  STOPPING: ['starting', 'stopping'],
  BACKOFF: ['away', 'restarting soon'],
  SAFE_MODE: ['away', 'given up'],
  ATTACHED: ['ready', 'attached'],
  DEGRADED: ['away', 'degraded'],
  COMPLETED: ['ready', 'done'],
  FAILED_CONFIG: ['away', 'cannot start'],
};
const ALIVE = ['LIVE', 'READY', 'UNREADY', 'ATTACHED'];
const STUCK = ['SAFE_MODE', 'FAILED_CONFIG'];

/** A sidecar's state as a word with its tone, and its process and port. */
export function sidecarWords(sidecar) {
  const [tone, words] = SIDECAR_WORDS[sidecar.state] ?? ['unknown', sidecar.state.toLowerCase()];
  const facts = [];
  if (sidecar.pid !== null) facts.push(`pid ${sidecar.pid}`);
  if (sidecar.port !== null) facts.push(`port ${sidecar.port}`);
  if (sidecar.restarts > 0) facts.push(sidecar.restarts === 1 ? '1 restart' : `${sidecar.restarts} restarts`);
  return { tone, words, facts: facts.join(', ') };
}

/**
 * How the app is doing: name (starting, ready, away), words for the header, and what they are made of.
 * @param status the answer of /_proa/status, null when there is none
 * @param before the condition a moment ago, null at first
 */
export function condition(status, before = null, now = new Date()) {
  const found = status === null ? gone() : status.sidecars.length > 0 ? local(status) : elsewhere(status);
  const wasThere = before?.name === 'ready';
  const since = found.ready ? null : before?.since ?? (wasThere ? now : (found.lost ?? null));
  const name = found.ready ? 'ready' : since !== null || found.stuck ? 'away' : 'starting';
  const clock = since === null ? '' : ` since ${since.toLocaleTimeString()}`;
  const words = name === 'ready' ? 'ready' : name === 'away' ? `${found.what} ${found.stuck ? 'needs you' : 'is away'}${clock}` : 'starting';
  return { ...found, name, words, since, mode: status?.mode ?? before?.mode ?? null, restarts: restarts(status) };
}

function gone() {
  return { what: 'Proa', live: false, ready: false, stuck: false, why: 'Start the app again: proa run.' };
}

function local(status) {
  const stuck = status.sidecars.find((each) => STUCK.includes(each.state));
  const backend = status.sidecars.find((each) => each.id === 'backend');
  const problem = status.problems.find((each) => each.what)?.what ?? '';
  return {
    what: stuck && stuck.id === 'mongo' ? 'The database' : 'The backend',
    live: backend !== undefined && ALIVE.includes(backend.state),
    ready: backend !== undefined && backend.ready,
    stuck: stuck !== undefined,
    why: stuck ? problem : (backend?.reason ?? ''),
  };
}

function elsewhere(status) {
  const remote = status.upstreams.remote;
  const lost = remote?.state === 'retrying' ? new Date(remote.since) : null;
  return { what: 'The remote backend', live: status.ready, ready: status.ready, stuck: false, why: remote?.reason ?? '', lost };
}

function restarts(status) {
  return Object.fromEntries((status?.sidecars ?? []).map((each) => [each.id, each.restarts]));
}

/** What has happened between two conditions, a sentence each. */
export function happenings(before, after, now = new Date()) {
  const told = [];
  if (before === null) return told;
  if (before.mode !== null && after.mode !== before.mode) told.push(`The mode is ${after.mode} now`);
  for (const [id, count] of Object.entries(after.restarts)) {
    if (count > (before.restarts[id] ?? count)) told.push(`${id} was started again`);
  }
  if (before.name === 'ready' && after.name !== 'ready') told.push(`${after.what} is away${after.why ? `: ${after.why}` : ''}`);
  if (before.name !== 'ready' && after.name === 'ready') {
    told.push(before.since === null ? `${after.what} is ready` : `${after.what} is back after ${duration(now - before.since)}`);
  }
  if (after.stuck && !before.stuck) told.push(`${after.what} is not started again by itself: see the console`);
  return told;
}

function duration(ms) {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}
