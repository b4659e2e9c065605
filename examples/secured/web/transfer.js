// Sends and fetches bytes in a worker, and shows what this page and the backend make of them.
import { at, bytes, element, json, ready, state, text } from './page.js';

const SIZES = { '1 MiB': 2 ** 20, '64 MiB': 2 ** 26, '1 GiB': 2 ** 30 };
const LOOK_MS = 1000;

function part(kind) {
  let worker = null;
  let begun = 0;
  const buttons = Object.entries(SIZES).map(([name, size]) => {
    const button = element('button', name === '64 MiB' ? 'first' : '', name);
    button.addEventListener('click', () => begin(size));
    return button;
  });
  const abort = element('button', '', 'Abort');
  abort.disabled = true;
  abort.addEventListener('click', () => end('bad', `aborted after ${seconds()}`));
  at(kind).append(...buttons, abort);

  function begin(size) {
    begun = performance.now();
    for (const button of buttons) button.disabled = true;
    abort.disabled = false;
    state(at(`${kind}-state`), 'busy', 'running');
    at(`${kind}-bar`).value = 0;
    for (const side of ['here', 'there']) text(at(`${kind}-${side}`), 'not yet');
    worker = new Worker('/transfer.worker.js', { type: 'module' });
    worker.addEventListener('error', () => end('bad', 'the worker could not be started'));
    worker.addEventListener('message', ({ data }) => heard(data, size));
    worker.postMessage({ kind, size });
  }

  function heard(data, size) {
    if (data.moved !== undefined) {
      at(`${kind}-bar`).value = data.moved / size;
      text(at(`${kind}-sent`), `${bytes(data.moved)} of ${bytes(size)}`);
    }
    if (data.failed) end('bad', data.failed);
    if (data.here) {
      text(at(`${kind}-here`), data.here);
      text(at(`${kind}-there`), data.there);
      const same = data.here === data.there;
      end(same ? 'good' : 'bad', same ? `same sum, ${bytes(size / (data.ms / 1000))}/s` : 'the sums differ');
    }
  }

  // The end of a worker is also the end of its requests.
  function end(name, words) {
    worker?.terminate();
    worker = null;
    for (const button of buttons) button.disabled = false;
    abort.disabled = true;
    state(at(`${kind}-state`), name, words);
  }

  function seconds() {
    return `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  }
}

async function look() {
  try {
    if (await ready('files')) {
      const { transfers } = await json('/api/files/transfers');
      state(at('backend'), 'good', 'ready');
      at('transfers').replaceChildren(...transfers.map(row));
    } else {
      state(at('backend'), 'bad', 'away, trying again');
    }
  } catch (problem) {
    state(at('backend'), 'bad', `away: ${problem.message}`);
  }
  setTimeout(look, LOOK_MS);
}

const TONES = { running: 'busy', done: 'good', aborted: 'bad' };
function row(transfer) {
  const line = element('tr', '');
  const label = element('span', 'state');
  state(label, TONES[transfer.state], transfer.state);
  const cell = element('td', '');
  cell.append(label);
  const took = transfer.ended_at === null ? '' : `${((Date.parse(transfer.ended_at) - Date.parse(transfer.started_at)) / 1000).toFixed(2)} s`;
  line.append(
    element('td', '', `${transfer.kind} ${transfer.id}`),
    cell,
    element('td', 'number', transfer.bytes.toLocaleString()),
    element('td', 'number', took),
    element('td', 'mono', transfer.sha256 ?? ''),
  );
  return line;
}

part('upload');
part('download');
look();
