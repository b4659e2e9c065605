import type { Side } from '../model/cost-view.ts';
import { strings } from '../strings.ts';
import { shortId } from './address.ts';
import { agentName } from './line.ts';
import { oneLine } from './text.ts';

const dayFormat = new Intl.DateTimeFormat('en', { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' });

/** The name of what a sum stands for, as people know it. */
export function costKey(side: Side, key: string): string {
  if (key === '') {
    return strings.costs.none[side];
  }
  switch (side) {
    case 'day':
      return /^\d{4}-\d\d-\d\d$/.test(key) ? dayFormat.format(new Date(`${key}T00:00:00Z`)) : key;
    case 'agent':
      return oneLine(agentName(key), 200);
    case 'session':
      return shortId(key);
    default:
      return oneLine(key, 200);
  }
}
