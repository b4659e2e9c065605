import { type Row, eventRow } from './rows.ts';
import type { Asked, Reply, TestRuntime } from './test-runtime.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const prices: Readonly<Record<string, readonly [number, number, number, number, number]>> = {
  'claude-opus-4-1': [15, 75, 1.5, 18.75, 30],
  'claude-sonnet-4-5': [3, 15, 0.3, 3.75, 6],
  'claude-haiku-4-5': [1, 5, 0.1, 1.25, 2],
  'gpt-5-codex': [1.25, 10, 0.125, 0, 0],
  'gpt-5-mini': [0.25, 2, 0.025, 0, 0],
  'gemini-2.5-pro': [1.25, 10, 0.31, 0, 0],
};
const projects = ['proa', 'web', 'tide-tables', 'billing-service', 'docs', 'infra', ''];

interface Use {
  readonly at: number;
  readonly row: Row;
  readonly unpriced: boolean;
  readonly duplicate: boolean;
}

const paths = [
  '/api/costs', '/api/costs/series', '/api/costs/events', '/api/costs/recalculate', '/api/prices', '/api/budgets', '/api/stats/tools', '/api/limits', '/api/settings', '/api/hooks', '/api/imports', '/api/storage', '/api/prune', '/api/backup', '/api/storage/check',
];

/** What the pages of figures ask for: costs, prices, budgets, tools, limits and the settings with all that belongs to them. */
export class Figures {
  uses: Use[] = [];
  budgets: Row[] = [];
  tools: Row[] = [];
  windows: Row[] = [];
  jobs: Row[] = [];
  hooks: Row[] = [];
  own: Row[] = [];
  settings: Row = {
    privacy: { prompts: 'keep', outputs: 'keep', cut_at: 4000, redact: true, per_source: {} },
    retention: { days: 90, max_bytes: 2_147_483_648, kinds: {} },
    budgets: [],
    limits: {
      claude_code: { kind: 'tokens', session_hours: 5, session_limit: 44_000, extended_hours: 24, extended_limit: 0 },
      codex: { kind: 'cost', session_hours: 5, session_limit: 500, extended_hours: 168, extended_limit: 1_500 },
    },
    import: { auto: true, every_minutes: 10 },
  };
  from: Row = {};
  /** Events that sums count and nobody can look at any more. */
  pruned = 0;
  private nextId = 0;
  /** What `PUT /api/settings` and `PUT /api/prices` refuse; empty takes everything. */
  refusals: Row[] = [];
  /** Paths that this backend does not know. */
  readonly missing = new Set<string>();
  readonly sent: { readonly method: string; readonly path: string; readonly body: unknown }[] = [];

