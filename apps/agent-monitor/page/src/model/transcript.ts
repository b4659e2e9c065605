import { asCount, asNumber, asRecord, asText, asTime } from './json.ts';

export type Role = 'user' | 'assistant' | 'tool' | 'system';
const roles: readonly Role[] = ['user', 'assistant', 'tool', 'system'];

/** One entry of a session's transcript. */
export interface Step {
  readonly id: number;
  readonly role: Role;
  readonly kind: string;
  readonly tool: string | null;
  /** What was said, or what the tool was used on. */
  readonly detail: string | null;
  readonly diff: string | null;
  /** Lines that a call changed, 0 if nobody counted. */
  readonly added: number;
  readonly removed: number;
  readonly status: string;
  readonly at: number | null;
  readonly durationMs: number | null;
  readonly model: string | null;
  readonly tokens: number;
  readonly costUsd: number | null;
  /** What went wrong, where that is not the detail itself. */
  readonly error: string | null;
  /** False if it tells again what another one has told, so that its tokens and cost are in no sum. */
  readonly counted: boolean;
  readonly subagent: string | null;
}

/** Steps of one sub-agent, folded into one line at the place of the first. */
export interface Fold {
  readonly subagent: string;
  readonly steps: readonly Step[];
}

export type Part = { readonly key: string; readonly step: Step; readonly inFold: boolean; readonly announced: boolean } | { readonly key: string; readonly fold: Fold; readonly open: boolean };

export function readStep(value: unknown, index: number): Step | null {
  const raw = asRecord(value);
  if (raw === null) {
    return null;
  }
  return {
    id: asNumber(raw.event_id) ?? -1 - index,
    role: roles.find((role) => role === raw.role) ?? 'assistant',
    kind: asText(raw.type) ?? '',
    tool: asText(raw.tool_name),
    detail: asText(raw.detail) ?? asText(raw.content) ?? asText(raw.text),
    diff: asText(raw.diff),
    added: asCount(raw.lines_added),
    removed: asCount(raw.lines_removed),
    status: asText(raw.status) ?? '',
    at: asTime(raw.at) ?? asTime(raw.timestamp),
    durationMs: asNumber(raw.duration_ms),
    model: asText(raw.model),
    tokens: asCount(raw.tokens_in) + asCount(raw.tokens_out),
    costUsd: asNumber(raw.cost_usd),
    error: asText(raw.error),
    counted: raw.counted !== false,
    subagent: asText(raw.subagent),
  };
}

export function stepFailed({ status, kind }: Step): boolean {
  return status === 'error' || status === 'timeout' || kind === 'error';
}

/**
 * What a transcript shows: steps oldest first, those of a sub-agent folded unless it is in `open`, and an announced call left out when it was
 * made later, because the call says the same with its result.
 */
export function partsOf(steps: readonly Step[], open: ReadonlySet<string>): Part[] {
  const made = unmadeCalls(steps);
  const folds = new Map<string, Step[]>();
  const parts: Part[] = [];
  for (const step of steps) {
    const announced = made.get(step.id);
    if (announced === true) {
      continue;
    }
    const part = { key: String(step.id), step, inFold: step.subagent !== null, announced: announced === false };
    if (step.subagent === null) {
      parts.push(part);
      continue;
    }
    let inside = folds.get(step.subagent);
    if (inside === undefined) {
      inside = [];
      folds.set(step.subagent, inside);
      parts.push({ key: `agent ${step.subagent}`, fold: { subagent: step.subagent, steps: inside }, open: open.has(step.subagent) });
    }
    inside.push(step);
  }
  return parts.flatMap((part) =>
    'fold' in part && part.open ? [part, ...part.fold.steps.map((step) => ({ key: String(step.id), step, inFold: true, announced: made.get(step.id) === false }))] : [part],
  );
}

/** For each announced call whether it was made afterwards; other steps are not in it. */
function unmadeCalls(steps: readonly Step[]): ReadonlyMap<number, boolean> {
  const made = new Map<number, boolean>();
  const waiting = new Map<string, number[]>();
  for (const step of steps) {
    if (step.tool === null || (step.kind !== 'plan_step' && step.role !== 'tool' && !stepFailed(step))) {
      continue;
    }
    const call = [step.subagent, step.tool, step.detail].join('\n');
    if (step.kind === 'plan_step') {
      waiting.set(call, [...(waiting.get(call) ?? []), step.id]);
      made.set(step.id, false);
    } else {
      const announced = waiting.get(call)?.shift();
      if (announced !== undefined) {
        made.set(announced, true);
      }
    }
  }
  return made;
}

/** Whether a step has a price that its session's sum counts. */
export function priced({ costUsd, counted }: Step): boolean {
  return counted && costUsd !== null;
}

/** What a session had cost at each step that has a price: for a line over time. */
export function costSoFar(steps: readonly Step[]): { readonly at: readonly number[]; readonly usd: readonly number[] } {
  const spent = steps.filter((step) => step.at !== null && priced(step)).sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  let sum = 0;
  return { at: spent.map(({ at }) => at ?? 0), usd: spent.map(({ costUsd }) => (sum += costUsd ?? 0)) };
}
