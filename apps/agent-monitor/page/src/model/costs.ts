import { type Json, asCount, asList, asNumber, asRecord, asText, asTime } from './json.ts';

/** What was used and what it cost; the cost of what has no price is left out of `costUsd`. */
export interface Amounts {
  /** US dollars; null if nothing of it has a price. */
  readonly costUsd: number | null;
  readonly events: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly unpricedEvents: number;
  readonly unpricedTokens: number;
  /** Events that told again what another one had told; not counted in anything else here. */
  readonly duplicates: number;
}

export interface CostRow extends Amounts {
  /** A day as 2026-11-21, or a name; empty if the events have none. */
  readonly key: string;
}

export interface UnknownModel {
  readonly model: string;
  readonly events: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
}

/** Which price table was used. */
export interface PriceSource {
  readonly version: string | null;
  readonly updated: string | null;
  readonly source: string | null;
}

export interface Costs {
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly total: Amounts;
  readonly rows: readonly CostRow[];
  readonly unknownModels: readonly UnknownModel[];
  readonly prices: PriceSource;
}

/** Reads the answer of `/api/costs`; null if it is none. */
export function readCosts(value: unknown): Costs | null {
  const raw = asRecord(value);
  const total = asRecord(raw?.total);
  if (raw === null || total === null) {
    return null;
  }
  return {
    firstAt: asTime(raw.first_at),
    lastAt: asTime(raw.last_at),
    total: readAmounts(total),
    rows: records(raw.rows).map((row) => ({ key: keyOf(row.key), ...readAmounts(row) })),
    unknownModels: records(raw.unknown_models).map(readUnknown),
    prices: readPriceSource(raw.prices),
  };
}

export function readPriceSource(value: unknown): PriceSource {
  const raw = asRecord(value);
  return { version: asWord(raw?.version), updated: asWord(raw?.updated), source: asText(raw?.source) };
}

/** Tokens of all four classes. */
export function tokensOf(amounts: { tokensIn: number; tokensOut: number; cacheRead: number; cacheWrite: number }): number {
  return amounts.tokensIn + amounts.tokensOut + amounts.cacheRead + amounts.cacheWrite;
}

function readAmounts(raw: Json): Amounts {
  return {
    costUsd: asAmount(raw.cost_usd),
    events: asCount(raw.events),
    tokensIn: asCount(raw.tokens_in),
    tokensOut: asCount(raw.tokens_out),
    cacheRead: asCount(raw.cache_read_tokens),
    cacheWrite: asCount(raw.cache_write_tokens),
    unpricedEvents: asCount(raw.unpriced_events),
    unpricedTokens: asCount(raw.unpriced_tokens),
    duplicates: asCount(raw.duplicates),
  };
}

function readUnknown(raw: Json): UnknownModel {
  return {
    model: keyOf(raw.model),
    events: asCount(raw.events),
    tokensIn: asCount(raw.tokens_in),
    tokensOut: asCount(raw.tokens_out),
    cacheRead: asCount(raw.cache_read_tokens),
    cacheWrite: asCount(raw.cache_write_tokens),
    firstAt: asTime(raw.first_at),
    lastAt: asTime(raw.last_at),
  };
}

export interface CostSeries {
  readonly bucket: 'hour' | 'day';
  /** When each bucket begins, milliseconds since 1970, rising. */
  readonly starts: readonly number[];
  /** Beginning of the bucket that is not over yet. */
  readonly incomplete: number | null;
  readonly series: readonly { readonly key: string; readonly costUsd: readonly (number | null)[]; readonly tokens: readonly (number | null)[] }[];
}

/** Reads the answer of `/api/costs/series`; null if it is none. A value that is missing is a gap. */
export function readSeries(value: unknown): CostSeries | null {
  const raw = asRecord(value);
  if (raw === null || !Array.isArray(raw.starts)) {
    return null;
  }
  const starts = raw.starts.map(asTime).filter((start) => start !== null);
  const values = (list: unknown) => starts.map((_, index) => asAmount(asList(list)[index]));
  return {
    bucket: raw.bucket === 'hour' ? 'hour' : 'day',
    starts,
    incomplete: asTime(raw.incomplete),
    series: records(raw.series).map((one) => ({ key: keyOf(one.key), costUsd: values(one.cost_usd), tokens: values(one.tokens) })),
  };
}

