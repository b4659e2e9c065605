import { asAmount } from './costs.ts';
import { asList, asRecord, asText, asTime } from './json.ts';

/** How much of an allowance was used within a window of time. */
export interface LimitWindow {
  readonly agent: string;
  readonly name: string;
  readonly kind: 'tokens' | 'cost';
  /** Tokens or US dollars; null if only the share is known. */
  readonly used: number | null;
  readonly limit: number | null;
  /** 0 to 100 and above; null if there is no limit to compare with. */
  readonly usedPercent: number | null;
  readonly startedAt: number | null;
  readonly resetsAt: number | null;
  readonly source: 'provider' | 'configured' | 'unknown';
}

/** Reads the answer of `/api/limits`; null if it is none. */
export function readLimits(value: unknown): readonly LimitWindow[] | null {
  const raw = asRecord(value);
  if (raw === null || !Array.isArray(raw.windows)) {
    return null;
  }
  return asList(raw.windows)
    .map(asRecord)
    .filter((row) => row !== null)
    .map((row) => {
      const used = asAmount(row.used);
      const limit = asAmount(row.limit);
      return {
        agent: asText(row.agent_type) ?? '',
        name: asText(row.name) ?? '',
        kind: row.kind === 'cost' ? 'cost' : 'tokens',
        used,
        limit,
        // The server rounds; little use is not none.
        usedPercent: used !== null && limit !== null && limit > 0 ? (used / limit) * 100 : asAmount(row.used_percent),
        startedAt: asTime(row.started_at),
        resetsAt: asTime(row.resets_at),
        source: row.source === 'provider' || row.source === 'configured' ? row.source : 'unknown',
      };
    });
}

/** What a window comes to if its use goes on as it did. */
export type Outlook =
  | { readonly kind: 'ends'; readonly percent: number; readonly used: number | null }
  | { readonly kind: 'runs-out'; readonly at: number; readonly percent: number }
  | { readonly kind: 'spent' }
  | { readonly kind: 'over' }
  | { readonly kind: 'early' }
  | { readonly kind: 'unused' }
  | { readonly kind: 'unknown' };

/** A guess from less than this share of the window would be noise. */
const leastShare = 0.05;

export function outlook(window: LimitWindow, now: number): Outlook {
  const { usedPercent, startedAt, resetsAt, used } = window;
  if (resetsAt !== null && resetsAt <= now) {
    return { kind: 'over' };
  }
  if (usedPercent === null) {
    return { kind: 'unknown' };
  }
  if (usedPercent >= 100) {
    return { kind: 'spent' };
  }
  if (usedPercent === 0) {
    return { kind: 'unused' };
  }
  if (startedAt === null || resetsAt === null || resetsAt <= startedAt || now <= startedAt) {
    return { kind: 'unknown' };
  }
  const share = (now - startedAt) / (resetsAt - startedAt);
  if (share < leastShare) {
    return { kind: 'early' };
  }
  const percent = usedPercent / share;
  return percent > 100
    ? { kind: 'runs-out', at: startedAt + ((now - startedAt) * 100) / usedPercent, percent }
    : { kind: 'ends', percent, used: used === null ? null : used / share };
}

/** How far the window is, between 0 and 1; null if its ends are not known. */
export function elapsed(window: LimitWindow, now: number): number | null {
  const { startedAt, resetsAt } = window;
  return startedAt === null || resetsAt === null || resetsAt <= startedAt ? null : Math.min(1, Math.max(0, (now - startedAt) / (resetsAt - startedAt)));
}

/** The windows of each agent, those of one agent together, in the order they came. */
export function byAgent(windows: readonly LimitWindow[]): readonly { readonly agent: string; readonly windows: readonly LimitWindow[] }[] {
  const agents = [...new Set(windows.map((window) => window.agent))];
  return agents.map((agent) => ({ agent, windows: windows.filter((window) => window.agent === agent) }));
}
