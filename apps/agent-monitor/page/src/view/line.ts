import { type MonitorEvent, failed } from '../model/event.ts';
import { type Json, asNumber, asRecord, asText } from '../model/json.ts';
import { strings } from '../strings.ts';
import { cost, short } from './format.ts';
import { firstLine, oneLine, shortPath } from './text.ts';

export type Tone = 'plain' | 'quiet' | 'error' | 'waiting';

/** One event as a sentence in columns: what was used, on what, with what result. */
export interface Line {
  readonly verb: string;
  readonly subject: string;
  /** Commands, paths and patterns are set in the mono font. */
  readonly mono: boolean;
  /** The first line of an error, after the subject. */
  readonly trouble: string | null;
  readonly added: number | null;
  readonly removed: number | null;
  readonly result: string;
  readonly tone: Tone;
}

interface Subject {
  readonly text: string;
  readonly mono: boolean;
}

const words = strings.line;

/** `stillWaits`: the event's session waits for the person now, so that a question in it is still open. */
export function lineOf(event: MonitorEvent, stillWaits = false): Line {
  const { verb, subject } = told(event);
  const trouble = failed(event) ? troubleOf(event, subject.text) : null;
  const asks = stillWaits && asksYou(event);
  return {
    verb: oneLine(verb, 60),
    subject: oneLine(subject.text),
    mono: subject.mono,
    trouble: trouble === null ? null : oneLine(trouble, 300),
    added: amount(event, 'lines_added'),
    removed: amount(event, 'lines_removed'),
    result: asks ? strings.results.waits : resultOf(event),
    tone: failed(event) ? 'error' : asks ? 'waiting' : event.kind === 'tool_use' || event.kind === 'user_prompt' || asksYou(event) ? 'plain' : 'quiet',
  };
}

/** The tool's name as people know it: `mcp__github__create_issue` is the tool create_issue of github. */
export function toolName(tool: string): string {
  const mcp = /^mcp__(.+?)__(.+)$/.exec(tool);
  return mcp === null ? tool : `${mcp[1]} ${mcp[2]}`;
}

export function kindName(kind: string): string {
  return strings.kinds[kind] ?? humanised(kind);
}

export function agentName(agent: string): string {
  return strings.agents[agent] ?? agent;
}

/** A model without the day of its release, which only tells apart what nobody has side by side. */
export function modelName(model: string): string {
  return oneLine(model.replace(/-20\d{6}$/, ''), 80);
}

function told(event: MonitorEvent): { verb: string; subject: Subject } {
  if (asksYou(event)) {
    return { verb: words.asks, subject: request(event) };
  }
  const model = event.model === null ? words.someModel : modelName(event.model);
  if (event.kind === 'tool_use' || (event.kind === 'plan_step' && event.tool !== null)) {
    return { verb: event.tool === null ? words.tool : toolName(event.tool).split(' ').slice(-1).join(''), subject: target(event) };
  }
  switch (event.kind) {
    case 'user_prompt':
      return { verb: words.prompt, subject: quoted(field(event, 'prompt', 'message', 'content_preview')) };
    case 'error':
      return { verb: words.error, subject: prose(field(event, 'error', 'reason', 'message') ?? words.failedWithout) };
    case 'session_start':
      return { verb: words.session, subject: prose(words.started(field(event, 'source'), event.model ?? field(event, 'model'))) };
    case 'session_end':
      return {
        verb: words.session,
        subject: prose(hook(event) === 'Stop' ? words.turnEnded : words.ended(field(event, 'reason'))),
      };
    case 'llm_request':
      return { verb: words.model, subject: prose(words.asked(model, short(event.tokensIn))) };
    case 'llm_response':
      return {
        verb: words.model,
        subject: prose(field(event, 'content_preview', 'message') ?? words.answered(model, short(event.tokensOut))),
      };
    case 'response':
      return { verb: words.reply, subject: prose(field(event, 'content_preview', 'message', 'content') ?? words.noDetails) };
    case 'file_change': {
      const path = field(event, 'file_path', 'path');
      return { verb: words.file, subject: path === null ? prose(words.fileChanged) : code(shortPath(path)) };
    }
    case 'git_commit':
      return { verb: words.commit, subject: prose(field(event, 'message', 'subject', 'sha', 'command') ?? words.noDetails) };
    case 'plan_step':
      return { verb: words.plan, subject: prose(field(event, 'step', 'message', 'description', 'content') ?? words.noDetails) };
    case 'instruction_load':
      return { verb: words.loaded, subject: target(event) };
    default:
      return other(event);
  }
}

