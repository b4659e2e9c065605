// In place of a page whose sidecar is not ready: says what is waited for, and loads the page again when it is there.
import { exitWords, needsSomebody, stateOf } from './words.js';

/** @typedef {import('./words.js').Status} Status @typedef {import('./words.js').Sidecar} Sidecar */

const everyMs = 500;
const id = document.documentElement.dataset['sidecar'] ?? '';

/** @param {string} selector @param {string} text */
function write(selector, text) {
  const element = document.querySelector(selector);
  if (element !== null && element.textContent !== text) {
    element.textContent = text;
  }
}

/** @param {Sidecar} sidecar */
function show(sidecar) {
  const state = stateOf(sidecar.state);
  const stuck = needsSomebody(sidecar) || sidecar.state === 'STOPPED';
  document.querySelector('#state')?.setAttribute('data-tone', state.tone);
  document.title = document.title.replace(/^[^·]*· /, stuck ? '(1) Needs you · ' : 'Waiting · ');
  write('#state .mark', state.mark);
  write('#state .word', `${id}: ${state.word}`);
  const exit = sidecar.last_exit === null ? '' : `Its process last ${exitWords(sidecar.last_exit)}.`;
  write('#reason', [sidecar.reason === '' ? '' : `${sidecar.reason}.`, exit].filter((part) => part !== '').join(' '));
  write('#next', stuck ? 'The console shows its log and starts it again.' : `This page opens by itself when ${id} is ready.`);
}

async function look() {
  const answer = await fetch('/_proa/status', { cache: 'no-store', signal: AbortSignal.timeout(5_000) }).catch(() => null);
  if (answer?.status === 401) {
    write('#state .word', 'This page belongs to an earlier run');
    write('#next', 'Open the new one with: proa open');
    return;
  }
  if (answer === null || !answer.ok) {
    write('#state .word', 'The runtime does not answer');
    write('#next', 'It was stopped, or it is starting again. This page goes on asking.');
    return;
  }
  const status = /** @type {Status} */ (await answer.json());
  const sidecar = status.sidecars.find((each) => each.id === id);
  const upstream = status.upstreams?.[id];
  const elsewhere = Object.values(status.upstreams ?? {}).find((each) => each.routes.includes('/'));
  if (sidecar?.ready === true || upstream?.ready === true || elsewhere?.ready === true) {
    location.reload();
  } else if (sidecar === undefined && upstream !== undefined) {
    write('#state .word', upstream.state === 'retrying' ? `${id}: not reachable` : `${id}: ${upstream.state}`);
    write('#reason', upstream.reason ?? '');
  } else if (sidecar !== undefined) {
    show(sidecar);
  }
}

async function forever() {
  for (;;) {
    await look();
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

void forever();
