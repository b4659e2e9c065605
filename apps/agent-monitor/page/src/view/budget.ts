import { costAddress, openView } from '../model/cost-view.ts';
import type { Budget } from '../model/costs.ts';
import { rangeBetween } from '../model/range.ts';

/** Where the costs are that a budget counts. */
export function budgetAddress({ from, to, project, model }: Budget): string {
  return costAddress({ ...openView, range: from === null || to === null ? { name: 'all' } : rangeBetween(from, to), project, model });
}