/** One event behind a sum. */
export interface CostEvent {
  readonly id: number;
  readonly at: number | null;
  readonly sessionId: string;
  readonly agent: string;
  readonly kind: string;
  readonly model: string | null;
  readonly project: string | null;
  readonly branch: string | null;
  readonly source: string | null;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** What its sender said it cost. */
  readonly givenUsd: number | null;
  /** What the price table makes of its tokens. */
  readonly computedUsd: number | null;
  /** What is counted: given, else computed. */
  readonly costUsd: number | null;
  readonly counted: boolean;
  readonly prices: string | null;
  readonly messageId: string | null;
  readonly requestId: string | null;
  /** Row of the event that told the same before. */
  readonly duplicateOf: number | null;
}

/** Reads one row of `/api/costs/events`; null if it has no id to know it by. */
export function readCostEvent(value: unknown): CostEvent | null {
  const raw = asRecord(value);
  const id = asNumber(raw?.id);
  if (raw === null || id === null) {
    return null;
  }
  return {
    id,
    at: asTime(raw.client_timestamp) ?? asTime(raw.created_at),
    sessionId: asText(raw.session_id) ?? '',
    agent: asText(raw.agent_type) ?? '',
    kind: asText(raw.event_type) ?? '',
    model: asText(raw.model),
    project: asText(raw.project),
    branch: asText(raw.branch),
    source: asText(raw.source),
    tokensIn: asCount(raw.tokens_in),
    tokensOut: asCount(raw.tokens_out),
    cacheRead: asCount(raw.cache_read_tokens),
    cacheWrite: asCount(raw.cache_write_tokens),
    givenUsd: asAmount(raw.given_cost_usd),
    computedUsd: asAmount(raw.computed_cost_usd),
    costUsd: asAmount(raw.cost_usd),
    counted: raw.counted !== false && raw.counted !== 0,
    prices: asWord(raw.prices),
    messageId: asText(raw.message_id),
    requestId: asText(raw.request_id),
    duplicateOf: asNumber(raw.duplicate_of),
  };
}

/** What may be spent within a period, and what was. */
export interface Budget {
  readonly name: string;
  readonly period: string;
  readonly limitUsd: number | null;
  readonly spentUsd: number | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly over: boolean;
  readonly project: string | null;
  readonly model: string | null;
  /** Events in it that have no price, so that more may have been spent. */
  readonly unpricedEvents: number;
}

export function readBudgets(value: unknown): readonly Budget[] {
  return records(asRecord(value)?.budgets).map((raw) => {
    const limitUsd = asAmount(raw.limit_usd);
    const spentUsd = asAmount(raw.spent_usd);
    return {
      name: asText(raw.name) ?? '',
      period: asText(raw.period) ?? '',
      limitUsd,
      spentUsd,
      from: asTime(raw.from),
      to: asTime(raw.to),
      over: raw.over === true || (limitUsd !== null && spentUsd !== null && spentUsd > limitUsd),
      project: asText(raw.project),
      model: asText(raw.model),
      unpricedEvents: asCount(raw.unpriced_events),
    };
  });
}

/** Whether a budget that is not over yet is close: four fifths of it are spent. */
export function near(budget: Budget): boolean {
  return !budget.over && budget.limitUsd !== null && budget.limitUsd > 0 && (budget.spentUsd ?? 0) >= 0.8 * budget.limitUsd;
}

/** An amount as a number, or as the text of a decimal. */
export function asAmount(value: unknown): number | null {
  return asNumber(typeof value === 'string' && value.trim() !== '' ? Number(value) : value);
}

/** Versions come as text or as numbers. */
function asWord(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : asText(value);
}

function keyOf(value: unknown): string {
  return asText(value) ?? '';
}

function records(value: unknown): readonly Json[] {
  return asList(value).map(asRecord).filter((row) => row !== null);
}
