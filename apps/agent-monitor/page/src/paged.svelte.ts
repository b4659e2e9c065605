import { untrack } from 'svelte';
import { Fault, read } from './api.ts';
import { type Json, asCount, asList } from './model/json.ts';
import { type Known, type Rows, placed } from './model/pages.ts';
import { Retry } from './retry.ts';

const pageSize = 200;
/** How often a page is read for rows that have moved away from it. */
const mostMends = 3;

/**
 * A long list of the backend of which only the pages that come into sight are read. When its address changes, what is shown stays until the
 * first page of the new list is there. Pages that could not be read are tried again. To be made while a component is set up.
 */
export class Paged<T extends Known> {
  /** As many as there are; undefined stands for one that is not read yet. Null until the first page is there. */
  rows = $state.raw<Rows<T> | null>(null);
  /** Why a page could not be read; null once all that were asked for are there. */
  fault = $state.raw<Fault | null>(null);
  /** The rows are those of the address that is asked for now. */
  current = $state.raw(false);
  busy = $state.raw(false);
  /** The first answer as it came, for what it says beside its rows. */
  head = $state.raw<Json>({});
  private asked = new Set<number>();
  private failed = new Set<number>();
  /** One has failed since the last time that all had settled. */
  private broke = false;
  private mends = new Map<number, number>();
  private generation = 0;
  private first = true;
  private under = 0;
  private readOf: string | null = null;
  private readonly retry = new Retry(() => this.readFailed());

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
      return () => this.retry.stop();
    });
  }

  /** Reads the list anew. */
  reload(): void {
    const path = untrack(this.path);
    this.generation += 1;
    this.first = true;
    this.under = 0;
    this.asked = new Set();
    this.failed = new Set();
    this.mends = new Map();
    this.retry.stop();
    if (this.current && path !== this.readOf) {
      this.current = false;
      this.fault = null;
    }
    if (path === null) {
      this.rows = null;
      this.fault = null;
      this.busy = false;
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

  private readFailed(): void {
    const pages = [...this.failed];
    this.failed = new Set();
    pages.forEach((page) => void this.readPage(page));
  }

  private async readPage(page: number): Promise<void> {
    const { generation } = this;
    const path = untrack(this.path);
    this.asked.add(page);
    this.under += 1;
    this.busy = true;
    try {
      const answer = await read(`${path}${path?.includes('?') === true ? '&' : '?'}limit=${pageSize}&offset=${page * pageSize}`);
      if (generation === this.generation) {
        this.place(page, answer);
        this.readOf = path;
        this.current = true;
      }
    } catch (failure) {
      if (generation === this.generation) {
        this.failed.add(page);
        this.broke = true;
        this.fault = failure instanceof Fault ? failure : new Fault(String(failure));
      }
    } finally {
      if (generation === this.generation) {
        this.under -= 1;
        this.busy = this.under > 0;
        this.settled();
      }
    }
  }

  /** One of several pages that fail together is no further try. */
  private settled(): void {
    if (this.busy) {
      return;
    }
    if (this.failed.size === 0) {
      this.fault = null;
      this.retry.stop();
    } else if (this.broke && this.fault !== null) {
      this.retry.failed(this.fault);
    }
    this.broke = false;
  }

  private place(page: number, answer: Json): void {
    const found = asList(answer[this.list]).map((value) => this.readOne(value) ?? undefined);
    const said = this.totals.map((name) => answer[name]).find((value) => typeof value === 'number');
    const start = page * pageSize;
    const before: Rows<T> = this.first || this.rows === null ? [] : this.rows;
    const { rows, gaps } = placed(before, start, found);
    gaps.forEach((gap) => this.mend(Math.floor(gap / pageSize)));
    if (this.first) {
      // A backend that does not say how many there are has said so by a page that is not full.
      rows.push(...Array.from<undefined>({ length: Math.max(0, asCount(said) - rows.length) }));
      this.first = false;
    }
    if (page === 0) {
      this.head = answer;
    }
    this.rows = rows;
  }

  /** A row that was on this page stands on another now: what is in its place is read when it can be seen. */
  private mend(page: number): void {
    const times = this.mends.get(page) ?? 0;
    if (times < mostMends) {
      this.mends.set(page, times + 1);
      this.asked.delete(page);
    }
  }
}
