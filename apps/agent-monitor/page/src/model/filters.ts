import { type MonitorEvent, countedCall, failed } from './event.ts';
import { type Unread, asText, asTime } from './json.ts';
import { type Session, type SessionState, sessionStates } from './session.ts';

/** What the page shows. Null or empty leaves that side open. */
export interface Filters {
  readonly agent: string | null;
  readonly kind: string | null;
  readonly tool: string | null;
  readonly project: string | null;
  readonly session: string | null;
  readonly state: SessionState | null;
  readonly errors: boolean;
  /** Calls of tools, each once, as the page Tools counts them; what timed out is no error there. */
  readonly calls: boolean;
  /** What a failure says, as the page Tools puts it. Only the backend can tell. */
  readonly error: string | null;
  /** The first and the last moment, in milliseconds since 1970. */
  readonly since: number | null;
  readonly until: number | null;
  readonly text: string;
}

export const noFilters: Filters = {
  agent: null,
  kind: null,
  tool: null,
  project: null,
  session: null,
  state: null,
  errors: false,
  calls: false,
  error: null,
  since: null,
  until: null,
  text: '',
};

const named = ['agent', 'kind', 'tool', 'project', 'session', 'error'] as const;
const switches = ['errors', 'calls'] as const;
const moments = ['since', 'until'] as const;

/** The filters as the query of an address, empty if there are none. */
export function toQuery(filters: Filters): string {
  const query = new URLSearchParams();
  for (const name of named) {
    const value = filters[name];
    if (value !== null) {
      query.set(name, value);
    }
  }
  if (filters.state !== null) {
    query.set('state', filters.state);
  }
  for (const name of switches) {
    if (filters[name]) {
      query.set(name, '1');
    }
  }
  setMoments(query, filters);
  if (filters.text !== '') {
    query.set('q', filters.text);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

function setMoments(query: URLSearchParams, filters: Filters): void {
  for (const name of moments) {
    const at = filters[name];
    if (at !== null) {
      query.set(name, new Date(at).toISOString());
    }
  }
}

export function fromQuery(search: string): Filters {
  const query = new URLSearchParams(search);
  const named = (name: string) => query.get(name) || null;
  return {
    agent: named('agent'),
    kind: named('kind'),
    tool: named('tool'),
    project: named('project'),
    session: named('session'),
    state: sessionStates.find((state) => state === query.get('state')) ?? null,
    errors: query.get('errors') === '1',
    calls: query.get('calls') === '1',
    error: named('error'),
    since: asTime(query.get('since')),
    until: asTime(query.get('until')),
    text: query.get('q') ?? '',
  };
}

/** The moments of an address that are none, so that no filter is made of them. */
export function unreadMoments(query: URLSearchParams): readonly Unread[] {
  return moments.map((name) => ({ name, text: asText(query.get(name)) ?? '' })).filter(({ text }) => text !== '' && asTime(text) === null);
}

export function isOpen(filters: Filters): boolean {
  return toQuery(filters) === '';
}

/** The part of the filters that `/api/events` knows. */
export function forServer(filters: Filters): URLSearchParams {
  const query = new URLSearchParams();
  const names = { agent: 'agent_type', kind: 'event_type', tool: 'tool_name', session: 'session_id', error: 'error' } as const;
  for (const [own, server] of Object.entries(names)) {
    const value = filters[own as keyof typeof names];
    if (value !== null) {
      query.set(server, value);
    }
  }
  if (filters.errors) {
    query.set('failed', 'true');
  }
  if (filters.calls) {
    query.set('counted', 'true');
    if (filters.errors) {
      query.set('status', 'error');
    }
  }
  setMoments(query, filters);
  return query;
}

/** What the server would give for `forServer`; nothing if only the server can tell. */
export function serverMatches(filters: Filters, event: MonitorEvent): boolean {
  return filters.error === null && givenMatches(filters, event);
}

/** The same for what the server has given: what it says has been looked at. */
export function givenMatches(filters: Filters, event: MonitorEvent): boolean {
  return (
    (filters.agent === null || event.agent === filters.agent) &&
    (filters.kind === null || event.kind === filters.kind) &&
    (filters.tool === null || event.tool === filters.tool) &&
    (filters.session === null || event.sessionId === filters.session) &&
    (!filters.errors || (filters.calls ? event.status === 'error' : failed(event))) &&
    (!filters.calls || countedCall(event)) &&
    (filters.since === null || (event.at !== null && event.at >= filters.since)) &&
    (filters.until === null || (event.at !== null && event.at <= filters.until))
  );
}

/** Whether the events that are here may hold little of what is wanted, while the server can be asked for it alone. */
export function asksServer(filters: Filters): boolean {
  return forServer(filters).size > 0;
}

export function eventMatches(filters: Filters, event: MonitorEvent, sessions: ReadonlyMap<string, Session>): boolean {
  return serverMatches(filters, event) && restMatches(filters, event, sessions);
}

/** What the server does not know of the filters. */
export function restMatches(filters: Filters, event: MonitorEvent, sessions: ReadonlyMap<string, Session>): boolean {
  return (
    (filters.project === null || event.project === filters.project) &&
    (filters.state === null || sessions.get(event.sessionId)?.state === filters.state) &&
    everyWord(filters.text, () => searchable(event))
  );
}

/** A chosen session does not hide the others: the list is where the next one is chosen. */
export function sessionMatches(filters: Filters, session: Session): boolean {
  return (
    (filters.agent === null || session.agent === filters.agent) &&
    (filters.project === null || session.project === filters.project) &&
    (filters.state === null || session.state === filters.state)
  );
}

const haystacks = new WeakMap<MonitorEvent, string>();

function searchable(event: MonitorEvent): string {
  let text = haystacks.get(event);
  if (text === undefined) {
    const { sessionId, agent, kind, tool, status, project, branch, model, metadata } = event;
    text = [sessionId, agent, kind, tool, status, project, branch, model, ...texts(metadata)].join('\n').toLowerCase();
    haystacks.set(event, text);
  }
  return text;
}

function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    yield value;
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) {
      yield* texts(inner);
    }
  }
}

function everyWord(wanted: string, text: () => string): boolean {
  const words = wanted.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return words.length === 0 || words.every((word) => text().includes(word));
}
