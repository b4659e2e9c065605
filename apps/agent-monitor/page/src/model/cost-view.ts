import { type Range, rangeBounds, rangeFrom, rangeQuery } from './range.ts';
import { type Query, withQuery } from './route.ts';

export const sides = ['day', 'model', 'project', 'branch', 'agent', 'session'] as const;
/** By what the sums are told apart. */
export type Side = (typeof sides)[number];

export const filterNames = ['agent', 'model', 'project', 'branch', 'session'] as const;
export type FilterName = (typeof filterNames)[number];

/** What the Costs page shows; it is the page's address. An empty filter means the events without a value, null leaves that side open. */
export interface CostView extends Readonly<Record<FilterName, string | null>> {
  readonly range: Range;
  readonly by: Side;
  /** The events behind a sum instead of the sums: all of them with their repeats, or only those without a price. */
  readonly events: 'all' | 'unpriced' | null;
}

/** The page opens on the range that has data. */
export const usualRange = 'all';
export const openView: CostView = { range: { name: usualRange }, by: 'day', events: null, agent: null, model: null, project: null, branch: null, session: null };

const serverNames: Readonly<Record<FilterName, string>> = { agent: 'agent_type', model: 'model', project: 'project', branch: 'branch', session: 'session_id' };
/** What an empty filter is called in addresses and by the server, where nothing would mean everything. */
const without = '(none)';

export function costViewIn(query: URLSearchParams): CostView {
  const events = query.get('events');
  const filters = filterNames.map((name) => [name, query.get(name) === without ? '' : query.get(name)]);
  return {
    ...(Object.fromEntries(filters) as Record<FilterName, string | null>),
    range: rangeFrom(query, usualRange),
    by: sides.find((side) => side === query.get('by')) ?? 'day',
    events: events === 'all' || events === 'unpriced' ? events : null,
  };
}

/** The address of a view. */
export function costAddress(view: CostView): string {
  const filters: Query = Object.fromEntries(filterNames.map((name) => [name, view[name] === '' ? without : view[name]]));
  return withQuery('/costs', { ...rangeQuery(view.range, usualRange), by: view.by === 'day' ? null : view.by, ...filters, events: view.events });
}

/** The filters and the time in the server's words. */
export function costParameters(view: CostView, now: number, zone: string): URLSearchParams {
  const query = new URLSearchParams({ zone });
  const { from, to } = rangeBounds(view.range, now);
  if (from !== null) {
    query.set('from', from);
  }
  if (to !== null) {
    query.set('to', to);
  }
  for (const name of filterNames) {
    const value = view[name];
    if (value !== null) {
      query.set(serverNames[name], value === '' ? without : value);
    }
  }
  return query;
}

/** By what the bars of the charts are told apart: days lie along them anyway. */
export function stackedBy(by: Side): 'model' | 'project' | 'branch' | 'agent' {
  return by === 'day' || by === 'session' ? 'model' : by;
}

/** The view of what one row of a table is made of. */
export function rowView(view: CostView, key: string): CostView {
  return view.by === 'day' ? { ...view, range: { name: 'own', from: key, to: key } } : { ...view, [view.by]: key };
}
