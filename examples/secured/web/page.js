// What both pages share: states, small helpers, the theme.

export const at = (id) => document.getElementById(id);

/** Unchanged text is left alone, so that a screen reader does not say it again. */
export function text(target, words) {
  if (target.textContent !== words) target.textContent = words;
}

/** A state has a word and a shape beside its colour: good, busy, bad, unknown. */
export function state(target, name, words) {
  target.dataset.state = name;
  text(target, words);
}

export function element(tag, className, words = '') {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = words;
  return made;
}

export async function json(path) {
  const answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

export function bytes(number) {
  if (number >= 1 << 30) return `${(number / 2 ** 30).toFixed(2)} GiB`;
  return number >= 1 << 20 ? `${(number / 2 ** 20).toFixed(1)} MiB` : `${number.toLocaleString()} B`;
}

/** Whether a sidecar is ready: Proa answers this whatever the sidecar does. */
export async function ready(sidecar) {
  const status = await json('/_proa/status');
  return status.sidecars.some((each) => each.id === sidecar && each.ready);
}

/** Doubles the wait from try to try. */
export function backoff(first = 500, most = 5000) {
  let wait = first;
  return { next: () => { const now = wait; wait = Math.min(2 * wait, most); return now; }, reset: () => { wait = first; } };
}

const themes = ['system', 'light', 'dark'];
function theme(name) {
  if (name === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  at('theme').textContent = `Theme: ${name}`;
  localStorage.setItem('theme', name);
}

theme(themes.includes(localStorage.getItem('theme')) ? localStorage.getItem('theme') : 'system');
at('theme').addEventListener('click', () => {
  theme(themes[(themes.indexOf(localStorage.getItem('theme')) + 1) % themes.length]);
});
