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
    children.set(key, [...(children.get(key) ?? []), span]);
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
