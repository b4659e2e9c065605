import { Fault } from './api.ts';
import { strings } from './strings.ts';

/** What was read; an answer that could not be understood is a fault of its panel. */
export function needed<T>(value: T | null): T {
  if (value === null) {
    throw new Fault(strings.faults.unreadable);
  }
  return value;
}
