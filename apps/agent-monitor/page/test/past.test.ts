import { describe, expect, it } from 'vitest';
import { type MonitorEvent, readEvent } from '../src/model/event.ts';
import { type Feed, added, caughtUp, emptyFeed } from '../src/model/feed.ts';
import { type Past, noPast, pastAfter, released, withPage } from '../src/model/past.ts';
import { eventRow } from './rows.ts';

const limit = 5;
const event = (id: number) => readEvent(eventRow(id)) as MonitorEvent;
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => event(first + index));
const ids = (rows: readonly MonitorEvent[]) => rows.map(({ id }) => id);

/** A feed and its past as the page keeps them, with events that come one by one. */
class Kept {
  feed: Feed = added(emptyFeed, from(11, 15), limit);
  past: Past = noPast;
  ceiling: number | null = null;
  reading = false;

  come(...events: MonitorEvent[]): void {
    this.after(added(this.feed, events, limit));
  }

  after(feed: Feed): void {
    this.feed = feed;
    this.past = pastAfter(this.past, feed, this.ceiling, this.reading, limit);
  }

  /** What someone who reads sees. */
  seen(): number[] {
    return ids([...this.feed.rows, ...this.past.rows]).filter((id) => id <= (this.ceiling ?? Infinity));
  }
}

describe('under someone who reads', () => {
  it('every row stays, however many come', () => {
    const kept = new Kept();
    kept.ceiling = 15;
    for (let id = 16; id <= 40; id++) {
      kept.come(event(id));
    }

    expect(kept.seen()).toEqual([15, 14, 13, 12, 11]);
    expect(ids(kept.feed.rows)).toEqual([40, 39, 38, 37, 36]);
    expect(kept.past.gap).toBe(20);
  });

  it('they stay also when more come at once than the feed holds', () => {
    const kept = new Kept();
    kept.ceiling = 15;
    kept.come(...from(16, 30));

    expect(kept.seen()).toEqual([15, 14, 13, 12, 11]);
    expect(kept.past.gap).toBe(10);
  });

  it('they stay when something was lost, and nobody says how much', () => {
    const kept = new Kept();
    kept.ceiling = 15;
    kept.after(caughtUp(kept.feed, from(50, 54), false, 15, limit));
    kept.come(event(55));

    expect(kept.seen()).toEqual([15, 14, 13, 12, 11]);
    expect(kept.past.gap).toBeNull();
  });

  it('an event that comes again stands there once', () => {
    const kept = new Kept();
    kept.ceiling = 15;
    kept.come(...from(16, 20));
    kept.come(event(14));

    expect(kept.seen()).toEqual([15, 14, 13, 12, 11]);
  });

  it('what was kept for them goes when they stop, unless it joins the feed', () => {
    const kept = new Kept();
    kept.ceiling = 15;
    kept.come(...from(16, 18));
    expect(ids(released(kept.past, limit).rows)).toEqual([13, 12, 11]);
    kept.come(...from(19, 30));

    expect(released(kept.past, limit)).toBe(noPast);
  });
});

describe('older events', () => {
  const read = () => {
    const kept = new Kept();
    kept.past = withPage(kept.past, 11, from(9, 12).reverse(), 8);
    return kept;
  };

  it('stand below the feed, each once', () => {
    expect(read().seen()).toEqual([15, 14, 13, 12, 11, 10, 9]);
  });

  it('stay when new ones come', () => {
    const kept = read();
    kept.come(event(16));
    kept.come(event(17));

    expect(kept.seen()).toEqual([17, 16, 15, 14, 13, 12, 11, 10, 9]);
    expect(kept.past.left).toBe(8);
  });

  it('are let go from the old end when there are too many, and can be read again', () => {
    const kept = read();
    from(16, 20).forEach((one) => kept.come(one));

    expect(ids(kept.past.rows)).toEqual([15, 14, 13, 12, 11]);
    expect(kept.past.left).toBe(10);
  });

  it('join the feed also when it moved on while they were read', () => {
    const kept = new Kept();
    kept.reading = true;
    kept.come(event(16));
    kept.past = withPage(kept.past, kept.past.rows.at(-1)?.id ?? 0, from(9, 10).reverse(), 8);

    expect(kept.seen()).toEqual([16, 15, 14, 13, 12, 11, 10, 9]);
  });

  it('that nobody asked for are not kept', () => {
    const kept = new Kept();
    kept.come(event(16));

    expect(kept.past).toBe(noPast);
  });

  it('go when a hole opens before them', () => {
    const kept = read();
    kept.after(caughtUp(kept.feed, from(50, 54), false, 15, limit));

    expect(kept.past).toBe(noPast);
  });
});
