import { untrack } from 'svelte';
import { Fault, read } from './api.ts';
import { type Json, asCount, asList } from './model/json.ts';

const pageSize = 200;

/**
 * A long list of the backend of which only the pages that come into sight are read. When its address changes, what is shown stays until the
 * first page of the new list is there. To be made while a component is set up.
 */
export class Paged<T> {
  /** As many as there are; undefined stands for one that is not read yet. Null until the first page is there. */
  rows = $state.raw<readonly (T | undefined)[] | null>(null);
  fault = $state.raw<Fault | null>(null);
  busy = $state.raw(false);
  /** The first answer as it came, for what it says beside its rows. */
  head = $state.raw<Json>({});
  private asked = new Set<number>();
  private generation = 0;

  /**
   * `path` gives the address without `limit` and `offset`, or null while there is nothing to ask. `list` names the answer's list and
   * `totals` the fields that may say how many there are, the best first.
   */
  constructor(
    private readonly path: () => string | null,
    private readonly list: string,
    private readonly totals: readonly string[],
    private readonly readOne: (value: unknown) => T | null,
  ) {
    $effect(() => {
      void this.path();
      untrack(() => this.reload());
    });
  }

  /** Reads the list anew. */
  reload(): void {
    this.generation += 1;
    this.asked = new Set();
    if (this.path() === null) {
      this.rows = null;
      this.fault = null;
    } else {
      void this.readPage(0);
    }
  }

  /** Reads what is missing of these rows. */
  need(from: number, to: number): void {
    const length = this.rows?.length ?? 0;
    for (let page = Math.floor(from / pageSize); page * pageSize < Math.min(to, length); page++) {
      const at = page * pageSize;
      if (!this.asked.has(page) && this.rows?.slice(at, at + pageSize).includes(undefined) !== false) {
        void this.readPage(page);
      }
    }
  }

  private async readPage(page: number): Promise<void> {
    const { generation } = this;
    const path = untrack(this.path);
    this.asked.add(page);
    this.busy = true;
    try {
      const answer = await read(`${path}${path?.includes('?') === true ? '&' : '?'}limit=${pageSize}&offset=${page * pageSize}`);
      if (generation === this.generation) {
        this.place(page, answer);
        this.fault = null;
      }
    } catch (failure) {
      if (generation === this.generation) {
        this.fault = failure instanceof Fault ? failure : new Fault(String(failure));
        this.asked.delete(page);
      }
    } finally {
      if (generation === this.generation) {
        this.busy = false;
      }
    }
  }

  private place(page: number, answer: Json): void {
    const found = asList(answer[this.list]).map(this.readOne);
    const said = this.totals.map((name) => answer[name]).find((value) => typeof value === 'number');
    const start = page * pageSize;
    // A backend that does not say how many there are has said so by a page that is not full.
    const total = Math.max(asCount(said), start + found.length, page === 0 ? 0 : (this.rows?.length ?? 0));
    const rows: (T | undefined)[] = page === 0 ? [] : [...(this.rows ?? [])];
    rows.length = page === 0 || this.rows === null ? total : this.rows.length;
    found.forEach((row, index) => (rows[start + index] = row ?? undefined));
    if (page === 0) {
      this.head = answer;
    }
    this.rows = rows;
  }
}
