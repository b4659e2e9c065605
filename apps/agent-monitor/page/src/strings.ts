import { chart } from './strings/chart.ts';
import { costs } from './strings/costs.ts';
import { limits } from './strings/limits.ts';
import { live } from './strings/live.ts';
import { search } from './strings/search.ts';
import { sessions } from './strings/sessions.ts';
import { settings } from './strings/settings.ts';
import { shell } from './strings/shell.ts';
import { tools } from './strings/tools.ts';

/** Every text of this app's pages: what they share, then one part for each page. */
export const strings = {
  ...live,
  ...shell,
  sessionPages: sessions,
  searchPage: search,
  chart,
  costs,
  tools,
  limits,
  settings,
};
