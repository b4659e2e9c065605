import { describe, expect, it } from 'vitest';
import { type MonitorEvent, readEvent } from '../src/model/event.ts';
import { kindName, lineOf } from '../src/view/line.ts';
import { type Row, eventRow } from './rows.ts';

function event(change: Row): MonitorEvent {
  const read = readEvent(eventRow(1, { tool_name: null, metadata: {}, duration_ms: null, ...change }));
  if (read === null) {
    throw new Error('the row was not readable');
  }
  return read;
}

function told(change: Row): string {
  const { verb, subject } = lineOf(event(change));
  return `${verb} | ${subject}`;
}

describe('a line says what happened to what', () => {
  it.each<[string, Row]>([
    ['Bash | ./mvnw verify', { tool_name: 'Bash', metadata: { command: './mvnw verify', description: 'Build' } }],
    ['Edit | …/dev/gateway/Guard.java', { tool_name: 'Edit', metadata: { file_path: '/home/ada/dev/gateway/Guard.java' } }],
    ['Edit | src/a.ts', { tool_name: 'Edit', metadata: { tool_input: { file_path: 'src/a.ts' } } }],
    ['Grep | fold in gateway/src', { tool_name: 'Grep', metadata: { pattern: 'fold', path: 'gateway/src' } }],
    ['WebFetch | https://example.com/x', { tool_name: 'WebFetch', metadata: { url: 'https://example.com/x' } }],
    ['WebSearch | netty obs-fold', { tool_name: 'WebSearch', metadata: { query: 'netty obs-fold' } }],
    ['shell | ls -la', { tool_name: 'shell', metadata: { command: ['ls', '-la'] } }],
    ['create_issue | Folded lines', { tool_name: 'mcp__github__create_issue', metadata: { title: 'Folded lines' } }],
    ['TodoWrite | sent without details', { tool_name: 'TodoWrite' }],
    ['Tool | note to self', { metadata: { tool_use_id: 'x', remark: 'note to self' } }],
    ['Prompt | “Fix both cases”', { event_type: 'user_prompt', metadata: { prompt: 'Fix\n both cases' } }],
    ['Session | Started (startup) with claude-opus-4-1', { event_type: 'session_start', model: 'claude-opus-4-1', metadata: { source: 'startup' } }],
    ['Session | Finished its turn', { event_type: 'session_end', metadata: { hook_event_name: 'Stop' } }],
    ['Session | Ended: logout', { event_type: 'session_end', metadata: { reason: 'logout' } }],
    ['Error | disk full', { event_type: 'error', status: 'error', metadata: { error: 'disk full' } }],
    ['Error | Failed without a message', { event_type: 'error', status: 'error' }],
    ['Model | m-1 was asked with 12 k tokens', { event_type: 'llm_request', model: 'm-1', tokens_in: 12_000 }],
    ['Model | A model answered with 911 tokens', { event_type: 'llm_response', tokens_out: 911 }],
    ['Model | claude-opus-4-5 answered with 911 tokens', { event_type: 'llm_response', model: 'claude-opus-4-5-20251101', tokens_out: 911 }],
    ['File | src/a.ts', { event_type: 'file_change', metadata: { file_path: 'src/a.ts' } }],
    ['Commit | Refuse folded lines', { event_type: 'git_commit', metadata: { message: 'Refuse folded lines' } }],
    ['Plan | Write the test', { event_type: 'plan_step', metadata: { step: 'Write the test' } }],
    ['Asks you | Allow: rm -rf build', { event_type: 'PermissionRequest', tool_name: 'Bash', metadata: { hook_event_name: 'PermissionRequest', command: 'rm -rf build' } }],
    ['Asks you | Waiting for your input', { event_type: 'notification', metadata: { message: 'Waiting for your input' } }],
    ['Sub-agent | reviewer: Finished', { event_type: 'subagent_stop', metadata: { hook_event_name: 'SubagentStop', agent_type: 'reviewer' } }],
    ['Teammate idle | tester', { event_type: 'TeammateIdle', metadata: { name: 'tester' } }],
    ['Quota check | sent without details', { event_type: 'quota_check' }],
  ])('%s', (expected, change) => expect(told(change)).toBe(expected));
});

describe('a result', () => {
  it('is ok only for tools', () => {
    expect(lineOf(event({ tool_name: 'Bash' })).result).toBe('ok');
    expect(lineOf(event({ event_type: 'user_prompt' })).result).toBe('');
  });

  it('names the exit code and the first line of the error', () => {
    const line = lineOf(event({ tool_name: 'Bash', status: 'error', metadata: { command: './check', exit_code: 2, error: 'two failed\nat x' } }));

    expect(line).toMatchObject({ result: 'exit 2', trouble: 'two failed', tone: 'error', subject: './check' });
  });

  it('does not say the error twice', () => {
    expect(lineOf(event({ event_type: 'error', status: 'error', metadata: { error: 'disk full' } })).trouble).toBeNull();
  });

  it('tells a timeout and a block from an error', () => {
    expect(lineOf(event({ tool_name: 'Bash', status: 'timeout' })).result).toBe('timed out');
    expect(lineOf(event({ event_type: 'error', status: 'error', metadata: { blocked: true, reason: 'rm -rf /' } })).result).toBe('blocked');
  });

  it('waits only while the session does', () => {
    const asks = event({ event_type: 'notification', metadata: { message: 'Your turn' } });

    expect(lineOf(asks, true)).toMatchObject({ tone: 'waiting', result: 'waits' });
    expect(lineOf(asks, false)).toMatchObject({ tone: 'plain', result: '' });
  });

  it('of a model is its cost, if that is known', () => {
    expect(lineOf(event({ event_type: 'llm_response', cost_usd: 0.25 })).result).toBe('$0.2500');
    expect(lineOf(event({ event_type: 'llm_response' })).result).toBe('');
  });

  it('counts lines and leaves nonsense out', () => {
    expect(lineOf(event({ metadata: { lines_added: 14, lines_removed: 3 } }))).toMatchObject({ added: 14, removed: 3 });
    expect(lineOf(event({ metadata: { lines_added: -1, lines_removed: 'many' } }))).toMatchObject({ added: null, removed: null });
  });
});

describe('text from outside', () => {
  it('cannot turn the reading direction or hide characters', () => {
    const { subject } = lineOf(event({ tool_name: 'Bash', metadata: { command: 'rm \u202etxt.exe\u0000\u200b\u001b[31m' } }));

    expect(subject).toBe('rm ⟨U+202E⟩txt.exe\u2400⟨U+200B⟩\u241b[31m');
  });

  it('keeps writing that runs from right to left', () => {
    expect(lineOf(event({ event_type: 'user_prompt', metadata: { prompt: 'שלום world' } })).subject).toBe('“שלום world”');
  });

  it('is cut before it can fill a page', () => {
    expect(lineOf(event({ tool_name: 'Bash', metadata: { command: 'x'.repeat(9_000) } })).subject).toHaveLength(601);
  });

  it('may have any type and still makes a line', () => {
    for (const metadata of [null, 7, 'plain', '{"command":"ls"}', [1], { command: { deep: true } }, { command: '' }]) {
      expect(lineOf(event({ tool_name: 'Bash', metadata })).verb).toBe('Bash');
    }
    expect(told({ tool_name: 'Bash', metadata: '{"command":"ls"}' })).toBe('Bash | ls');
  });
});

it('names a kind it does not know in words', () => expect(kindName('quota_check')).toBe('Quota check'));
