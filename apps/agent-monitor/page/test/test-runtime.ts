import { createReadStream, existsSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Row, eventRow, sessionRow } from './rows.ts';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const policy = "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'";
const types: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const ring = 64;

/** What a test's backend answers to one path: a body, or a status with a body. */
export type Reply = Row | { readonly status: number; readonly body: Row };
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The JSON of the request; an empty object if there is none. */
  readonly body: Row;
}

interface Kept {
  readonly s: number;
  readonly text: string;
}

/**
 * The runtime and its backend as far as the page can see them: the built files, the readings of the live page, whatever a test adds with
 * `answer`, and a channel that resumes.
 */
export class TestRuntime {
  events: Row[] = [];
  sessions = new Map<string, Row>();
  failing = new Set<string>();
  signedIn = true;
  readonly requests: string[] = [];
  readonly received: Row[] = [];
  /** Milliseconds by which this runtime's clock is ahead of the page's. */
  clockAhead = 0;
  /** What single sessions are asked for: transcript entries, files, spans; see `answerSessions`. */
  readonly transcripts = new Map<string, Row[]>();
  readonly files = new Map<string, Row[]>();
  readonly spans = new Map<string, Row[]>();
  private readonly answers = new Map<string, (asked: Asked) => Reply>();
  private readonly under = new Map<string, (asked: Asked) => Reply>();
  private nextId = 1;
  private g = 1;
  private s = 0;
  private kept: Kept[] = [];
  private server: Server | null = null;
  private sockets = new Set<WebSocket>();

  /** Listens on `port`, or on a free one. */
  constructor(private port = 0) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  connected(): number {
    return this.sockets.size;
  }