  /** Three weeks of a small team, the same each time but for the day it ends on. */
  playWeeks(now = Date.now(), scale = 1): void {
    let seed = 7;
    const chance = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const models = Object.keys(prices);
    const today = new Date(now).setHours(0, 0, 0, 0);
    for (let day = 20; day >= 0; day--) {
      const midnight = new Date(today - day * dayMs + hourMs).setHours(0, 0, 0, 0);
      const weekend = [0, 6].includes(new Date(midnight).getDay());
      for (let n = 0; n < (weekend ? (day === 14 || day === 15 ? 0 : 3) : 16); n++) {
        const at = midnight + (8 + Math.floor(chance() * 10)) * hourMs + Math.floor(chance() * 3_500_000);
        const model = day < 6 && n === 5 ? 'mystery-large-2' : (models[Math.floor(chance() ** 1.6 * models.length)] ?? '');
        this.use(at, model, projects[Math.floor(chance() ** 1.4 * projects.length)] ?? '', scale * (1 + chance() * 9), n === 7);
      }
    }
    this.uses = this.uses.filter((use) => use.at <= now);
    this.use(now - 40 * 60_000, 'claude-opus-4-1', 'proa', 6 * scale, false);
    this.budgets = [
      { name: 'All work', period: 'month', limit_usd: 400, spent_usd: 212.4, from: iso(now - 20 * dayMs), to: iso(now + 10 * dayMs), over: false, project: null, model: null },
      { name: 'Opus', period: 'week', limit_usd: 60, spent_usd: 71.25, from: iso(now - 5 * dayMs), to: iso(now + 2 * dayMs), over: true, project: null, model: 'claude-opus-4-1' },
      { name: 'web', period: 'day', limit_usd: 10, spent_usd: 8.61, from: iso(today), to: iso(today + dayMs), over: false, project: 'web', model: null },
    ];
    this.tools = [
      tool('Bash', 4_812, 391, 1_240, 41_200, ['exit code 1: GuardTest.refusesObsFold:88 expected 400 but was 200', 'exit code 127: mvnw: not found', 'timed out after 120 s'], now),
      tool('Read', 9_120, 12, 9, 48, ['File does not exist: src/Nav.tsx'], now - 90_000),
      tool('Edit', 3_004, 84, 31, 122, ['String to replace was not found in the file', 'The file was changed since it was read'], now - 4 * 60_000),
      tool('Grep', 2_210, 0, 64, 410, [], now - hourMs),
      tool('apply_patch', 640, 21, 28, 90, ['Hunk 2 did not apply'], now - 2 * dayMs, 'codex'),
      tool('WebFetch', 88, 9, 2_100, 29_800, ['No answer within 30 s'], now - 5 * hourMs),
      tool('mcp__github__create_issue', 14, 0, 1_220, 2_480, [], now - 3 * dayMs),
    ];
    this.windows = [
      { agent_type: 'claude_code', name: '5 h', kind: 'tokens', used: 31_240, limit: 44_000, started_at: iso(now - 3.2 * hourMs), resets_at: iso(now + 1.8 * hourMs), source: 'configured', used_percent: 71 },
      { agent_type: 'claude_code', name: '7 d', kind: 'tokens', used: null, limit: null, started_at: iso(now - 3 * dayMs), resets_at: iso(now + 4 * dayMs), source: 'provider', used_percent: 34 },
      { agent_type: 'codex', name: '5 h', kind: 'cost', used: 412.5, limit: 500, started_at: iso(now - 2.5 * hourMs), resets_at: iso(now + 2.5 * hourMs), source: 'configured', used_percent: 82.5 },
      { agent_type: 'codex', name: '7 d', kind: 'cost', used: 610, limit: null, started_at: iso(now - 2 * dayMs), resets_at: null, source: 'configured', used_percent: null },
    ];
    this.hooks = [
      { agent: 'claude', last_event_at: iso(now - 4_000), events_24h: 2_918, spool: { files: 0, bytes: 0 } },
      { agent: 'codex', last_event_at: null, events_24h: 0, spool: { files: 2, bytes: 18_240 } },
    ];
    this.jobs = [
      { id: 'j2', source: 'claude', state: 'running', files: 214, files_done: 96, bytes: 1_071_644_672, bytes_done: 471_859_200, events: 81_204, duplicates: 1_204, skipped: [{ file: '/home/ada/.claude/projects/web/6f1.jsonl', line: 812, what: 'ends in the middle of a line' }], started_at: iso(now - 42_000), ended_at: null, dry_run: false },
      { id: 'j1', source: 'codex', state: 'done', files: 31, files_done: 31, bytes: 40_100_000, bytes_done: 40_100_000, events: 4_811, duplicates: 0, skipped: [], started_at: iso(now - 2 * hourMs), ended_at: iso(now - 2 * hourMs + 11_000), dry_run: true },
    ];
  }

  /** Budgets that say what the uses say. */
  keepBudgets(now = Date.now()): void {
    const today = new Date(now).setHours(0, 0, 0, 0);
    const month = new Date(today).setDate(1);
    const monday = today - ((new Date(today).getDay() + 6) % 7) * dayMs;
    const spent = (from: number, matches: (row: Row) => boolean = () => true) => sum(this.uses.filter((use) => use.at >= from && !use.duplicate && !use.unpriced && matches(use.row)), 'cost_usd');
    const budget = (name: string, period: string, days: number, from: number, limit: number, used: number, of: Row) => ({
      name, period, limit_usd: limit, spent_usd: used, from: iso(from), to: iso(from + days * dayMs), over: used > limit, project: null, model: null, ...of,
    });
    const opus = spent(monday, (row) => row.model === 'claude-opus-4-1');
    const web = spent(monday, (row) => row.project === 'web');
    this.budgets = [
      budget('All work', 'month', 30, month, 500, spent(month), {}),
      budget('Opus', 'week', 7, monday, Math.floor(opus / 10) * 10, opus, { model: 'claude-opus-4-1' }),
      budget('web', 'week', 7, monday, Math.ceil(web * 1.15), web, { project: 'web' }),
    ];
  }

