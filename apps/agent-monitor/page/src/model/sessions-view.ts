import { rangeBounds, rangeFrom } from './range.ts';
import { withQuery } from './route.ts';
import type { Session } from './session.ts';

/** What `/api/sessions` is asked for what the address of the page says. */
export function sessionsPath(query: URLSearchParams, now: number): string {
  const { from, to } = rangeBounds(rangeFrom(query, 'all'), now);
  return withQuery('/api/sessions', {
    agent_type: query.get('agent'),
    project: query.get('project'),
    branch: query.get('branch'),
    status: query.get('state'),
    q: query.get('q'),
    since: from,
    until: to,
    order: query.get('order') ?? 'recent',
  });
}

/** How many sessions began after a list was read, at a time of the runtime's clock. */
export function begunSince(readAt: number, sessions: Iterable<Session>): number {
  return [...sessions].filter(({ startedAt }) => startedAt !== null && startedAt > readAt).length;
}
