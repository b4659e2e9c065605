import { type Json, asList, asNumber, asRecord, asText, asTime } from './json.ts';

/** A stretch of work that an agent's trace told of. */
export interface Span {
  readonly id: string;
  readonly parent: string | null;
  readonly trace: string;
  readonly name: string;
  readonly kind: string | null;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly status: string | null;
  readonly message: string | null;
  readonly attributes: Json;
}

/** A span with its depth in the tree, in the order of a waterfall: children under their parent, by time. */
export interface Bar {
  readonly span: Span;
  readonly depth: number;
}

/** A part of a session's spans, in the order in which they began. */
export interface Trace {
  readonly spans: readonly Span[];
  /** How many rows the answer had, those with them that are no span. */
  readonly rows: number;
  /** How many the session has altogether. */
  readonly total: number;
}

/** Which of them are asked for. */
export interface Stretch {
  readonly offset: number;
  readonly limit: number;
}

export const firstStretch: Stretch = { offset: 0, limit: 1_000 };
/** One answer holds no more. */
const mostSpans = 10_000;

export function readTrace(answer: Json): Trace {
  const rows = asList(answer.spans).length;
  return { spans: readSpans(answer), rows, total: Math.max(rows, asNumber(answer.total) ?? 0) };
}

/** What to ask for to see more: first as many as one answer holds, then those that began later; null if there are no more. */
export function furtherStretch({ rows, total }: Trace, { offset, limit }: Stretch): Stretch | null {
  if (rows === 0 || offset + rows >= total) {
    return null;
  }
  return rows === limit && limit < mostSpans ? { offset, limit: mostSpans } : { offset: offset + rows, limit: mostSpans };
}

export function readSpans(answer: Json): readonly Span[] {
  return asList(answer.spans).map(readSpan).filter((span) => span !== null);
}

function readSpan(value: unknown): Span | null {
  const raw = asRecord(value);
  const id = asText(raw?.span_id);
  const startedAt = asTime(raw?.started_at);
  if (raw === null || id === null || startedAt === null) {
    return null;
  }
  const status = asText(raw.status) ?? (asNumber(raw.status) === null ? null : String(raw.status));
  return {
    id,
    parent: asText(raw.parent_span_id),
    trace: asText(raw.trace_id) ?? '',
    name: asText(raw.name) ?? id,
    kind: asText(raw.kind),
    startedAt,
    durationMs: Math.max(0, asNumber(raw.duration_ms) ?? 0),
    failed: status !== null && /error|^2$/i.test(status),
    status,
    message: asText(raw.message),
    attributes: asRecord(raw.attributes) ?? {},
  };
}

/** The spans as a tree. One whose parent is not here, or is its own descendant, stands at the top. */
export function waterfall(spans: readonly Span[]): Bar[] {
  const byId = new Map(spans.map((span) => [`${span.trace} ${span.id}`, span]));
  const children = new Map<string | null, Span[]>();
  for (const span of spans) {
    const parent = span.parent === null ? null : `${span.trace} ${span.parent}`;
    const key = parent !== null && byId.has(parent) && byId.get(parent) !== span ? parent : null;
    const siblings = children.get(key);
    if (siblings === undefined) {
      children.set(key, [span]);
    } else {
      siblings.push(span);
    }
  }
  const bars: Bar[] = [];
  const seen = new Set<Span>();
  const stack: Bar[] = [];
  const push = (key: string | null, depth: number) => {
    const sorted = [...(children.get(key) ?? [])].sort((a, b) => b.startedAt - a.startedAt || b.durationMs - a.durationMs);
    stack.push(...sorted.map((span) => ({ span, depth })));
  };
  push(null, 0);
  // Those in a circle have no way in from the top; each becomes one.
  const rest = [...spans];
  while (stack.length > 0 || rest.length > 0) {
    const bar = stack.pop() ?? { span: rest.shift() as Span, depth: 0 };
    if (!seen.has(bar.span)) {
      seen.add(bar.span);
      bars.push(bar);
      push(`${bar.span.trace} ${bar.span.id}`, bar.depth + 1);
    }
  }
  return bars;
}