  use(at: number, model: string, project: string, size: number, duplicate: boolean): void {
    const rates = prices[model];
    const [tokensIn, out, read, write] = [Math.round(900 * size), Math.round(420 * size), Math.round(21_000 * size), Math.round(1_800 * size)];
    const cost = rates === undefined ? null : (tokensIn * rates[0] + out * rates[1] + read * rates[2] + write * rates[3]) / 1e6;
    const id = (this.nextId += 1);
    const given = id % 9 === 0 && cost !== null ? cost * 1.02 : null;
    this.uses.push({
      at,
      unpriced: rates === undefined,
      duplicate,
      row: eventRow(id, {
        event_type: 'llm_response', tool_name: null, session_id: `${(0x9f3a1c07 + (id % 23) * 0x1f2e3d).toString(16)}-5b1e-4d0a`, model, project: project === '' ? null : project, branch: id % 5 === 0 ? `fix/${project}` : 'main',
        agent_type: model.startsWith('gpt') ? 'codex' : 'claude_code', created_at: iso(at), tokens_in: tokensIn, tokens_out: out, cache_read_tokens: read, cache_write_tokens: write,
        cost_usd: given ?? cost, given_cost_usd: given, computed_cost_usd: cost, prices: rates === undefined ? null : '2026-11-02', counted: !duplicate,
        message_id: `msg_${id}`, request_id: `req_${id}`, duplicate_of: duplicate ? id - 1 : null, source: duplicate ? 'import' : 'hook', duration_ms: 2_000,
      }),
    });
  }

  /** Gives these answers in a test's runtime; to be called when the prices and jobs that a test changes are there. */
  attach(runtime: TestRuntime): this {
    const models = [...new Set([...Object.keys(prices), ...this.uses.map((use) => String(use.row.model))])].map((model) => `/api/prices/${encodeURIComponent(model)}`);
    const jobs = this.jobs.map((job) => `/api/imports/${String(job.id)}/cancel`);
    for (const path of [...paths, ...models, ...jobs]) {
      runtime.answer(path, (asked) => this.answer(asked));
    }
    return this;
  }

  private answer({ method, path, query, body }: Asked): Reply {
    if (this.missing.has(path)) {
      return { status: 404, body: { error: 'Not found' } };
    }
    if (method !== 'GET') {
      this.sent.push({ method, path, body });
      return this.changed(method, path, body);
    }
    switch (path) {
      case '/api/costs':
        return ok(this.costs(query));
      case '/api/costs/series':
        return ok(this.series(query));
      case '/api/costs/events':
        return ok(this.costEvents(query));
      case '/api/prices':
        return ok({ version: '2026-11-02', updated: '2026-11-02', source: 'public list prices', models: [...this.own, ...Object.entries(prices).map(price)] });
      case '/api/budgets':
        return ok({ budgets: this.budgets });
      case '/api/stats/tools':
        return ok({ tools: this.tools });
      case '/api/limits':
        return ok({ windows: this.windows });
      case '/api/settings':
        return ok({ values: this.settings, from: this.from, problems: [] });
      case '/api/hooks':
        return ok({ agents: this.hooks });
      case '/api/imports':
        return ok({ jobs: this.jobs, auto: { every_minutes: 10, next_at: iso(Date.now() + 7 * 60_000) } });
      case '/api/storage':
        return ok({
          db_bytes: 418_381_824, wal_bytes: 4_194_304, events: 312_480, oldest_at: iso(Date.now() - 61 * dayMs), integrity: { ok: true, checked_at: iso(Date.now() - 3 * hourMs) },
          by_kind: [{ event_type: 'tool_use', events: 241_002, bytes: 301_000_000 }, { event_type: 'llm_response', events: 52_118, bytes: 71_000_000 }, { event_type: 'user_prompt', events: 9_204, bytes: 12_400_000 }],
        });
      default:
        return none;
    }
  }

