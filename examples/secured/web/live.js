// One event stream, one WebSocket, and what stands between this page and the backends.
import { at, backoff, element, json, ready, state, text } from './page.js';

const SILENT_MS = 5000; // five missed ticks: the stream is open, but nobody writes
const LAST_KEPT = 100;

/** Keeps something open: open(lost) opens it and gives what closes it. */
function keep(target, sidecar, open) {
  const wait = backoff();
  let since = null;
  async function again() {
    if (!(await ready(sidecar).catch(() => false))) {
      lost();
      return;
    }
    let over = false;
    open(
      () => { wait.reset(); since = null; state(target, 'good', 'open'); },
      () => { if (!over) { over = true; lost(); } },
    );
  }
  function lost() {
    since ??= new Date();
    state(target, 'bad', `away since ${since.toLocaleTimeString()}, trying again`);
    setTimeout(again, wait.next());
  }
  again();
}

let ticks = 0;
let missed = 0;
let lastTick = null;
keep(at('events'), 'live', (opened, lost) => {
  const source = new EventSource('/api/live/events');
  let silence;
  const over = () => { clearTimeout(silence); source.close(); lost(); };
  const heard = () => { clearTimeout(silence); silence = setTimeout(over, SILENT_MS); };
  source.addEventListener('tick', (event) => {
    heard();
    opened();
    const tick = JSON.parse(event.data);
    const number = Number(event.lastEventId);
    // The stream is opened anew after a loss, so the page itself sees which ticks it has not got.
    if (lastTick !== null && number > lastTick + 1) missed += number - lastTick - 1;
    lastTick = number;
    ticks += 1;
    text(at('ticks'), ticks.toLocaleString());
    text(at('missed'), missed.toLocaleString());
    text(at('tick'), new Date(tick.at).toLocaleTimeString());
    text(at('listeners'), String(tick.listeners));
    text(at('pid'), String(tick.pid));
  });
  source.addEventListener('error', over);
  heard();
});

let socket = null;
keep(at('room'), 'live', (opened, lost) => {
  const room = new WebSocket(`ws://${location.host}/api/live/room`);
  const slow = setTimeout(() => room.close(), SILENT_MS);
  room.addEventListener('open', () => { clearTimeout(slow); socket = room; at('send').disabled = false; opened(); });
  room.addEventListener('message', (event) => said(JSON.parse(event.data)));
  room.addEventListener('close', () => { clearTimeout(slow); socket = null; at('send').disabled = true; lost(); });
});

function said(message) {
  const line = element('li', '');
  line.append(element('time', '', new Date(message.at).toLocaleTimeString()), message.text);
  at('said').append(line);
  while (at('said').childElementCount > LAST_KEPT) at('said').firstElementChild.remove();
  at('said').scrollTop = at('said').scrollHeight;
}

at('say').addEventListener('submit', (event) => {
  event.preventDefault();
  const words = at('words').value.trim();
  if (!words || socket === null) return;
  socket.send(words);
  at('words').value = '';
});

/** Each check: what was tried, and whether the answer is the one it has to be. */
async function look() {
  state(at('walls'), 'busy', 'looking');
  try {
    const [live, files, walls] = await Promise.all(['/api/live/seen', '/api/files/seen', '/api/live/walls'].map(json));
    const readable = document.cookie.includes('proa_');
    const checks = [
      ["This page's script reads the cookie that lets it in", readable ? 'yes' : 'no', !readable],
      ...[live, files].flatMap(({ backend, headers }) => [
        [`${backend} sees a token of its own with each request`, headers.includes('x-proa-token') ? 'yes' : 'no', headers.includes('x-proa-token')],
        [`${backend} sees the page's cookie`, headers.includes('cookie') ? 'yes' : 'no', !headers.includes('cookie')],
      ]),
      ...walls.tries.map(({ tried, status }) => [`${walls.backend} lets in a caller with ${tried}`, status === 401 ? 'no, 401' : `${status}`, status === 401]),
    ];
    at('checks').replaceChildren(...checks.map(([words, answer, holds]) => {
      const line = element('li', '');
      const verdict = element('span', 'state');
      state(verdict, holds ? 'good' : 'bad', answer);
      line.append(element('span', '', words), verdict);
      return line;
    }));
    const holding = checks.every(([, , holds]) => holds);
    state(at('walls'), holding ? 'good' : 'bad', holding ? `all ${checks.length} hold` : 'not all hold');
  } catch (problem) {
    state(at('walls'), 'bad', `could not look: ${problem.message}`);
  }
}

at('again').addEventListener('click', look);
look();
