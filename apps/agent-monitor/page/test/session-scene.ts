import type { Row } from './rows.ts';
import type { Asked, TestRuntime } from './test-runtime.ts';

const minute = 60_000;

/** The backend's answers about single sessions, about all of them page by page, and about search, as far as the pages ask for them. */
export function answerSessions(runtime: TestRuntime): void {
  runtime.answer('/api/sessions', ({ query }) => listed([...runtime.sessions.values()], query));
  runtime.answer('/api/filter-options', {
    agent_types: ['claude_code', 'codex'],
    event_types: ['tool_use'],
    tool_names: ['Bash', 'Edit'],
    models: ['claude-opus-4-1'],
    projects: ['docs', 'proa', 'web'],
    branches: [{ value: 'main', label: 'proa / main' }],
    sources: ['hook'],
  });
  runtime.answerUnder('/api/sessions/', (asked) => aboutOne(runtime, asked));
  runtime.answer('/api/search', ({ query }) => searched(query));
}

function listed(rows: Row[], query: URLSearchParams): Row {
  const names: Readonly<Record<string, string>> = { agent_type: 'agent_type', project: 'project', branch: 'branch', status: 'status' };
  const matching = rows.filter(
    (row) =>
      Object.entries(names).every(([parameter, field]) => !query.has(parameter) || row[field] === query.get(parameter)) &&
      row.status !== query.get('exclude_status') &&
      (!query.has('q') || String(row.title ?? '').toLowerCase().includes(String(query.get('q')).toLowerCase())),
  );
  const by = { cost: 'total_cost_usd', tokens: 'tokens_in' }[query.get('order') ?? ''] ?? 'last_event_at';
  matching.sort((a, b) => (by === 'last_event_at' ? String(b[by]).localeCompare(String(a[by])) : Number(b[by] ?? -1) - Number(a[by] ?? -1)));
  const offset = Number(query.get('offset') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  const sessions = matching.slice(offset, limit === 0 ? undefined : offset + limit);
  return { sessions, total: sessions.length, matching: matching.length };
}

function aboutOne(runtime: TestRuntime, { path, query }: Asked): Row {
  const [id = '', part] = path.slice('/api/sessions/'.length).split('/').map(decodeURIComponent);
  const session = runtime.sessions.get(id);
  if (session === undefined) {
    return { status: 404, body: { error: part === 'transcript' ? 'No transcript data for this session' : 'Session not found' } };
  }
  switch (part) {
    case undefined:
      return { session, events: [] };
    case 'transcript': {
      const after = Number(query.get('after') ?? 0);
      const entries = (runtime.transcripts.get(id) ?? []).filter((entry) => Number(entry.event_id) > after);
      const page = entries.slice(0, Number(query.get('limit') ?? entries.length));
      return { session_id: id, entries: page, ...(page.length < entries.length ? { next_after: page.at(-1)?.event_id } : {}) };
    }
    case 'files':
      return { files: runtime.files.get(id) ?? [] };
    case 'spans':
      return spansOf(runtime.spans.get(id) ?? [], query);
    default:
      return { status: 404, body: { error: 'Not found' } };
  }
}

/** As the backend does: in the order in which they began, at most 10,000 at once. */
function spansOf(all: readonly Row[], query: URLSearchParams): Row {
  const offset = Number(query.get('offset') ?? 0);
  const spans = [...all].sort((a, b) => String(a.started_at).localeCompare(String(b.started_at)));
  return { spans: spans.slice(offset, offset + Math.min(10_000, Number(query.get('limit') ?? 1_000))), total: all.length };
}

function searched(query: URLSearchParams): Row {
  const words = (query.get('q') ?? '').toLowerCase();
  if (words.includes('(')) {
    return { status: 400, body: { error: 'Invalid search', details: [{ field: 'q', message: 'A bracket is not closed' }] } };
  }
  const all = Array.from({ length: words.includes('zebra') ? 0 : 1_250 }, (_, n) => n);
  const offset = Number(query.get('offset') ?? 0);
  const hits = all.slice(offset, offset + Number(query.get('limit') ?? 50)).map((n) => ({
    id: 90_000 - n,
    session_id: '3fa85f64-5717',
    agent_type: n % 3 === 0 ? 'codex' : 'claude_code',
    event_type: n % 4 === 0 ? 'user_prompt' : 'tool_use',
    tool_name: n % 4 === 0 ? null : 'Bash',
    project: 'proa',
    branch: 'main',
    at: new Date(Date.now() - n * minute).toISOString(),
    status: n % 5 === 1 ? 'error' : 'success',
    field: n % 4 === 0 ? 'prompt' : 'command',
    snippet: [
      { text: n % 4 === 0 ? 'Make the gateway refuse ' : './mvnw -pl gateway verify -Dit.test=', match: false },
      { text: words, match: true },
      { text: n % 4 === 0 ? ` as RFC 9112 section 5.2 wants, and say so (${n})` : `IT -Dguard.tests=${n}`, match: false },
    ],
  }));
  return { hits, total: all.length, total_exact: !words.includes('everything'), took_ms: 4.2 };
}

/** A working session with everything its page can show, in the scene of `playAfternoon`. */
export function tellSession(runtime: TestRuntime, id = '3fa85f64-5717', minutesAgo = 40): void {
  const from = Date.now() - minutesAgo * minute;
  let next = 100;
  const entry = (after: number, change: Row): Row => {
    const at = new Date(from + after * minute).toISOString();
    return { event_id: next++, role: 'assistant', type: 'response', status: 'success', timestamp: at, at, ...change };
  };
  const tool = (after: number, tool_name: string, detail: string, change: Row = {}) => entry(after, { role: 'tool', type: 'tool_use', tool_name, detail, duration_ms: 340, ...change });
  runtime.transcripts.set(id, [
    entry(0, { role: 'system', type: 'session_start' }),
    entry(0.2, { role: 'user', type: 'user_prompt', detail: 'Make the gateway refuse obs-fold.\n\nRFC 9112 section 5.2 says a server that receives an obs-fold in a request message must either reject it with 400 or replace it. Reject it, and add the cases to the attack suite.' }),
    entry(0.6, { type: 'llm_response', model: 'claude-opus-4-1', tokens_in: 18_204, tokens_out: 911, cost_usd: 0.1874, duration_ms: 8_400, detail: 'The parser joins folded lines before the guard sees them, so the check has to move in front of it. I will look at how HeadGrammar reads lines first.' }),
    entry(0.7, { type: 'plan_step', tool_name: 'Grep', detail: 'obs-?fold|continuation' }),
    tool(0.8, 'Grep', 'obs-?fold|continuation', { duration_ms: 86 }),
    tool(1, 'Read', '/home/ada/proa/gateway/src/main/java/dev/proa/gateway/Guard.java', { duration_ms: 9 }),
    tool(2, 'Edit', '/home/ada/proa/gateway/src/main/java/dev/proa/gateway/Guard.java', {
      duration_ms: 41,
      diff: '@@ -88,6 +88,9 @@ final class HeadGrammar {\n     private static Outcome line(byte[] text, int from) {\n+        if (text[from] == \' \' || text[from] == \'\\t\') {\n+            return Outcome.refused(400, "obs-fold");\n+        }\n-        return joined(text, from);\n+        return single(text, from);\n     }',
    }),
    ...Array.from({ length: 6 }, (_, n) => tool(3 + n / 4, 'Read', `src/Part${n}.java`, { subagent: 'agent-1', tokens_in: 900, cost_usd: 0.01 + n / 500 })),
    tool(4.6, 'Bash', './mvnw -q -pl gateway verify', { subagent: 'agent-1', status: 'error', duration_ms: 31_000 }),
    tool(6, 'Bash', './check', { status: 'error', duration_ms: 73_800, detail: 'GuardTest.refusesObsFold:88 expected 400 but was 200\n  at dev.proa.gateway.GuardTest.refusesObsFold(GuardTest.java:88)\n  at java.base/java.lang.reflect.Method.invoke(Method.java:580)\n  at java.base/java.util.ArrayList.forEach(ArrayList.java:1604)\n  at java.base/java.util.concurrent.FutureTask.run(FutureTask.java:328)\n  at java.base/java.lang.VirtualThread.run(VirtualThread.java:466)\n  at java.base/java.lang.Thread.run(Thread.java:1474)' }),
    entry(8, { role: 'user', type: 'user_prompt', detail: 'Fix the two failing cases' }),
    entry(9, { type: 'llm_response', model: 'claude-opus-4-1', tokens_in: 22_000, tokens_out: 411, cost_usd: 0.2911, duration_ms: 5_400, detail: 'Both cases come through the second reader. I move the check there as well.' }),
    tool(10, 'Edit', 'gateway/src/main/java/dev/proa/gateway/Guard.java', { lines_added: 20, lines_removed: 10, diff: Array.from({ length: 30 }, (_, n) => `${n % 3 === 0 ? '-' : '+'}        line ${n} of a longer change`).join('\n') }),
    entry(12, { type: 'llm_response', model: 'claude-opus-4-1', tokens_in: 25_100, tokens_out: 300, cost_usd: 0.1002, duration_ms: 4_000, detail: 'Done: the guard refuses folded lines in both readers.' }),
    entry(13, { type: 'plan_step', tool_name: 'Bash', detail: './mvnw -q -pl gateway test -Dtest=GuardTest' }),
  ]);
  runtime.files.set(id, Array.from({ length: 14 }, (_, n) => ({ path: `/home/ada/proa/gateway/src/main/java/dev/proa/gateway/${['Guard', 'HeadGrammar', 'Target'][n % 3]}${n}.java`, edits: 1 + (n % 4), lines_added: 40 - n, lines_removed: n, last_at: new Date(from + n * minute).toISOString() })));
  const span = (n: number, parent: number | null, name: string, after: number, took: number, change: Row = {}) => ({
    trace_id: 't1', span_id: `s${n}`, parent_span_id: parent === null ? null : `s${parent}`, name, kind: 'internal', started_at: new Date(from + after * 1_000).toISOString(), duration_ms: took, status: 'ok', message: null, attributes: { 'gen_ai.request.model': 'claude-opus-4-1' }, ...change,
  });
  runtime.spans.set(id, [
    span(1, null, 'interaction', 0, 42_000),
    span(2, 1, 'llm_request claude-opus-4-1', 0.4, 8_400),
    span(3, 1, 'tool Grep', 9, 86),
    span(4, 1, 'tool Bash ./check', 12, 29_000, { status: 'error', message: 'exit 1' }),
    span(5, 4, 'spawn', 12.2, 28_000),
    span(6, 99, 'its parent did not come', 20, 3_000),
  ]);
  const session = runtime.sessions.get(id);
  if (session !== undefined) {
    Object.assign(session, {
      title: 'Make the gateway refuse obs-fold. RFC 9112 section 5.2 says a server that receives an obs-fold must reject it.',
      activity: { tool: 'Bash', text: './mvnw -q -pl gateway test -Dtest=GuardTest', at: new Date().toISOString(), status: 'running' },
      model: 'claude-opus-4-1', errors: 2, cache_read_tokens: 812_000, cache_write_tokens: 41_000, context_tokens: 126_000, context_window: 200_000,
      subagents: [
        { id: 'agent-1', name: 'reviewer', status: 'active', started_at: new Date(from + 2 * minute).toISOString(), last_event_at: new Date(from + 5 * minute).toISOString(), ended_at: null, event_count: 7, tokens_in: 5_400, tokens_out: 300, total_cost_usd: 0.0911 },
        { id: 'agent-2', name: 'tests', status: 'ended', started_at: new Date(from + 3 * minute).toISOString(), last_event_at: new Date(from + 9 * minute).toISOString(), ended_at: new Date(from + 9 * minute).toISOString(), event_count: 31, tokens_in: 21_400, tokens_out: 1_300, total_cost_usd: 0.2204 },
      ],
    });
  }
}
