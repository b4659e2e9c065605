/**
 * How far a page has come. `exact` means that the next batch must be `s + 1`: it is not so on a fresh connection, which joins a running
 * count, and after a resync, which jumps over what was lost.
 */
export interface Position {
  readonly g: number;
  readonly s: number;
  readonly exact: boolean;
}

/** What to do with a batch: `take` it or leave it as a repeat, and whether batches before it are `lost`. */
export interface Placing {
  readonly position: Position;
  readonly take: boolean;
  readonly lost: 'nothing' | 'gap' | 'restart';
}

/** A page that has just been greeted by generation `g` for the first time. */
export function joined(g: number): Position {
  return { g, s: 0, exact: false };
}

/** After `resume` the runtime answers with every missing batch or with a resync, so nothing may be skipped in silence. */
export function resumed(position: Position): Position {
  return { ...position, exact: true };
}

/**
 * After a resync of everything the count may jump, but never back. The page trusts the runtime for the stretch up to the next batch: a
 * resync carries no number to count on from, and asking again after each would have no end under load.
 */
export function resynced(position: Position): Position {
  return { ...position, exact: false };
}

/** Places batch `s` of generation `g`; the position it returns has seen that batch. */
export function place(position: Position, g: number, s: number): Placing {
  if (g < position.g || (g === position.g && s <= position.s)) {
    return { position, take: false, lost: 'nothing' };
  }
  const next = { g, s, exact: true };
  if (g > position.g) {
    return { position: next, take: true, lost: 'restart' };
  }
  return { position: next, take: true, lost: position.exact && s > position.s + 1 ? 'gap' : 'nothing' };
}
