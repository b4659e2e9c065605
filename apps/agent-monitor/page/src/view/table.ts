/** The rows in the order of a value: numbers by size, texts by alphabet; rows without the value last, whichever way. */
export function sorted<T>(rows: readonly (T | undefined)[], by: (row: T) => number | string | null, down: boolean): readonly (T | undefined)[] {
  const keyed = Array.from(rows, (row) => ({ row, value: row === undefined ? null : by(row) }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) {
      return (a.value === null ? 1 : 0) - (b.value === null ? 1 : 0);
    }
    const way = down ? -1 : 1;
    return typeof a.value === 'number' && typeof b.value === 'number' ? way * (a.value - b.value) : way * String(a.value).localeCompare(String(b.value));
  });
  return keyed.map(({ row }) => row);
}
