// Events and messages: one stream (SSE) and one room (WebSocket) for all open pages.
//
// GET /api/live/events   a tick each second, and how many pages listen; goes on behind Last-Event-ID
// GET /api/live/room     WebSocket: what one page says, all pages hear
// GET /api/live/seen     what this backend sees of a request
// GET /api/live/walls    what the other backend answers to this one
import { createServer, request } from 'node:http';
import { timingSafeEqual } from 'node:crypto';
import { parseArgs } from 'node:util';
import { accept } from './websocket.mjs';

const TICK_MS = 1000;
const token = process.env.PROA_TOKEN ?? '';
const listeners = new Set();
const room = new Set();
let tick = Math.floor(Date.now() / 1000); // grows over restarts, so that a page sees which ticks it missed

function known(message) {
  const shown = Buffer.from(String(message.headers['x-proa-token'] ?? ''));
  const own = Buffer.from(token);
  return shown.length === own.length && timingSafeEqual(shown, own);
}

function answer(response, status, value) {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), 'Cache-Control': 'no-store' });
  response.end(body);
}

const answers = {
  '/api/live/events': events,
  '/api/live/seen': (message, response) => answer(response, 200, { backend: 'live', headers: Object.keys(message.headers).sort() }),
  '/api/live/walls': walls,
};

const server = createServer((message, response) => {
  const path = message.url.split('?')[0];
  if (path === '/health/live' || path === '/health/ready') {
    answer(response, 200, { ready: true, instance: process.env.PROA_INSTANCE });
  } else if (!known(message)) {
    answer(response, 401, { error: 'This backend answers its own gateway only.' });
  } else if (message.method === 'GET' && Object.hasOwn(answers, path)) {
    answers[path](message, response);
  } else {
    answer(response, 404, { error: 'There is nothing at this path.' });
  }
});

function events(message, response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' });
  const last = Number(message.headers['last-event-id'] ?? NaN);
  if (Number.isSafeInteger(last) && last < tick) {
    response.write(`event: missed\ndata: ${JSON.stringify({ ticks: tick - last })}\n\n`);
  }
  listeners.add(response);
  response.on('close', () => listeners.delete(response));
  say(response);
}

function say(response) {
  const data = { at: new Date().toISOString(), pid: process.pid, listeners: listeners.size, room: room.size };
  // Who does not read is let go; it comes back and is told what it missed.
  if (response.writableLength > 64 * 1024) response.destroy();
  else response.write(`id: ${tick}\nevent: tick\ndata: ${JSON.stringify(data)}\n\n`);
}

const ticking = setInterval(() => {
  tick += 1;
  for (const listener of listeners) say(listener);
}, TICK_MS);

server.on('upgrade', (message, socket) => {
  if (!known(message) || message.url.split('?')[0] !== '/api/live/room') {
    const status = known(message) ? '404 Not Found' : '401 Unauthorized';
    socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    return;
  }
  const member = accept(message, socket);
  if (member === null) return;
  room.add(member);
  member.onText = (text) => {
    const said = JSON.stringify({ at: new Date().toISOString(), text: text.slice(0, 500) });
    for (const each of room) each.send(said);
  };
  member.onClose = () => room.delete(member);
});

/** Tries the other backend's door with no token, with this one's, and with a made-up one. */
async function walls(_message, response) {
  const port = Number(process.env.FILES_PORT);
  const tries = { 'no token': {}, 'the token of the other backend': { 'X-Proa-Token': token }, 'a made-up token': { 'X-Proa-Token': 'x'.repeat(token.length) } };
  const told = await Promise.all(
    Object.entries(tries).map(async ([name, headers]) => ({ tried: name, status: await knock(port, headers) })),
  );
  answer(response, 200, { backend: 'files', tries: told });
}

function knock(port, headers) {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path: '/api/files/seen', headers, timeout: 2000, agent: false }, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    });
    call.on('error', () => resolve(null));
    call.on('timeout', () => call.destroy());
    call.end();
  });
}

function stop() {
  clearInterval(ticking);
  for (const member of room) member.close(1001);
  for (const listener of listeners) listener.end();
  server.close(() => console.log('stopped'));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 1000).unref();
}

if (!token) {
  console.error('PROA_TOKEN is not set. Start this with: proa run examples/secured');
  process.exit(1);
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
const { values } = parseArgs({ options: { port: { type: 'string' } } });
server.listen(Number(values.port), '127.0.0.1', () => console.log(`listening on 127.0.0.1:${server.address().port}`));