  private changed(method: string, path: string, body: Row): Reply {
    if (method === 'PUT' && this.refusals.length > 0) {
      return { status: 400, body: { error: 'Some values cannot be taken', details: this.refusals } };
    }
    if (method === 'PUT' && path === '/api/settings') {
      this.settings = merged(this.settings, body);
      return ok({ values: this.settings, from: this.from, problems: [] });
    }
    if (method === 'PUT' && path.startsWith('/api/prices/')) {
      const model = decodeURIComponent(path.slice('/api/prices/'.length));
      this.own.push({ model, provider: '', aliases: [], tiers: [], from: 'file', ...body });
      this.uses = this.uses.map((use) => (use.row.model === model ? { ...use, unpriced: false, row: { ...use.row, cost_usd: 0.5, computed_cost_usd: 0.5 } } : use));
      return ok({ recalculated: 6 });
    }
    switch (`${method} ${path}`) {
      case 'POST /api/imports': {
        const job = { id: `j${this.jobs.length + 1}`, state: 'running', files: 0, files_done: 0, bytes: 0, bytes_done: 0, events: 0, duplicates: 0, skipped: [], started_at: iso(Date.now()), ended_at: null, ...body };
        this.jobs = [job, ...this.jobs];
        return { status: 202, body: job };
      }
      case 'POST /api/prune':
        return ok({ events: 41_204, bytes: 52_000_000, by_kind: [{ event_type: 'tool_use', events: 40_000 }, { event_type: 'response', events: 1_204 }], oldest_kept: iso(Date.now() - 90 * dayMs) });
      case 'POST /api/backup':
        return ok({ file: '/home/ada/.local/share/proa/dev.proa.agent-monitor/backups/events-2026-11-21.db', bytes: 418_381_824 });
      case 'POST /api/storage/check':
        return ok({ ok: true });
      case 'POST /api/costs/recalculate':
        return ok({ events: 9_120, changed: 6 });
      default: {
        const id = /^\/api\/imports\/(\w+)\/cancel$/.exec(path)?.[1];
        this.jobs = this.jobs.map((job) => (job.id === id ? { ...job, state: 'cancelled', ended_at: iso(Date.now()) } : job));
        return id === undefined ? none : ok({});
      }
    }
  }

  private within(query: URLSearchParams): Use[] {
    const names = { agent_type: 'agent_type', model: 'model', project: 'project', branch: 'branch', session_id: 'session_id' };
    const from = Date.parse(query.get('from') ?? '') || -Infinity;
    const to = Date.parse(query.get('to') ?? '') || Infinity;
    return this.uses.filter(({ at, row }) => at >= from && at < to && Object.entries(names).every(([name, field]) => !query.has(name) || (row[field] ?? '(none)') === query.get(name)));
  }

  private costs(query: URLSearchParams): Row {
    const uses = this.within(query);
    const by = query.get('by') ?? 'day';
    const key = (use: Use) => (by === 'day' ? dayKey(use.at) : (use.row[{ agent: 'agent_type', session: 'session_id' }[by] ?? by] ?? null));
    const keys = [...new Set(uses.map(key))];
    const rows = keys.map((one) => ({ key: one, ...amounts(uses.filter((use) => key(use) === one)) })) as Row[];
    rows.sort((a, b) => (by === 'day' ? String(b.key).localeCompare(String(a.key)) : Number(b.cost_usd ?? -1) - Number(a.cost_usd ?? -1)));
    const unknown = [...new Set(uses.filter((use) => use.unpriced).map((use) => String(use.row.model)))];
    return {
      zone: query.get('zone'), from: query.get('from'), to: query.get('to'),
      first_at: uses.length === 0 ? null : iso(Math.min(...uses.map((use) => use.at))), last_at: uses.length === 0 ? null : iso(Math.max(...uses.map((use) => use.at))),
      total: amounts(uses), rows,
      unknown_models: unknown.map((model) => ({ model, ...amounts(uses.filter((use) => use.row.model === model)), first_at: iso(uses[0]?.at ?? 0), last_at: iso(uses.at(-1)?.at ?? 0) })),
      prices: { version: '2026-11-02', updated: '2026-11-02', source: 'public list prices' },
    };
  }

