import { type Bounds, type Span, putSpan, spanIn } from './spans.ts';

export const sides = ['day', 'model', 'project', 'branch', 'agent', 'session'] as const;
/** By what the sums are told apart. */
export type Side = (typeof sides)[number];

/** What is left of the events: an empty text means those without a value, null leaves that side open. */
export interface CostFilters {
  readonly agent: string | null;
  readonly model: string | null;
  readonly project: string | null;
  readonly branch: string | null;
  readonly session: string | null;
}

/** What the Costs page shows; it is the page's address. */
export interface CostView extends CostFilters {
  readonly span: Span;
  readonly by: Side;
  /** The events behind a sum instead of the sums: those counted and their repeats, or only those without a price. */
  readonly events: 'all' | 'unpriced' | null;
}

export const filterNames = ['agent', 'model', 'project', 'branch', 'session'] as const;
const serverNames = { agent: 'agent_type', model: 'model', project: 'project', branch: 'branch', session: 'session_id' } as const;

export const openView: CostView = { span: { name: 'all' }, by: 'day', events: null, agent: null, model: null, project: null, branch: null, session: null };

export function costViewIn(query: URLSearchParams): CostView {
  const events = query.get('events');
  return {
    span: spanIn(query),
    by: sides.find((side) => side === query.get('by')) ?? 'day',
    events: events === 'all' || events === 'unpriced' ? events : null,
    agent: query.get('agent'),
    model: query.get('model'),
    project: query.get('project'),
    branch: query.get('branch'),
    session: query.get('session'),
  };
}

/** The view as the query of an address, empty if it is the open one. */
export function costQuery(view: CostView): string {
  const query = new URLSearchParams();
  putSpan(query, view.span);
  if (view.by !== 'day') {
    query.set('by', view.by);
  }
  for (const name of filterNames) {
    const value = view[name];
    if (value !== null) {
      query.set(name, value);
    }
  }
  if (view.events !== null) {
    query.set('events', view.events);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** The filters and the time in the server's words. */
export function costParameters(view: CostFilters, { from, to }: Bounds, zone: string): URLSearchParams {
  const query = new URLSearchParams({ zone });
  if (from !== null) {
    query.set('from', new Date(from).toISOString());
  }
  if (to !== null) {
    query.set('to', new Date(to).toISOString());
  }
  for (const name of filterNames) {
    const value = view[name];
    if (value !== null) {
      query.set(serverNames[name], value);
    }
  }
  return query;
}

/** By what the bars of the charts are told apart: days lie along them anyway. */
export function stackedBy(by: Side): 'model' | 'project' | 'branch' | 'agent' {
  return by === 'day' || by === 'session' ? 'model' : by;
}

/** The view of what one row of a table is made of. */
export function rowView(view: CostView, key: string, day: { from: number; to: number } | null): CostView {
  if (view.by === 'day') {
    return day === null ? view : { ...view, span: { name: 'between', ...day } };
  }
  return { ...view, [view.by]: key };
}
