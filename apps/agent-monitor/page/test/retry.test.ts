import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Fault } from '../src/api.ts';
import { Paged } from '../src/paged.svelte.ts';
import { Reading } from '../src/reading.svelte.ts';
import { cameBack, retryWait } from '../src/retry.ts';
import { Transcript } from '../src/transcript.svelte.ts';

/** What the backend answers now: a status, or the body of a 200. */
let answer: (path: string) => number | object = () => 503;
let asked: string[] = [];
const page = { visibilityState: 'visible' };

function respond(path: string): Response {
  asked.push(path);
  const made = answer(path);
  return typeof made === 'number' ? new Response('{}', { status: made }) : new Response(JSON.stringify(made));
}

const query = (path: string, name: string) => Number(new URL(path, 'http://x').searchParams.get(name));
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', page);
  vi.stubGlobal('fetch', (path: string) => Promise.resolve(respond(path)));
  page.visibilityState = 'visible';
  asked = [];
});
afterEach(async () => {
  // Nothing goes on waiting for the runtime.
  answer = () => ({});
  cameBack();
  await pass(0);
  vi.clearAllTimers();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('what could not be read', () => {
  it('is tried again less and less often, unless the answer would be the same', () => {
    const wait = (status: number | null, tries: number) => retryWait(new Fault('', status), tries);

    expect([1, 2, 3, 4, 5, 50].map((tries) => wait(503, tries))).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    expect([null, 401, 408, 429, 500].map((status) => wait(status, 1))).toEqual([5_000, 5_000, 5_000, 5_000, 5_000]);
    expect([400, 403, 404].map((status) => wait(status, 1))).toEqual([null, null, null]);
  });

  it.each([401, 408, 429, 503])('comes by itself after an answer %i, and goes on being read', async (status) => {
    answer = () => status;
    const reading = new Reading(() => '/api/x', ({ n }) => n, 1_000);
    reading.reload();
    await pass(0);
    expect([reading.fault?.status, reading.value]).toEqual([status, null]);
    answer = () => ({ n: asked.length });
    await pass(5_000);
    expect([reading.fault, reading.value]).toEqual([null, 2]);
    await pass(1_000);

    expect(reading.value).toBe(3);
  });

  it('is asked for at once when the runtime is back, also after an answer that is not tried again', async () => {
    answer = () => 404;
    const reading = new Reading(() => '/api/x', ({ n }) => n);
    reading.reload();
    await pass(600_000);
    expect(asked).toHaveLength(1);
    answer = () => ({ n: 1 });
    cameBack();
    await pass(0);
    expect(reading.value).toBe(1);
    cameBack();
    await pass(0);

    expect(asked).toHaveLength(2);
  });

  it('waits while the page cannot be seen', async () => {
    answer = () => 503;
    const reading = new Reading(() => '/api/x', ({ n }) => n);
    reading.reload();
    await pass(0);
    page.visibilityState = 'hidden';
    await pass(60_000);
    expect(asked).toHaveLength(1);
    page.visibilityState = 'visible';
    await pass(5_000);

    expect(asked).toHaveLength(2);
  });
});

describe('a reading of what changes', () => {
  it('is neither broken off by a change nor made at each of them', async () => {
    const slow: (() => void)[] = [];
    vi.stubGlobal('fetch', (path: string, { signal }: RequestInit) => new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('aborted')));
      slow.push(() => resolve(respond(path)));
    }));
    answer = () => ({ n: asked.length });
    const reading = new Reading(() => '/api/x', ({ n }) => n);
    reading.reload();
    for (let n = 0; n < 10; n++) {
      reading.refresh();
      await pass(100);
    }
    slow.shift()?.();
    await pass(0);
    expect(reading.value).toBe(1);
    await pass(1_000);
    expect(slow).toHaveLength(0);
    await pass(1_000);
    slow.shift()?.();
    await pass(60_000);

    expect([reading.value, asked.length, slow.length]).toEqual([2, 2, 0]);
  });
});

