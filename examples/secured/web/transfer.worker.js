// Moves bytes and sums them up, away from the page's own thread.
import { Sha256 } from './sha256.js';

const MIB = 1 << 20;
const TELL_BYTES = 4 * MIB;

self.addEventListener('message', async ({ data: { kind, size } }) => {
  const begun = performance.now();
  try {
    const sums = await (kind === 'upload' ? upload(size) : download(size));
    self.postMessage({ ...sums, moved: size, ms: performance.now() - begun });
  } catch (problem) {
    self.postMessage({ failed: problem.message });
  }
});

async function download(size) {
  const answer = await fetch(`/api/files/sample?size=${size}`, { cache: 'no-store' });
  if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
  const here = await sumOf(answer.body, (moved) => self.postMessage({ moved }));
  const there = await (await fetch(`/api/files/sum?size=${size}`, { cache: 'no-store' })).json();
  return { here, there: there.sha256 };
}

async function upload(size) {
  const body = noise(size);
  const [here, there] = await Promise.all([sumOf(body.stream(), () => {}), send(body)]);
  return { here, there };
}

/** XMLHttpRequest, because fetch does not tell how much of a body has gone. */
function send(body) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', '/api/files/upload');
    request.responseType = 'json';
    request.upload.addEventListener('progress', (event) => self.postMessage({ moved: event.loaded }));
    request.addEventListener('load', () => (request.status === 200 ? resolve(request.response.sha256) : reject(new Error(`the answer was ${request.status}`))));
    request.addEventListener('error', () => reject(new Error('the connection was lost')));
    request.send(body);
  });
}

/** So many bytes that the browser does not hold in memory: the same noise behind a different number each time. */
function noise(size) {
  const random = new Uint8Array(MIB - 8);
  for (let at = 0; at < random.length; at += 65_536) crypto.getRandomValues(random.subarray(at, at + 65_536));
  const shared = new Blob([random]);
  const parts = [];
  for (let number = 0; number * MIB < size; number++) parts.push(new BigUint64Array([BigInt(number)]), shared);
  return new Blob(parts).slice(0, size);
}

async function sumOf(stream, tell) {
  const sum = new Sha256();
  const reader = stream.getReader();
  let moved = 0;
  let told = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    sum.update(piece.value);
    moved += piece.value.length;
    if (moved - told >= TELL_BYTES) {
      told = moved;
      tell(moved);
    }
  }
  return sum.hex();
}
