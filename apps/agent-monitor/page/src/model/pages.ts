/** What a row of a long list is known by. */
export interface Known {
  readonly id: string | number;
}

/** Rows of a list, each at its place; undefined stands for one that is not read. */
export type Rows<T> = readonly (T | undefined)[];

/**
 * The rows after a part of them was read, which begins at `start`. Rows move between two readings when new ones come before them: one that
 * is read at another place than before stands there only, and `gaps` are the places it has left. An id never stands twice.
 */
export function placed<T extends Known>(rows: Rows<T>, start: number, found: Rows<T>): { rows: (T | undefined)[]; gaps: readonly number[] } {
  const ids = new Set(found.map((row) => row?.id));
  const end = start + found.length;
  const result: (T | undefined)[] = Array.from({ length: Math.max(rows.length, end) }, (_, index) => (index < start || index >= end ? rows[index] : undefined));
  const gaps: number[] = [];
  result.forEach((row, index) => {
    if (row !== undefined && ids.has(row.id)) {
      result[index] = undefined;
      gaps.push(index);
    }
  });
  distinct(found).forEach((row, index) => (result[start + index] = row));
  return { rows: result, gaps };
}

/** The same rows without those that came before: an id that is there twice becomes undefined at its second place. */
function distinct<T extends Known>(rows: Rows<T>): (T | undefined)[] {
  const seen = new Set<string | number>();
  return rows.map((row) => (row === undefined || seen.has(row.id) || !seen.add(row.id) ? undefined : row));
}

/** The rows of several pages, each id once: the first that was read stays. */
export function joinedRows<T extends Known>(...pages: readonly (readonly T[])[]): T[] {
  return distinct(pages.flat()).filter((row) => row !== undefined);
}