describe('a transcript', () => {
  const steps = (path: string, count: number) => Array.from({ length: count }, (_, index) => ({ event_id: query(path, 'after') + index + 1, role: 'tool', type: 'tool_use', at: null }));

  it('goes on where it broke off', async () => {
    answer = (path) => (query(path, 'after') === 0 ? { entries: steps(path, 3), next_after: 3 } : 503);
    const transcript = new Transcript('s');
    await transcript.readOn();
    expect([transcript.steps.length, transcript.fault?.status]).toEqual([3, 503]);
    answer = (path) => ({ entries: steps(path, 2), next_after: null });
    await pass(5_000);

    expect([transcript.steps.length, transcript.fault, transcript.loaded]).toEqual([5, null, true]);
    expect(asked.map((path) => query(path, 'after'))).toEqual([0, 3, 3]);
  });

  it('is tried no more once nobody looks at it', async () => {
    answer = () => 503;
    const transcript = new Transcript('s');
    await transcript.readOn();
    transcript.close();
    await pass(600_000);
    cameBack();

    expect(asked).toHaveLength(1);
  });

  it('that is too long is read no further', async () => {
    answer = (path) => ({ entries: steps(path, 2_003), next_after: query(path, 'after') + 2_003 });
    const transcript = new Transcript('s');
    await transcript.readOn();
    expect([transcript.steps.length, transcript.cut]).toEqual([50_000, true]);
    const before = asked.length;
    await transcript.readOn();

    expect([transcript.steps.length, asked.length - before]).toEqual([50_000, 0]);
  });
});

describe('a long list', () => {
  const total = 900;
  /** How many rows have come before those that were there at first. */
  let came = 0;
  const rows = (path: string) => ({
    rows: Array.from({ length: Math.min(200, total + came - query(path, 'offset')) }, (_, index) => ({ id: `r${query(path, 'offset') + index - came}` })),
    total: total + came,
  });
  let path = '/api/list';
  const made = () => new Paged(() => path, 'rows', ['total'], (value) => value as { id: string });
  const known = (list: ReturnType<typeof made>) => list.rows?.filter((row) => row !== undefined).map(({ id }) => id) ?? [];

  beforeEach(() => {
    came = 0;
    path = '/api/list';
    answer = rows;
  });

  it('reads a page again that could not be read, and keeps the others meanwhile', async () => {
    const list = made();
    list.reload();
    await pass(0);
    answer = () => 503;
    list.need(200, 420);
    await pass(0);
    expect([list.fault?.status, list.current, known(list).length, list.rows?.length]).toEqual([503, true, 200, total]);
    answer = rows;
    await pass(5_000);

    expect([list.fault, known(list).length]).toEqual([null, 600]);
    expect(asked.map((one) => query(one, 'offset'))).toEqual([0, 200, 400, 200, 400]);
  });

  it('says that what it shows is of another address', async () => {
    const list = made();
    list.reload();
    await pass(0);
    path = '/api/list?q=x';
    answer = () => 503;
    list.reload();
    await pass(0);

    expect([list.fault?.status, list.current, known(list).length]).toEqual([503, false, 200]);
    answer = rows;
    await pass(5_000);
    expect([list.fault, list.current]).toEqual([null, true]);
  });

  it('shows a row once that has moved to the next page, and reads what has come in its place', async () => {
    const list = made();
    list.reload();
    await pass(0);
    came = 1;
    list.need(200, 220);
    await pass(0);
    expect(known(list)).toHaveLength(new Set(known(list)).size);
    expect([list.rows?.[199], list.rows?.[200]?.id]).toEqual([undefined, 'r199']);
    list.need(190, 220);
    await pass(0);

    expect([list.rows?.[0]?.id, list.rows?.[199]?.id, list.rows?.[200]?.id]).toEqual(['r-1', 'r198', 'r199']);
  });

  it('asks a backend that gives the same rows for every page no more than some times', async () => {
    answer = () => rows('/api/list?offset=0');
    const list = made();
    list.reload();
    await pass(0);
    for (let n = 0; n < 50; n++) {
      list.need(190, 220);
      await pass(0);
    }

    expect(asked.length).toBeLessThan(12);
  });
});
