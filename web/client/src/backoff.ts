const shortestMs = 250;
const longestMs = 10_000;

/**
 * The wait in ms before try number `attempt` (from 1) after a lost connection: within 250 ms and 10 s, doubling, with the upper half random
 * so that many pages of one runtime do not return in the same instant. `chance` is within [0, 1).
 */
export function waitBefore(attempt: number, chance: number): number {
  const ceiling = Math.min(longestMs, 2 * shortestMs * 2 ** Math.min(attempt - 1, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}
