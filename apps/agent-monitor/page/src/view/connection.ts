import type { Connection, UpstreamStatus } from '@proa/client';
import { strings } from '../strings.ts';

const wellStates = new Set(['ready', 'connected', 'live', 'open', 'attached', 'completed', 'stopped']);

/** Good: events arrive. Unsure: they will. Bad: only once somebody does something. */
export type Health = 'good' | 'unsure' | 'bad';

export function healthOf(connection: Connection, upstreams: ReadonlyMap<string, UpstreamStatus>): Health {
  switch (connection.name) {
    case 'live':
      return unwell(upstreams) === null ? 'good' : 'unsure';
    case 'connecting':
    case 'reconnecting':
      return 'unsure';
    case 'unauthorized':
    case 'closed':
      return 'bad';
  }
}

export function connectionWord(connection: Connection, upstreams: ReadonlyMap<string, UpstreamStatus>): string {
  const sick = connection.name === 'live' ? unwell(upstreams) : null;
  if (sick !== null) {
    const name = sick.upstream === '' ? strings.connection.backendName : sick.upstream;
    return strings.connection.backend(name, sick.state.toLowerCase().replaceAll('_', ' '));
  }
  return strings.connection[connection.name];
}

function unwell(upstreams: ReadonlyMap<string, UpstreamStatus>): UpstreamStatus | null {
  return [...upstreams.values()].find((status) => status.state !== '' && !wellStates.has(status.state.toLowerCase())) ?? null;
}
