import { asList, asNumber, asRecord, asText, asTime } from './json.ts';

export const searchKinds = ['prompt', 'command', 'path', 'error', 'tool', 'answer'] as const;
export type SearchKind = (typeof searchKinds)[number];

/** A stretch of a found text; `match` is what was looked for. */
export interface Snippet {
  readonly text: string;
  readonly match: boolean;
}

export interface Hit {
  readonly id: number;
  readonly sessionId: string;
  readonly agent: string;
  readonly kind: string;
  readonly tool: string | null;
  readonly project: string | null;
  readonly branch: string | null;
  readonly at: number | null;
  readonly status: string;
  /** Where in the event it was found: prompt, command, path, error, tool, answer. */
  readonly field: string | null;
  readonly snippet: readonly Snippet[];
}

export function readHit(value: unknown): Hit | null {
  const raw = asRecord(value);
  const id = asNumber(raw?.id);
  if (raw === null || id === null) {
    return null;
  }
  return {
    id,
    sessionId: asText(raw.session_id) ?? '',
    agent: asText(raw.agent_type) ?? '',
    kind: asText(raw.event_type) ?? '',
    tool: asText(raw.tool_name),
    project: asText(raw.project),
    branch: asText(raw.branch),
    at: asTime(raw.at),
    status: asText(raw.status) ?? '',
    field: asText(raw.field),
    snippet: asList(raw.snippet).map(readSnippet).filter((part) => part !== null),
  };
}

function readSnippet(value: unknown): Snippet | null {
  const raw = asRecord(value);
  return typeof raw?.text === 'string' && raw.text !== '' ? { text: raw.text, match: raw.match === true } : null;
}
