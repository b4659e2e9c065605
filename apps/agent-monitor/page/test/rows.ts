/** Rows as the backend gives them. */
export type Row = Record<string, unknown>;

export function eventRow(id: number, change: Row = {}): Row {
  return {
    id,
    event_id: `e-${id}`,
    schema_version: 1,
    session_id: 's1',
    agent_type: 'claude_code',
    event_type: 'tool_use',
    tool_name: 'Bash',
    status: 'success',
    tokens_in: 0,
    tokens_out: 0,
    branch: 'main',
    project: 'proa',
    duration_ms: 340,
    created_at: new Date(Date.now() - 1_000).toISOString(),
    client_timestamp: null,
    metadata: { command: `echo ${id}` },
    payload_truncated: 0,
    model: null,
    cost_usd: null,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    source: 'hook',
    ...change,
  };
}

export function sessionRow(id: string, change: Row = {}): Row {
  return {
    id,
    agent_id: 'claude_code-default',
    agent_type: 'claude_code',
    project: 'proa',
    branch: 'main',
    status: 'active',
    started_at: new Date(Date.now() - 12 * 60_000).toISOString(),
    ended_at: null,
    last_event_at: new Date(Date.now() - 1_000).toISOString(),
    metadata: {},
    event_count: 1,
    tokens_in: 0,
    tokens_out: 0,
    total_cost_usd: null,
    files_edited: 0,
    lines_added: 0,
    lines_removed: 0,
    waiting: null,
    ...change,
  };
}