  /** Listens on a free port the first time and on the same one after `stop()`. */
  async start(): Promise<void> {
    const server = createServer((request, response) => this.respond(request, response));
    const channel = new WebSocketServer({ noServer: true, handleProtocols: () => 'proa.v1' });
    server.on('upgrade', (request, socket, head) => {
      if (!this.signedIn) {
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
        return;
      }
      channel.handleUpgrade(request, socket, head, (line) => this.greet(line));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    this.server = server;
  }

  async stop(): Promise<void> {
    const server = this.server;
    this.server = null;
    this.dropLines();
    if (server !== null) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  dropLines(): void {
    this.sockets.forEach((line) => line.terminate());
    this.sockets.clear();
  }

  /** As after a new start of the runtime: another generation, nothing kept. */
  newGeneration(): void {
    this.g += 1;
    this.s = 0;
    this.kept = [];
  }

  /** Adds a path of the backend: `reply` is asked at each request. */
  answer(path: string, reply: Row | ((asked: Asked) => Reply)): void {
    this.answers.set(path, typeof reply === 'function' ? (reply as (asked: Asked) => Reply) : () => reply);
  }

  /** The same for all paths that begin so and have no answer of their own. */
  answerUnder(prefix: string, reply: (asked: Asked) => Reply): void {
    this.under.set(prefix, reply);
  }

  /** Stores an event and tells the pages of it and of its session. */
  emit(change: Row = {}, session: Row = {}): Row {
    const row = this.store(change, session);
    const stored = this.sessions.get(String(row.session_id));
    this.publish([
      { id: String(row.id), scope: row.session_id, type: 'event', data: row, n: 1 },
      { scope: row.session_id, type: 'session', data: stored, n: 1 },
      { type: 'stats', data: this.stats(), n: 1 },
    ]);
    return row;
  }

  /** Stores an event without telling anyone, as when it happened while a page was away. */
  store(change: Row = {}, session: Row = {}): Row {
    const row = eventRow(this.nextId++, { created_at: new Date().toISOString(), ...change });
    this.events.unshift(row);
    const id = String(row.session_id);
    const known = this.sessions.get(id) ?? sessionRow(id, { project: row.project, branch: row.branch, agent_type: row.agent_type, event_count: 0 });
    this.sessions.set(id, {
      ...known,
      last_event_at: row.created_at,
      event_count: Number(known.event_count) + 1,
      tokens_in: Number(known.tokens_in) + Number(row.tokens_in),
      tokens_out: Number(known.tokens_out) + Number(row.tokens_out),
      ...session,
    });
    return row;
  }

  /** Numbers the stored events anew by their time, newest first. */
  inOrder(): void {
    this.events.sort((a, b) => String(b.created_at).localeCompare(String(a.created_at)));
    this.events.forEach((row, index) => (row.id = this.events.length - index));
  }

  publish(e: Row[]): void {
    const batch = { s: ++this.s, text: JSON.stringify({ t: 'batch', g: this.g, s: this.s, at: Date.now(), e }) };
    this.kept = [...this.kept, batch].slice(-ring);
    this.sockets.forEach((line) => line.send(batch.text));
  }

  say(message: Row): void {
    this.sockets.forEach((line) => line.send(JSON.stringify(message)));
  }

  resync(cause: string): void {
    this.say({ t: 'resync', g: this.g, cause, dropped: 0 });
  }

  stats(): Row {
    const sessions = [...this.sessions.values()];
    const sum = (field: string) => sessions.reduce((total, session) => total + Number(session[field] ?? 0), 0);
    return {
      total_events: this.events.length,
      active_sessions: sessions.filter((session) => session.status === 'active').length,
      total_sessions: sessions.length,
      live_sessions: sessions.filter((session) => session.status !== 'ended').length,
      active_agents: 1,
      total_tokens_in: sum('tokens_in'),
      total_tokens_out: sum('tokens_out'),
      total_cost_usd: sessions.some((session) => session.total_cost_usd !== null) ? sum('total_cost_usd') : null,
      tool_breakdown: {},
      agent_breakdown: {},
      model_breakdown: {},
      branches: [],
    };
  }

  private greet(line: WebSocket): void {
    this.sockets.add(line);
    line.on('close', () => this.sockets.delete(line));
    line.send(JSON.stringify({ t: 'hello', g: this.g, client: 'c', heartbeat_ms: 2_000 }));
    line.on('message', (data) => {
      const message = JSON.parse(String(data)) as Row;
      this.received.push(message);
      if (message.t === 'resume') {
        this.resume(line, message);
      } else if (message.t === 'resync') {
        line.send(JSON.stringify({ t: 'resync', g: this.g, cause: 'gap', dropped: 0 }));
      }
    });
  }

  private resume(line: WebSocket, from: Row): void {
    const missing = this.kept.filter((batch) => batch.s > Number(from.s));
    if (from.g !== this.g || missing.length !== this.s - Number(from.s)) {
      line.send(JSON.stringify({ t: 'resync', g: this.g, cause: from.g === this.g ? 'reconnect' : 'restart', dropped: 0 }));
    } else {
      missing.forEach((batch) => line.send(batch.text));
    }
  }

  private respond(request: IncomingMessage, response: ServerResponse): void {
    // What a browser asks for by itself beside a picture.
    if (request.url === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    const url = new URL(request.url ?? '/', this.url);
    this.requests.push(url.pathname + url.search);
    if (url.pathname === '/_proa/health/live') {
      return json(response, 200, { status: 'ok' });
    }
    if (!this.signedIn && url.pathname !== '/' && !/\.\w+$/.test(url.pathname)) {
      return json(response, 401, { title: 'Unauthorized', status: 401 });
    }
    if (this.failing.has(url.pathname)) {
      return json(response, 503, { title: 'Unavailable', status: 503 });
    }
    if (this.clockAhead !== 0) {
      response.setHeader('Date', new Date(Date.now() + this.clockAhead).toUTCString());
    }
    const added = this.answers.get(url.pathname) ?? [...this.under].find(([prefix]) => url.pathname.startsWith(prefix))?.[1];
    if (added !== undefined) {
      return void told(added, request, url, response);
    }
    switch (url.pathname) {
      case '/_proa/runtime/info':
        return json(response, 200, { api_version: 1, ports: { gateway: this.port, ingest: 45_141 } });
      case '/api/events':
        return this.listEvents(url.searchParams, response);
      case '/api/sessions':
        return json(response, 200, { sessions: [...this.sessions.values()], total: this.sessions.size });
      case '/api/stats':
        return json(response, 200, this.stats());
      default:
        return file(url.pathname, request, response);
    }
  }

  private listEvents(query: URLSearchParams, response: ServerResponse): void {
    const matching = this.events.filter((row) => passes(row, query));
    const offset = Number(query.get('offset') ?? 0);
    const events = matching.slice(offset, offset + Number(query.get('limit') ?? 50));
    json(response, 200, { events, total: matching.length });
  }
}

/** What `GET /api/events` lets through; a failure says `metadata.error`. */
export function passes(row: Row, query: URLSearchParams): boolean {
  const names = ['session_id', 'agent_type', 'event_type', 'tool_name', 'status'];
  const failed = row.status === 'error' || row.status === 'timeout' || row.event_type === 'error';
  const at = String(row.created_at);
  return (
    names.every((name) => !query.has(name) || row[name] === query.get(name)) &&
    (query.get('failed') !== 'true' || failed) &&
    (query.get('counted') !== 'true' || (row.tool_name !== null && row.event_type !== 'plan_step' && row.call_counted !== false)) &&
    (!query.has('error') || (failed && (row.metadata as Row).error === query.get('error'))) &&
    at >= (query.get('since') ?? '') &&
    at <= (query.get('until') ?? '9')
  );
}

async function told(reply: (asked: Asked) => Reply, request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const part of request) {
    text += String(part);
  }
  const made = reply({ method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, body: text === '' ? {} : (JSON.parse(text) as Row) });
  if (typeof made.status === 'number' && typeof made.body === 'object') {
    json(response, made.status, made.body);
  } else {
    json(response, 200, made);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** As `ui.spa: true` has it: a browser that goes to a path without a file gets the page. */
function file(path: string, request: IncomingMessage, response: ServerResponse): void {
  const navigates = (request.headers['sec-fetch-mode'] ?? 'navigate') === 'navigate' && !path.split('/').at(-1)?.includes('.');
  const name = normalize(path === '/' || (navigates && !existsSync(join(dist, path))) ? '/index.html' : path);
  const place = join(dist, name);
  const type = types[name.split('.').at(-1) ?? ''];
  if (type === undefined || !existsSync(place)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  });
  createReadStream(place).pipe(response);
}
