import { describe, expect, it } from 'vitest';
import { joinedRows, placed } from '../src/model/pages.ts';

const rows = (text: string) => [...text].map((id) => (id === '.' ? undefined : { id }));
const said = (list: readonly ({ id: string } | undefined)[]) => list.map((row) => row?.id ?? '.').join('');

describe('rows of a long list', () => {
  it('stand at the places of their page', () => {
    expect(said(placed(rows('ab....'), 2, rows('cd')).rows)).toBe('abcd..');
    expect(said(placed([], 0, rows('ab')).rows)).toBe('ab');
    expect(said(placed(rows('ab'), 2, rows('cd')).rows)).toBe('abcd');
  });

  it('that have moved to another page stand there only, and leave a gap', () => {
    const { rows: after, gaps } = placed(rows('abcd......'), 4, rows('defg'));

    expect(said(after)).toBe('abc.defg..');
    expect(gaps).toEqual([3]);
  });

  it('that come twice on one page stand there once', () => {
    expect(said(placed([], 0, rows('aab')).rows)).toBe('a.b');
  });

  it('are replaced by what is read at their place', () => {
    const { rows: after, gaps } = placed(rows('abcd'), 0, rows('xabc'));

    expect(said(after)).toBe('xabc');
    expect(gaps).toEqual([]);
  });

  it('of several pages are each there once, the newest reading first', () => {
    expect(joinedRows([{ id: 1 }, { id: 2 }], [{ id: 2 }, { id: 3 }, { id: 3 }])).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });
});
