import type { TestRuntime } from './test-runtime.ts';

const minute = 60_000;

/** An ordinary afternoon: five sessions, two of which wait for someone. */
export function playAfternoon(runtime: TestRuntime): void {
  const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
  const at = (ms: number, place: { session_id: string; project: string; branch: string; agent_type?: string }) => ({
    ...place,
    created_at: ago(ms),
    metadata: {},
    duration_ms: null,
    tool_name: null,
  });
  const docs = { session_id: '7d0e5a91-docs', project: 'docs', branch: 'tour' };
  const web = { session_id: 'b41c09fe-web', project: 'web', branch: 'fix-nav', agent_type: 'codex' };
  const proa = { session_id: '3fa85f64-5717', project: 'proa', branch: 'main' };
  const api = { session_id: 'c0ffee12-api', project: 'billing-api', branch: 'rate-limit' };
  const old = { session_id: '91b2ac77-old', project: 'proa', branch: 'event-log' };

  runtime.store({ ...at(95 * minute, old), event_type: 'session_start', metadata: { source: 'startup' }, model: 'claude-sonnet-4-5' });
  runtime.store({ ...at(94 * minute, old), event_type: 'user_prompt', metadata: { prompt: 'Move the roll-ups into the same transaction' } });
  runtime.store({ ...at(93 * minute, old), tool_name: 'Read', metadata: { file_path: '/home/ada/proa/eventlog/src/main/java/dev/proa/eventlog/RollUp.java' }, duration_ms: 12 });
  runtime.store({ ...at(90 * minute, old), tool_name: 'MultiEdit', metadata: { file_path: '/home/ada/proa/eventlog/src/main/java/dev/proa/eventlog/RollUp.java', lines_added: 62, lines_removed: 40 }, duration_ms: 38 });
  runtime.store({ ...at(89 * minute, old), event_type: 'git_commit', metadata: { message: 'Write roll-ups with the events they sum' } });
  runtime.store(
    { ...at(60 * minute, old), event_type: 'session_end', metadata: { reason: 'logout' } },
    { status: 'ended', started_at: ago(95 * minute), ended_at: ago(60 * minute), tokens_in: 812_400, tokens_out: 21_300, total_cost_usd: 2.318, lines_added: 62, lines_removed: 40 },
  );

  runtime.store({ ...at(22 * minute, docs), event_type: 'user_prompt', metadata: { prompt: 'Write the tour of the folders' } });
  runtime.store({ ...at(20 * minute, docs), tool_name: 'Write', metadata: { file_path: 'docs/tour.md', lines_added: 118, lines_removed: 0 }, duration_ms: 64 });
  runtime.store(
    { ...at(9 * minute, docs), event_type: 'session_end', metadata: { hook_event_name: 'Stop' } },
    { status: 'idle', started_at: ago(22 * minute), tokens_in: 40_120, tokens_out: 3_001, total_cost_usd: 0.05213, lines_added: 118 },
  );

  runtime.store({ ...at(12 * minute, proa), event_type: 'session_start', metadata: { source: 'startup' }, model: 'claude-opus-4-1' });
  runtime.store({ ...at(12 * minute, proa), event_type: 'user_prompt', metadata: { prompt: 'Make the gateway refuse obs-fold' } });
  runtime.store({ ...at(11 * minute, proa), tool_name: 'Grep', metadata: { pattern: 'obs-?fold|continuation', path: 'gateway/src' }, duration_ms: 86 });
  runtime.store({ ...at(11 * minute, proa), tool_name: 'Read', metadata: { file_path: '/home/ada/proa/gateway/src/main/java/dev/proa/gateway/Guard.java' }, duration_ms: 9 });
  runtime.store({ ...at(10 * minute, proa), event_type: 'llm_response', model: 'claude-opus-4-1', tokens_in: 18_204, tokens_out: 911, cost_usd: 0.1874, duration_ms: 8_400, metadata: { content_preview: 'The parser joins folded lines before the guard sees them, so the check has to move in front of it.' } });
  runtime.store({ ...at(9 * minute, proa), tool_name: 'Edit', metadata: { file_path: '/home/ada/proa/gateway/src/main/java/dev/proa/gateway/Guard.java', lines_added: 14, lines_removed: 3 }, duration_ms: 41 });
  runtime.store({ ...at(8 * minute, proa), tool_name: 'Bash', metadata: { command: './mvnw -q -pl gateway verify' }, duration_ms: 41_210 });

  runtime.store({ ...at(7 * minute, web), event_type: 'user_prompt', metadata: { prompt: 'The navigation jumps on narrow screens. Find out why and fix it.' } });
  runtime.store({ ...at(6 * minute, web), tool_name: 'apply_patch', metadata: { file_path: 'src/components/Nav.svelte', lines_added: 9, lines_removed: 22 }, duration_ms: 31, model: 'gpt-5-codex', tokens_in: 9_120, tokens_out: 640 });
  runtime.store({ ...at(5 * minute, proa), tool_name: 'Bash', status: 'error', metadata: { command: './check', exit_code: 1, error: 'GuardTest.refusesObsFold:88 expected 400 but was 200\n  at dev.proa.gateway.GuardTest' }, duration_ms: 73_800 });
  runtime.store({ ...at(4 * minute, proa), event_type: 'user_prompt', metadata: { prompt: 'Fix the two failing cases' } });
  runtime.store({ ...at(3 * minute, proa), tool_name: 'mcp__github__create_issue', metadata: { title: 'Folded header lines reach the proxy' }, duration_ms: 1_240 });
  runtime.store({ ...at(2 * minute, api), event_type: 'user_prompt', metadata: { prompt: 'Add a limit per customer' } }, { total_cost_usd: 0.3107, tokens_in: 51_020, tokens_out: 2_204 });
  runtime.store({ ...at(2 * minute, api), tool_name: 'WebFetch', status: 'timeout', metadata: { url: 'https://example.com/rate-limits', error: 'No answer within 30 s' }, duration_ms: 30_000 });
  runtime.store(
    { ...at(1.5 * minute, api), tool_name: 'Bash', event_type: 'permission_request', metadata: { hook_event_name: 'PermissionRequest', command: 'rm -rf build?' } },
    { waiting: 'Allow: rm -rf build' },
  );
  runtime.store({ ...at(50_000, proa), tool_name: 'Edit', metadata: { file_path: '/home/ada/proa/gateway/src/main/java/dev/proa/gateway/Guard.java', lines_added: 2, lines_removed: 2 }, duration_ms: 36 }, {
    total_cost_usd: 0.8412, tokens_in: 38_200, tokens_out: 2_911, lines_added: 16, lines_removed: 5,
  });
  runtime.store(
    { ...at(40_000, web), event_type: 'notification', metadata: { hook_event_name: 'Notification', message: 'Codex is waiting for your input' } },
    { waiting: 'Codex is waiting for your input' },
  );
  runtime.store({ ...at(4_000, proa), tool_name: 'Bash', metadata: { command: './mvnw -q -pl gateway test -Dtest=GuardTest' }, duration_ms: 3_912 });
  runtime.inOrder();
}
