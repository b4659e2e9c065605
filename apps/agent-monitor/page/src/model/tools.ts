import { asCount, asList, asNumber, asRecord, asText, asTime } from './json.ts';

export interface Tool {
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
  /** Between 0 and 1. */
  readonly errorRate: number;
  readonly averageMs: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly byAgent: readonly { readonly agent: string; readonly calls: number }[];
  readonly topErrors: readonly { readonly text: string; readonly count: number }[];
  readonly lastAt: number | null;
}

/** Reads the answer of `/api/stats/tools`; null if it is none. */
export function readTools(value: unknown): readonly Tool[] | null {
  const raw = asRecord(value);
  if (raw === null || !Array.isArray(raw.tools)) {
    return null;
  }
  return raw.tools.map(readTool).filter((tool) => tool !== null);
}

function readTool(value: unknown): Tool | null {
  const raw = asRecord(value);
  if (raw === null) {
    return null;
  }
  const calls = asCount(raw.total_calls);
  const errors = asCount(raw.error_count);
  return {
    name: asText(raw.tool_name) ?? '',
    calls,
    errors,
    errorRate: Math.min(1, asNumber(raw.error_rate) ?? (calls === 0 ? 0 : errors / calls)),
    averageMs: asNumber(raw.avg_duration_ms),
    p50Ms: asNumber(raw.p50_ms),
    p95Ms: asNumber(raw.p95_ms),
    byAgent: Object.entries(asRecord(raw.by_agent) ?? {})
      .map(([agent, amount]) => ({ agent, calls: asCount(amount) }))
      .sort((a, b) => b.calls - a.calls),
    topErrors: asList(raw.by_error)
      .map(asRecord)
      .filter((error) => error !== null)
      .map((error) => ({ text: asText(error.text) ?? '', count: asCount(error.count) }))
      .filter((error) => error.text !== ''),
    lastAt: asTime(raw.last_at),
  };
}

/** All calls and errors together. */
export function callsOf(tools: readonly Tool[]): { calls: number; errors: number; rate: number } {
  const calls = tools.reduce((sum, tool) => sum + tool.calls, 0);
  const errors = tools.reduce((sum, tool) => sum + tool.errors, 0);
  return { calls, errors, rate: calls === 0 ? 0 : errors / calls };
}