/** Kinds that contract v1 does not name: other hooks, and whatever a sender thinks of. */
function other(event: MonitorEvent): { verb: string; subject: Subject } {
  switch (hook(event)) {
    case 'SubagentStart':
    case 'SubagentStop':
      return {
        verb: words.agentStep,
        subject: prose(
          [field(event, 'agent_type', 'subagent_type', 'description'), hook(event) === 'SubagentStop' ? words.subAgentEnded : words.subAgentStarted]
            .filter((part) => part !== null)
            .join(': '),
        ),
      };
    case 'PreCompact':
      return { verb: words.compact, subject: prose(words.compacting) };
    case 'PostCompact':
      return { verb: words.compact, subject: prose(words.compacted) };
    default:
      return { verb: humanised(event.kind === '' ? words.tool : event.kind), subject: target(event) };
  }
}

function asksYou(event: MonitorEvent): boolean {
  const name = hook(event);
  return name === 'Notification' || name === 'PermissionRequest' || event.kind === 'notification' || event.kind === 'permission_request';
}

function request(event: MonitorEvent): Subject {
  if (hook(event) === 'PermissionRequest' || event.kind === 'permission_request') {
    const wanted = target(event);
    const tool = event.tool === null || wanted.mono ? '' : `${toolName(event.tool)} `;
    return { text: words.allow(`${tool}${wanted.text}`), mono: wanted.mono };
  }
  return prose(field(event, 'message', 'title', 'prompt') ?? words.noDetails);
}

/** What a tool was used on. */
function target(event: MonitorEvent): Subject {
  const command = field(event, 'command', 'cmd');
  if (command !== null) {
    return code(command);
  }
  const path = field(event, 'file_path', 'notebook_path', 'path');
  const pattern = field(event, 'pattern');
  if (pattern !== null) {
    return code(path === null ? pattern : words.inPath(pattern, shortPath(path)));
  }
  if (path !== null) {
    return code(shortPath(path));
  }
  const url = field(event, 'url');
  if (url !== null) {
    return code(url);
  }
  const said = field(event, 'query', 'description', 'prompt', 'message', 'title', 'content_preview', 'skill', 'reason', 'error');
  return prose(said ?? firstText(event.metadata) ?? words.noDetails);
}

const plumbing = new Set(['hook_event_name', 'tool_use_id', 'tool_name', 'session_id', 'transcript_path', 'permission_mode', 'cwd', 'type', 'prompt_id']);

function firstText(metadata: Json): string | null {
  for (const [name, value] of Object.entries(metadata)) {
    const text = plumbing.has(name) || name.startsWith('_') ? null : asText(value);
    if (text !== null) {
      return text;
    }
  }
  return null;
}

function troubleOf(event: MonitorEvent, subject: string): string | null {
  const error = field(event, 'error', 'stderr', 'reason', 'message');
  return error === null || error === subject ? null : firstLine(error);
}

function resultOf(event: MonitorEvent): string {
  const code = asNumber(event.metadata.exit_code);
  if (event.metadata.blocked === true) {
    return strings.results.blocked;
  }
  if (event.status === 'timeout') {
    return strings.results.timeout;
  }
  if (failed(event)) {
    return code === null || code === 0 ? strings.results.error : strings.results.exit(code);
  }
  if (event.kind === 'llm_response' && event.costUsd !== null) {
    return cost(event.costUsd);
  }
  return event.kind === 'tool_use' ? strings.results.ok : '';
}

/** The first of these fields that holds text, in the metadata or in the tool's own input. */
function field(event: MonitorEvent, ...names: readonly string[]): string | null {
  const places = [event.metadata, asRecord(event.metadata.tool_input), asRecord(event.metadata.payload)];
  for (const name of names) {
    for (const place of places) {
      const value = place?.[name];
      const text = asText(value) ?? (Array.isArray(value) && value.every((part) => typeof part === 'string') ? asText(value.join(' ')) : null);
      if (text !== null) {
        return text;
      }
    }
  }
  return null;
}

function amount(event: MonitorEvent, name: string): number | null {
  const value = asNumber(event.metadata[name]);
  return value === null || value < 0 ? null : value;
}

function hook(event: MonitorEvent): string | null {
  return asText(event.metadata.hook_event_name);
}

function quoted(text: string | null): Subject {
  return prose(text === null ? words.noDetails : `“${oneLine(text)}”`);
}

function prose(text: string): Subject {
  return { text, mono: false };
}

function code(text: string): Subject {
  return { text, mono: true };
}

/** `subagent_stop` and `SubagentStop` both read as Subagent stop. */
function humanised(kind: string): string {
  const spaced = kind.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_.-]+/g, ' ').trim().toLowerCase();
  return spaced === '' ? words.tool : spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
