import { Figures } from './figures-runtime.ts';
import type { Row } from './rows.ts';
import { playAfternoon } from './scene.ts';
import { answerSessions, tellSession } from './session-scene.ts';
import { type TestRuntime, passes } from './test-runtime.ts';

const minute = 60_000;
const stored = 18_432;
const past = 208;

/** What the pictures of the README show: the afternoon of someone who works with several agents, after three weeks of it. */
export function showWork(runtime: TestRuntime): void {
  playAfternoon(runtime);
  tellSession(runtime, '3fa85f64-5717', 13.1);
  tellTheOthers(runtime);
  const figures = new Figures();
  figures.playWeeks(Date.now(), 5);
  figures.keepBudgets();
  figures.attach(runtime);
  answerSessions(runtime);
  runtime.answer('/api/events', ({ query }) => {
    const rows = runtime.events.filter((row) => passes(row, query));
    const all = [...query.keys()].every((name) => name === 'limit' || name === 'offset');
    return { events: rows.slice(Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 50)), total: all ? stored : rows.length };
  });
  runtime.stats = () => statsOf(figures);
}

function statsOf(figures: Figures): Row {
  const counted = figures.uses.filter((use) => !use.duplicate).map((use) => use.row);
  const sum = (field: string) => counted.reduce((all, row) => all + Number(row[field] ?? 0), 0);
  return {
    total_events: stored, active_sessions: 4, total_sessions: past + 4, live_sessions: 4, active_agents: 2,
    total_tokens_in: sum('tokens_in'), total_tokens_out: sum('tokens_out'), total_cost_usd: sum('cost_usd'), tool_breakdown: {}, agent_breakdown: {}, model_breakdown: {}, branches: [],
  };
}

function tellTheOthers(runtime: TestRuntime): void {
  const ago = (minutes: number) => new Date(Date.now() - minutes * minute).toISOString();
  const change = (id: string, told: Row) => runtime.sessions.set(id, { ...runtime.sessions.get(id), ...told });
  change('b41c09fe-web', { title: 'The navigation jumps on narrow screens. Find out why and fix it.', model: 'gpt-5-codex', total_cost_usd: 0.0178, context_tokens: 58_000, context_window: 272_000 });
  change('c0ffee12-api', { title: 'Add a limit per customer', model: 'claude-sonnet-4-5', context_tokens: 82_000, context_window: 200_000 });
  change('7d0e5a91-docs', { title: 'Write the tour of the folders', model: 'claude-sonnet-4-5', context_tokens: 31_000, context_window: 200_000 });
  change('91b2ac77-old', { title: 'Move the roll-ups into the same transaction', model: 'claude-sonnet-4-5' });
  change('3fa85f64-5717', { started_at: ago(13.1), event_count: 20, total_cost_usd: 0.6687 });
  const agents = runtime.sessions.get('3fa85f64-5717')?.subagents as Row[];
  change('3fa85f64-5717', { subagents: [{ ...agents[0], started_at: ago(10.1), total_cost_usd: 0.09 }, { ...agents[1], started_at: ago(9), ended_at: ago(2), last_event_at: ago(2), total_cost_usd: 0.0731 }] });
  for (let n = 0; n < past - 1; n++) {
    const [title = '', lines] = [titles[n % titles.length], 500 + ((n * 7_919) % 8_000)];
    const project = projects[n % projects.length] ?? '';
    const minutes = 120 + n * 47 + Math.floor(n / 9) * 900;
    const length = 6 + ((n * 31) % 80);
    const codex = n % 5 === 2;
    const id = (0x5be01d44 + n * 0x1c3a57d).toString(16).padStart(8, '0');
    runtime.sessions.set(`${id}-6a0f`, {
      ...runtime.sessions.get('91b2ac77-old'), id: `${id}-6a0f`, project, branch: branches[n % branches.length] ?? 'main', title, status: 'ended', started_at: ago(minutes + length), ended_at: ago(minutes), last_event_at: ago(minutes),
      agent_type: codex ? 'codex' : 'claude_code', model: codex ? 'gpt-5-codex' : n % 3 === 0 ? 'claude-opus-4-1' : 'claude-sonnet-4-5', total_cost_usd: lines / (codex ? 9_000 : n % 3 === 0 ? 1_100 : 3_700),
      event_count: Math.round(lines / 47), errors: n % 4 === 3 ? 1 + (n % 3) : 0, lines_added: Math.round(lines / 20), lines_removed: Math.round(lines / 47), tokens_in: lines * 210, tokens_out: lines * 9, cache_read_tokens: lines * 190,
      unpriced_events: n === 12 ? 4 : 0,
    });
  }
}

const projects = ['tide-tables', 'billing-service', 'web', 'infra', 'proa', 'docs', 'harbour-map'];
const titles = [
  'Read the harbour list only once', 'Why does the invoice test fail on Mondays?', 'Replace the date picker', 'Renew the certificates before they end', 'Explain the order in which stages close', 'Shorten the chapter on ports',
  'Cover the leap second', 'Split the settings form', 'The map flickers when it is dragged', 'Take the flags from the environment, too', 'Write down why we keep the old table',
];
const branches = ['main', 'review', 'speed', 'fix-nav', 'cleanup', 'tests', 'release', 'types', 'rate-limit', 'words', 'upgrade', 'flaky', 'charts'];
