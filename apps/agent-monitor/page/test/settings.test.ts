import { describe, expect, it } from 'vitest';
import { changes, countOf, originOf, patched, pointerOf, readFaults, readSettings, valueAt, withValue } from '../src/model/settings.ts';
import { readNumber } from '../src/model/number.ts';
import { readHooks, readImports, readPruned, readStorage, share } from '../src/model/upkeep.ts';

describe('settings', () => {
  const settings = readSettings({ values: { privacy: { prompts: 'keep', cut_at: 500 } }, from: { '/privacy': 'profile', '/retention/days': 'settings', '/x': 'moon' }, problems: [] });

  it('know where a value comes from by the nearest place that says so', () => {
    expect(settings === null ? null : originOf(settings, '/privacy/per_source/hook')).toBe('profile');
    expect(settings === null ? null : originOf(settings, '/retention/days')).toBe('settings');
    expect(settings === null ? null : originOf(settings, '/x')).toBe('default');
  });

  it('are read and changed by pointers, also where nothing was', () => {
    const values = { budgets: [{ name: 'a' }], retention: { kinds: { 'a/b': 3 } } };
    expect(valueAt(values, '/budgets/0/name')).toBe('a');
    expect(valueAt(values, '/retention/kinds/a~1b')).toBe(3);
    expect(valueAt(values, '/nothing/here')).toBeUndefined();
    expect(withValue(values, '/budgets/0/limit_usd', 5)).toEqual({ ...values, budgets: [{ name: 'a', limit_usd: 5 }] });
    expect(withValue({}, '/import/auto', true)).toEqual({ import: { auto: true } });
    expect(withValue({ a: { b: 1, c: 2 } }, '/a/b', undefined)).toEqual({ a: { c: 2 } });
  });

  it('send what changed and nothing else', () => {
    const saved = { privacy: { prompts: 'keep', cut_at: 500 }, budgets: [{ name: 'a' }], retention: { kinds: { tool_use: 7 } } };
    expect(changes(saved, saved)).toEqual({});
    expect(changes(saved, { ...saved, privacy: { prompts: 'cut', cut_at: 500 }, budgets: [], retention: { kinds: {} } })).toEqual({
      privacy: { prompts: 'cut' }, budgets: [], retention: { kinds: { tool_use: null } },
    });
    expect(countOf({ privacy: { prompts: 'cut', cut_at: 3 }, budgets: [] })).toBe(3);
  });

  it('keep what was changed when what is stored is another', () => {
    const [stored, form, newer] = [{ a: { b: 1, c: 2 }, list: [1] }, { a: { b: 5 }, list: [1] }, { a: { b: 1, c: 2, d: 3 }, list: [2] }];

    expect(patched(newer, changes(stored, form))).toEqual({ a: { b: 5, d: 3 }, list: [2] });
    expect(patched(stored, changes(stored, form))).toEqual(form);
    expect(patched({}, { a: { b: 1 } })).toEqual({ a: { b: 1 } });
  });

  it.each([
    ['1200', 1200], [' 0.5 ', 0.5], ['.5', 0.5], ['3.', 3], ['-2', -2], ['12,345', 12_345], ['1,000,000.25', 1_000_000.25],
    ['2,50', null], ['2,5', null], ['0,500', null], ['1.000.000', null], ['1,00,000', null], ['abc', null], ['', null], ['1e3', null], ['0x10', null], ['Infinity', null],
  ])('take %j for the number %s', (text, number) => expect(readNumber(text)).toBe(number));

  it('find the field of a fault however the server names it', () => {
    expect(pointerOf('budgets[1].limit_usd')).toBe('/budgets/1/limit_usd');
    expect(pointerOf('/data/settings.json /retention/days')).toBe('/retention/days');
    expect(readFaults(['/limits/codex/kind: write cost', { field: 'retention.days', message: 'must be 1 or more' }, { where: '/privacy/cut_at', what: 'it is "x"', remedy: 'Write a number.' }, 'all of it is wrong', 4])).toEqual([
      { pointer: '/limits/codex/kind', message: 'write cost' },
      { pointer: '/retention/days', message: 'must be 1 or more' },
      { pointer: '/privacy/cut_at', message: 'it is "x". Write a number.' },
      { pointer: '', message: 'all of it is wrong' },
    ]);
  });
});

describe('upkeep', () => {
  it('reads jobs and how far they are', () => {
    const jobs = readImports({ jobs: [{ id: 7, state: 'running', bytes: 200, bytes_done: 50 }, { id: 'x', state: 'lost', files: 4, files_done: 5 }, { id: 'y' }], auto: { every_minutes: 10 } })?.jobs ?? [];

    expect(jobs.map((job) => [job.id, job.state, share(job)])).toEqual([['7', 'running', 0.25], ['x', 'unknown', 1], ['y', 'unknown', null]]);
  });

  it('reads what is stored, kinds by size', () => {
    const storage = readStorage({ db_bytes: 10, by_kind: [{ event_type: 'a', events: 1, bytes: 1 }, { event_type: 'b', events: 1, bytes: 9 }], integrity: { ok: true, faults: ['page 7 is torn', 3] } });

    expect(storage).toMatchObject({ sound: true, checkedAt: null, faults: ['page 7 is torn'], byKind: [{ kind: 'b' }, { kind: 'a' }] });
    expect(readStorage({})).toBeNull();
    expect(readPruned({ events: 3, by_kind: { tool_use: 3 } })?.byKind).toEqual([{ kind: 'tool_use', events: 3, bytes: 0 }]);
  });

  it('reads the hooks of each agent', () => {
    expect(readHooks({ agents: [{ agent: 'claude', spool: { files: 2, bytes: 90 } }] })).toEqual([{ agent: 'claude', lastEventAt: null, events24h: 0, spoolFiles: 2, spoolBytes: 90 }]);
  });
});
