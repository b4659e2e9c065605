import { describe, expect, it } from 'vitest';
import { actions, changes, clock, duration, exitWords, goneWords, grown, lineText, needsSomebody, runRows, stateOf, type Sidecar, waitingFor } from '../src/words.js';

const states = 'STOPPED WAITING STARTING LIVE READY UNREADY HUNG STOPPING BACKOFF SAFE_MODE ATTACHED DEGRADED COMPLETED FAILED_CONFIG'.split(' ');

function sidecar(state: string, more: Partial<Sidecar> = {}): Sidecar {
  const budget = { max: 6, within_s: 90, used: 0 };
  return { id: 'api', state, reason: '', pid: null, port: null, ready: state === 'READY', restarts: 0, budget, last_exit: null, left_behind: 0, next_start: null, ...more };
}

describe('words of the console', () => {
  it('has a sign and words of its own for every state of the contract', () => {
    const words = states.map((state) => stateOf(state));

    expect(words.every((each) => each.mark !== '?' && each.word.length > 0)).toBe(true);
    expect(new Set(words.map((each) => each.word)).size).toBe(states.length);
  });

  it('shows a state it has never heard of as it came', () => {
    expect(stateOf('NEW_ONE')).toEqual({ tone: 'idle', mark: '?', word: 'new_one' });
  });

  it('offers a retry where nothing restarts by itself, and nothing while it stops', () => {
    expect(actions(sidecar('SAFE_MODE')).map((each) => each.label)).toEqual(['Retry', 'Stop']);
    expect(actions(sidecar('STOPPED')).map((each) => each.label)).toEqual(['Start']);
    expect(actions(sidecar('READY')).map((each) => each.wish)).toEqual(['restart', 'stop']);
    expect(actions(sidecar('STOPPING'))).toEqual([]);
  });

  it('says how a process ended', () => {
    expect(exitWords({ code: 3, signal: null, at: '' })).toBe('exited with code 3');
    expect(exitWords({ code: null, signal: 9, at: '' })).toBe('ended by signal 9 (SIGKILL)');
    expect(exitWords({ code: null, signal: null, at: '' })).toBe('ended in an unknown way');
  });

  it('counts those that need somebody', () => {
    const status = { state: 'SAFE_MODE', mode: '', ready: false, problems: [], sidecars: states.map((state) => sidecar(state)) };

    expect(waitingFor(status)).toBe(4);
    expect(needsSomebody(sidecar('BACKOFF'))).toBe(false);
  });

  it('tells changes of state, and none at first', () => {
    const of = (state: string) => ({ state: '', mode: '', ready: false, problems: [], sidecars: [sidecar(state)] });

    expect(changes(null, of('READY'))).toEqual([]);
    expect(changes(of('READY'), of('READY'))).toEqual([]);
    expect(changes(of('STARTING'), of('READY'))).toEqual(['api: ready']);
  });

  it('writes durations with their unit', () => {
    expect([-5, 340, 4_200, 12_000, 720_000, 7_200_000].map(duration)).toEqual(['0 ms', '340 ms', '4.2 s', '12 s', '12 min', '2 h']);
  });

  it('reads a line of a log in both forms', () => {
    expect(lineText('plain')).toBe('plain');
    expect(lineText({ at: 'x', line: 'timed' })).toBe('timed');
    expect(lineText(null)).toBe('');
  });

  it('tells what holds for the run, with whatever answers a route', () => {
    const status = { state: 'READY', mode: 'm', ready: true, sidecars: [], problems: [], tier: 'java', upstreams: {
      api: { routes: ['/api', '/ws'], state: 'READY', ready: true },
      remote: { routes: ['/r'], state: 'retrying', ready: false, url: 'https://qa.example', attempt: 3 },
      idle: { routes: [], state: 'READY', ready: true },
    } };
    expect(runRows(status)).toEqual([
      ['Mode', 'm'],
      ['Routes', '/api, /ws → api; /r → remote (not ready)'],
      ['Remote', 'https://qa.example: not reachable; attempt 3 is next'],
      ['Guard', 'the one in Java: slower, and it covers less'],
      ['Pages', '0 connected, 0 events published'],
    ]);
  });

  it('says that nobody answers, and of what time the rest of the page is', () => {
    expect(goneWords(false, '')).toContain('proa run DIR');
    expect(goneWords(true, '12:00:05')).toContain('proa open. What stands below is how it was at 12:00:05.');
  });

  it('keeps the newest entries of the journal and each of them once', () => {
    const entry = (seq: number) => ({ seq, at: '2026-11-21T12:00:00Z', event: 'x', level: 'info', text: '' });
    expect(grown([entry(1), entry(2)], [entry(2), entry(3)], 2).map((each) => each.seq)).toEqual([2, 3]);
    expect(grown([], [], 2)).toEqual([]);
  });

  it('shows the day of a moment only if it is another one', () => {
    const noon = new Date(2026, 10, 21, 12, 0, 5);
    expect(clock(noon.toISOString(), noon.getTime())).toBe('12:00:05');
    expect(clock(noon.toISOString(), noon.getTime() + 86_400_000)).toBe('11/21 12:00:05');
    expect(clock('?', 0)).toBe('?');
  });
});
