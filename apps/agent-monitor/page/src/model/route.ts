/** The pages that the bar names, in its order. */
export const mainPages = ['live', 'sessions', 'costs', 'tools', 'limits', 'settings'] as const;
export type MainPage = (typeof mainPages)[number];
export type PageName = MainPage | 'session' | 'search' | 'lost';

/** Where an address leads: a page, and for a session's page its id. */
export interface Place {
  readonly page: PageName;
  readonly id: string | null;
}

const paths: Readonly<Record<string, PageName>> = {
  '/': 'live',
  '/index.html': 'live',
  '/sessions': 'sessions',
  '/costs': 'costs',
  '/tools': 'tools',
  '/limits': 'limits',
  '/settings': 'settings',
  '/search': 'search',
};

/** Ids that can stand in a path as they are; others go into the query, because servers read dots and encoded slashes as more than letters. */
const plainId = /^[\w~:-]{1,200}$/;
/** Stands in place of an id that is in the query. */
const inQuery = 'at';

export function placeOf(path: string, search: string): Place {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, '') : path;
  const page = paths[trimmed];
  if (page !== undefined) {
    return { page, id: null };
  }
  const [, name] = /^\/sessions\/([^/]+)$/.exec(trimmed) ?? [];
  if (name === undefined) {
    return { page: 'lost', id: null };
  }
  const id = name === inQuery ? new URLSearchParams(search).get('id') : decoded(name);
  return id === null || id === '' ? { page: 'lost', id: null } : { page: 'session', id };
}

/** The part of the bar that a page belongs to. */
export function tabOf(page: PageName): MainPage | null {
  return page === 'session' ? 'sessions' : (mainPages.find((name) => name === page) ?? null);
}

/** The address of one of the bar's pages. */
export function pageAddress(page: MainPage, query: Query = {}): string {
  return withQuery(page === 'live' ? '/' : `/${page}`, query);
}

/** The address of a session's page; `query` may name a view of it and an event. */
export function sessionAddress(id: string, query: Query = {}): string {
  return plainId.test(id) && id !== inQuery ? withQuery(`/sessions/${id}`, query) : withQuery(`/sessions/${inQuery}`, { id, ...query });
}

/** What stands behind the question mark; null and empty values are left out. */
export type Query = Readonly<Record<string, string | number | null | undefined>>;

export function withQuery(path: string, query: Query): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') {
      parts.set(name, String(value));
    }
  }
  const text = parts.toString();
  return text === '' ? path : `${path}?${text}`;
}

function decoded(name: string): string | null {
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}
