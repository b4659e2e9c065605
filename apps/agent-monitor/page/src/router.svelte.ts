import { type Place, placeOf } from './model/route.ts';

/** `push` makes a step to go back to, `replace` does not: for what changes while someone types. */
export type Step = 'push' | 'replace';

/** The page's address as state: which page, and what its query says. Every view can be shared and gone back to. */
class Router {
  path = $state.raw(location.pathname);
  search = $state.raw(location.search);
  place: Place = $derived(placeOf(this.path, this.search));
  query = $derived(new URLSearchParams(this.search));

  constructor() {
    addEventListener('popstate', () => this.read());
    document.addEventListener('click', (event) => this.clicked(event));
  }

  go(address: string, step: Step = 'push'): void {
    const same = address === location.pathname + location.search + location.hash;
    if (step === 'replace' || same) {
      history.replaceState(history.state, '', address);
    } else {
      history.pushState(null, '', address);
    }
    this.read();
  }

  /** Changes some values of the query and leaves the others; null or an empty text takes one away. */
  change(values: Readonly<Record<string, string | null>>, step: Step = 'push'): void {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === '') {
        query.delete(name);
      } else {
        query.set(name, value);
      }
    }
    const text = query.toString();
    this.go(location.pathname + (text === '' ? '' : `?${text}`), step);
  }

  private read(): void {
    this.path = location.pathname;
    this.search = location.search;
  }

  /** Links within the app change the page in place; what asks for another tab or another origin is left to the browser. */
  private clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
      return;
    }
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null;
    if (link === null || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) {
      return;
    }
    // A place on the page that is open is the browser's to go to.
    if (link.hash !== '' && link.pathname === location.pathname) {
      return;
    }
    if (!link.pathname.startsWith('/_proa/') && !link.pathname.startsWith('/api/')) {
      event.preventDefault();
      this.go(link.pathname + link.search + link.hash);
    }
  }
}

export const router = new Router();