  private series(query: URLSearchParams): Row {
    const uses = this.within(query).filter((use) => !use.duplicate);
    const bucket = query.get('bucket') ?? 'day';
    const start = (at: number) => (bucket === 'hour' ? new Date(at).setMinutes(0, 0, 0) : new Date(at).setHours(0, 0, 0, 0));
    const times = uses.map((use) => start(use.at));
    const starts: number[] = [];
    for (let at = Math.min(...times); at <= Math.max(...times); at = start(at + (bucket === 'hour' ? 1 : 25) * hourMs)) {
      starts.push(at);
    }
    const by = query.get('by') ?? 'none';
    const key = (use: Use) => (by === 'none' ? '' : String(use.row[by === 'agent' ? 'agent_type' : by] ?? ''));
    const named = [...new Set(uses.map(key))].map((one) => ({ key: one, uses: uses.filter((use) => key(use) === one) })).sort((a, b) => sum(b.uses, 'cost_usd') - sum(a.uses, 'cost_usd'));
    const shown = named.length <= 6 ? named : [...named.slice(0, 5), { key: 'others', uses: named.slice(5).flatMap((one) => one.uses) }];
    const values = (list: readonly Use[], field: string) => starts.map((at) => {
      const within = list.filter((use) => start(use.at) === at && (field !== 'cost_usd' || !use.unpriced));
      return within.length === 0 ? null : field === 'cost_usd' ? sum(within, field) : tokens(within);
    });
    const incomplete = start(Date.now());
    return { zone: query.get('zone'), bucket, starts: starts.map(iso), incomplete: starts.includes(incomplete) ? iso(incomplete) : null, series: shown.map((one) => ({ key: one.key, cost_usd: values(one.uses, 'cost_usd'), tokens: values(one.uses, 'tokens') })) };
  }

  private costEvents(query: URLSearchParams): Row {
    const uses = this.within(query).filter((use) => query.get('unpriced') !== 'true' || use.unpriced).sort((a, b) => b.at - a.at);
    const offset = Number(query.get('offset') ?? 0);
    return { events: uses.slice(offset, offset + Number(query.get('limit') ?? 50)).map((use) => use.row), total: uses.length + this.pruned, pruned: this.pruned };
  }
}

function amounts(uses: readonly Use[]): Row {
  const counted = uses.filter((use) => !use.duplicate);
  const priced = counted.filter((use) => !use.unpriced);
  const unpriced = counted.filter((use) => use.unpriced);
  return {
    cost_usd: priced.length === 0 ? null : sum(priced, 'cost_usd'), events: counted.length, tokens_in: sum(counted, 'tokens_in'), tokens_out: sum(counted, 'tokens_out'),
    cache_read_tokens: sum(counted, 'cache_read_tokens'), cache_write_tokens: sum(counted, 'cache_write_tokens'), unpriced_events: unpriced.length, unpriced_tokens: tokens(unpriced), duplicates: uses.length - counted.length,
  };
}

function tokens(uses: readonly Use[]): number {
  return ['tokens_in', 'tokens_out', 'cache_read_tokens', 'cache_write_tokens'].reduce((all, field) => all + sum(uses, field), 0);
}

function sum(uses: readonly Use[], field: string): number {
  return uses.reduce((all, use) => all + Number(use.row[field] ?? 0), 0);
}

function tool(name: string, calls: number, errors: number, p50: number, p95: number, texts: readonly string[], lastAt: number, agent = 'claude_code'): Row {
  const counts = [0.6, 0.3, 0.1];
  return {
    tool_name: name, total_calls: calls, error_count: errors, error_rate: Number((errors / calls).toFixed(4)), avg_duration_ms: p50 * 1.7, p50_ms: p50, p95_ms: p95,
    by_agent: agent === 'codex' ? { codex: calls } : { claude_code: Math.round(calls * 0.8), codex: calls - Math.round(calls * 0.8) },
    by_error: texts.map((text, index) => ({ text, count: Math.max(1, Math.round(errors * (counts[index] ?? 0.1))) })), last_at: iso(lastAt),
  };
}

function price([model, [input, output, read, write, hour]]: readonly [string, readonly [number, number, number, number, number]]): Row {
  return {
    model, provider: model.startsWith('claude') ? 'anthropic' : model.startsWith('gpt') ? 'openai' : 'google', aliases: [`${model}-latest`], input_per_mtok: input, output_per_mtok: output,
    cache_read_per_mtok: read, cache_write_5m_per_mtok: write === 0 ? null : write, cache_write_1h_per_mtok: hour === 0 ? null : hour, tiers: model.startsWith('gemini') ? [{ above_prompt_tokens: 200_000 }] : [], from: 'bundled',
  };
}

function merged(before: Row, change: Row): Row {
  const result: Row = { ...before };
  for (const [name, value] of Object.entries(change)) {
    const inner = typeof value === 'object' && value !== null && !Array.isArray(value);
    result[name] = inner ? merged((before[name] ?? {}) as Row, value as Row) : value;
  }
  return result;
}

const none: Reply = { status: 404, body: { error: 'Not found' } };

function ok(body: Row): Reply {
  return { status: 200, body };
}

function dayKey(at: number): string {
  const day = new Date(at);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
