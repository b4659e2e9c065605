import type { Component } from 'svelte';
import type { PageName, Place } from './model/route.ts';
import type { Monitor } from './monitor.svelte.ts';

type Page = Component<{ monitor: Monitor; place: Place }>;

/** Each page is a file of its own that is fetched when someone goes there. */
const files: Readonly<Record<PageName, () => Promise<{ default: unknown }>>> = {
  live: () => import('./pages/Live.svelte'),
  sessions: () => import('./pages/Sessions.svelte'),
  session: () => import('./pages/Session.svelte'),
  costs: () => import('./pages/Costs.svelte'),
  tools: () => import('./pages/Tools.svelte'),
  limits: () => import('./pages/Limits.svelte'),
  settings: () => import('./pages/Settings.svelte'),
  search: () => import('./pages/Search.svelte'),
  lost: () => import('./pages/Lost.svelte'),
};

/** Every page takes the monitor and its place; pages that need neither leave them. */
export async function loadPage(page: PageName): Promise<Page> {
  return (await files[page]()).default as Page;
}
