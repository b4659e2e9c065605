// The console: asks the runtime how it is once a second, shows it, and hands wishes back. What it says is in words.js.
import { actions, ago, appState, budgetWords, changes, clock, exitWords, goneWords, grown, lineText, needsSomebody, runRows, stateOf, waitingFor } from './words.js';

/** @typedef {import('./words.js').Status} Status @typedef {import('./words.js').Sidecar} Sidecar */

const everyMs = 1_000;
const patienceMs = 5_000;
const logLines = 200;
const journalEntries = 200;

/** @template {HTMLElement} [T=HTMLElement] @param {string} id @returns {T} */
const at = (id) => /** @type {T} */ (document.getElementById(id));
/** @template {HTMLElement} [T=HTMLElement] @param {ParentNode} root @param {string} selector @returns {T} */
const inside = (root, selector) => /** @type {T} */ (root.querySelector(selector));

/** @type {Status | null} */
let last = null;
let name = 'Proa';
let gone = false;
let seenAt = '';
/** @type {import('./words.js').Entry[]} */
let entries = [];

/** Changes a text only if it differs: a screen reader and a selection are not disturbed. @param {Element} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** @param {string} path @param {RequestInit} [init] */
async function ask(path, init = {}) {
  const answer = await fetch(`/_proa/${path}`, { ...init, signal: AbortSignal.timeout(patienceMs), cache: 'no-store' });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(String(problem.detail ?? `The runtime answered ${answer.status}.`)), { status: answer.status });
  }
  return answer;
}

/** @param {string} path @param {string} reason */
const wish = (path, reason) => ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ reason }) });

/** @param {HTMLElement} element @param {{tone: string, mark: string, word: string}} state */
function showState(element, state) {
  element.dataset['tone'] = state.tone;
  write(inside(element, '.mark'), state.mark);
  write(inside(element, '.word'), state.word);
}

/** @param {string} text @param {'error' | 'info'} tone */
function note(text, tone = 'error') {
  at('note').dataset['tone'] = tone;
  at('note').hidden = text === '';
  write(at('note'), text);
}

/** Runs what a button is for; it cannot be pressed twice meanwhile. @param {HTMLButtonElement} button @param {() => Promise<unknown>} work */
async function press(button, work) {
  button.setAttribute('aria-busy', 'true');
  button.disabled = true;
  try {
    await work();
    note('');
  } catch (failure) {
    note(`That did not work: ${failure instanceof Error ? failure.message : failure}`);
  } finally {
    button.removeAttribute('aria-busy');
    button.disabled = gone;
    await look();
  }
}

/** @param {Sidecar} sidecar */
function facts(sidecar) {
  return [
    sidecar.pid === null ? '' : `pid ${sidecar.pid}`,
    sidecar.port === null ? '' : `port ${sidecar.port}`,
    sidecar.budget.used === 0 && sidecar.restarts === 0 ? '' : `restarts ${sidecar.restarts} (${budgetWords(sidecar)})`,
    sidecar.left_behind > 0 ? `${sidecar.left_behind} left behind` : '',
    sidecar.state === 'BACKOFF' && sidecar.reason !== '' ? sidecar.reason : '',
  ]
    .filter((fact) => fact !== '')
    .join(' · ');
}

/** @param {Sidecar} sidecar @param {Status} status @returns {[string, string][]} */
function cause(sidecar, status) {
  const problem = status.problems.find((each) => each.where.endsWith(`/sidecars/${sidecar.id}`));
  const exit = sidecar.last_exit;
  /** @type {[string, string][]} */
  const rows = [
    ['Why', sidecar.reason],
    ['Last exit', exit === null ? 'it has not run' : `${exitWords(exit)}, ${ago(exit.at, Date.now())}`],
    ['Restarts', ['SAFE_MODE', 'FAILED_CONFIG'].includes(sidecar.state) ? `${budgetWords(sidecar)}; none follows by itself` : budgetWords(sidecar)],
    ['Its port', sidecar.port === null ? '' : `${sidecar.port}: ${sidecar.port_owner ? `taken by ${sidecar.port_owner}` : 'nobody listens there'}`],
    ['What to do', problem === undefined ? '' : `${problem.remedy}.`],
  ];
  return rows.filter(([, text]) => text !== '');
}

/** @param {HTMLElement} list @param {[string, string][]} rows */
function showRows(list, rows) {
  if (list.children.length !== rows.length * 2) {
    list.replaceChildren(...rows.flatMap(() => [document.createElement('dt'), document.createElement('dd')]));
  }
  rows.forEach(([term, text], i) => {
    write(/** @type {Element} */ (list.children[2 * i]), term);
    write(/** @type {Element} */ (list.children[2 * i + 1]), text);
  });
}

/** @param {HTMLElement} row @param {Sidecar} sidecar */
function showButtons(row, sidecar) {
  const wanted = actions(sidecar);
  const buttons = inside(row, '.buttons');
  const key = wanted.map((each) => each.label).join();
  if (buttons.dataset['key'] === key) {
    return;
  }
  const focused = buttons.contains(document.activeElement);
  buttons.dataset['key'] = key;
  buttons.replaceChildren(
    ...wanted.map(({ wish: kind, label }, i) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      button.className = i === 0 && needsSomebody(sidecar) ? 'first' : '';
      button.setAttribute('aria-label', `${label} ${sidecar.id}`);
      button.onclick = () => press(button, () => wish(`sidecars/${encodeURIComponent(sidecar.id)}/${kind}`, 'the console'));
      return button;
    }),
  );
  if (focused) {
    (/** @type {HTMLElement | null} */ (buttons.firstElementChild) ?? inside(row, 'summary')).focus();
  }
}

/** @param {HTMLElement} row @param {Sidecar} sidecar */
async function showLog(row, sidecar) {
  const details = inside(row, 'details');
  const key = `${sidecar.pid}-${sidecar.last_exit?.at}-${sidecar.ready ? Math.floor(Date.now() / 2_000) : sidecar.state}`;
  if (!(/** @type {HTMLDetailsElement} */ (details).open) || details.dataset['key'] === key) {
    return;
  }
  details.dataset['key'] = key;
  const pre = inside(row, 'pre');
  try {
    const answer = await (await ask(`logs/${encodeURIComponent(sidecar.id)}?lines=${logLines}`)).json();
    const atEnd = pre.scrollHeight - pre.scrollTop - pre.clientHeight < 8;
    write(pre, answer.lines.map(lineText).join('\n') || 'It has written nothing.');
    if (atEnd) {
      pre.scrollTop = pre.scrollHeight;
    }
  } catch (failure) {
    write(pre, `The log cannot be read now: ${failure instanceof Error ? failure.message : failure}`);
  }
}

/** @param {Sidecar} sidecar */
function rowOf(sidecar) {
  const list = at('sidecars');
  const known = list.querySelector(`[data-id="${CSS.escape(sidecar.id)}"]`);
  if (known !== null) {
    return /** @type {HTMLElement} */ (known);
  }
  const template = /** @type {HTMLTemplateElement} */ (at('sidecar'));
  const row = inside(/** @type {DocumentFragment} */ (template.content.cloneNode(true)), 'li');
  row.dataset['id'] = sidecar.id;
  write(inside(row, 'h3'), sidecar.id);
  inside(row, 'pre').setAttribute('aria-label', `Log of ${sidecar.id}`);
  inside(row, 'details').addEventListener('toggle', () => showLog(row, last?.sidecars.find((each) => each.id === sidecar.id) ?? sidecar));
  list.append(row);
  return row;
}

/** @param {Sidecar} sidecar @param {Status} status */
function showSidecar(sidecar, status) {
  const row = rowOf(sidecar);
  const bad = needsSomebody(sidecar);
  if (bad && !row.classList.contains('bad')) {
    /** @type {HTMLDetailsElement} */ (inside(row, 'details')).open = true;
  }
  row.classList.toggle('bad', bad);
  showState(inside(row, '.state'), stateOf(sidecar.state));
  write(inside(row, '.facts'), facts(sidecar));
  inside(row, '.cause').hidden = !bad;
  showRows(inside(row, '.cause'), bad ? cause(sidecar, status) : []);
  showButtons(row, sidecar);
  void showLog(row, sidecar);
}

/** Only another mode than the one in force can be switched to. */
function showSwitch() {
  const select = /** @type {HTMLSelectElement} */ (at('mode'));
  /** @type {HTMLButtonElement} */ (at('switch')).disabled = gone || select.disabled || select.value === last?.mode;
}

/** The modes there are; the one in force is chosen. @param {Status} status */
async function showModes(status) {
  const select = /** @type {HTMLSelectElement} */ (at('mode'));
  const busy = status.switching != null;
  const key = `${status.mode} ${busy}`;
  if (select.dataset['key'] === key || document.activeElement === select) {
    return;
  }
  const told = await (await ask('mode')).json();
  select.dataset['key'] = key;
  at('mode-part').hidden = told.modes.length < 2;
  select.disabled = busy || gone;
  select.replaceChildren(
    ...told.modes.map((/** @type {{id: string, current: boolean}} */ mode) => new Option(mode.id, mode.id, mode.current, mode.current)),
  );
}

/** @param {HTMLSelectElement} select */
async function switchMode(select) {
  const wanted = select.value;
  select.disabled = true;
  showSwitch();
  note(`Switching to ${wanted}: the app goes on as before until that mode is ready.`, 'info');
  try {
    const body = JSON.stringify({ mode: wanted, reason: 'the console' });
    let told = await (await ask('mode', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })).json();
    while (told.switching?.step === 'preparing') {
      await new Promise((resolve) => setTimeout(resolve, everyMs));
      told = await (await ask('mode')).json();
    }
    note(told.mode === wanted ? '' : `The app stays in ${told.mode}: ${told.last_switch?.failure ?? 'the switch failed'}.`);
  } catch (failure) {
    note(`That did not work: ${failure instanceof Error ? failure.message : failure}`);
  }
  delete select.dataset['key'];
  await look();
  select.focus();
}

/** @param {Status} status */
function show(status) {
  const app = appState(status.state);
  const needed = waitingFor(status);
  document.title = `${needed > 0 ? `(${needed}) ` : ''}${app.word} · ${name}`;
  write(at('app'), name);
  showState(at('state'), app);
  at('empty').hidden = status.sidecars.length > 0;
  for (const row of [...at('sidecars').children]) {
    if (!status.sidecars.some((each) => each.id === /** @type {HTMLElement} */ (row).dataset['id'])) {
      row.remove();
    }
  }
  /** @type {HTMLButtonElement} */ (at('restart-all')).disabled = status.sidecars.length === 0;
  status.sidecars.forEach((sidecar) => showSidecar(sidecar, status));
  const others = status.problems.filter((problem) => !status.sidecars.some((each) => needsSomebody(each) && problem.where.endsWith(`/sidecars/${each.id}`)));
  at('problems-part').hidden = others.length === 0;
  const texts = others.map((problem) => `${problem.where}\n${problem.what}. ${problem.remedy}.`);
  if (at('problems').dataset['key'] !== texts.join('\n')) {
    at('problems').dataset['key'] = texts.join('\n');
    at('problems').replaceChildren(
      ...others.map((problem) => {
        const item = document.createElement('li');
        const where = document.createElement('p');
        where.className = 'where';
        where.textContent = problem.where;
        item.append(where, `${problem.what}. ${problem.remedy}.`);
        return item;
      }),
    );
  }
  showRows(at('run'), runRows(status));
  showModes(status).then(showSwitch, () => undefined);
  const told = changes(last, status);
  if (told.length > 0) {
    write(at('told'), told.join('. '));
  }
  last = status;
}

/** @param {boolean} lost @param {string} why */
function connection(lost, why) {
  if (lost !== gone) {
    gone = lost;
    document.querySelectorAll('button:not(#theme), select').forEach((button) => {
      /** @type {HTMLButtonElement | HTMLSelectElement} */ (button).disabled = lost;
    });
    if (!lost) {
      note('');
    }
  }
  if (lost) {
    document.title = `Not connected · ${name}`;
    showState(at('state'), { tone: 'error', mark: '▲', word: 'The runtime does not answer' });
    note(why);
  }
}

function showJournal() {
  const troubles = /** @type {HTMLInputElement} */ (at('troubles')).checked;
  const shown = entries.filter((entry) => !troubles || entry.level !== 'info').reverse();
  const key = `${troubles} ${shown[0]?.seq} ${shown.length}`;
  at('journal-empty').hidden = shown.length > 0;
  at('journal').hidden = shown.length === 0;
  if (at('journal').dataset['key'] === key) {
    return;
  }
  at('journal').dataset['key'] = key;
  at('journal').replaceChildren(
    ...shown.map((entry) => {
      const item = document.createElement('li');
      item.dataset['level'] = entry.level;
      const time = document.createElement('time');
      time.dateTime = entry.at;
      time.title = entry.at;
      time.textContent = clock(entry.at, Date.now());
      const level = document.createElement('span');
      level.className = 'level';
      level.textContent = entry.level === 'info' ? '' : entry.level;
      const text = document.createElement('span');
      text.className = 'text';
      text.textContent = entry.text;
      item.append(time, level, text);
      return item;
    }),
  );
}

/** Asks only for what is new since the last time. */
async function readJournal() {
  const newest = entries.at(-1)?.seq;
  const query = newest === undefined ? '' : `&after=${newest}`;
  const answer = await (await ask(`journal?limit=${journalEntries}${query}`)).json();
  entries = grown(entries, answer.entries, journalEntries);
  showJournal();
}

async function look() {
  try {
    const status = /** @type {Status} */ (await (await ask('status')).json());
    connection(false, '');
    show(status);
    seenAt = new Date().toTimeString().slice(0, 8);
    await readJournal();
  } catch (failure) {
    const unknown = /** @type {{status?: number}} */ (failure).status === 401;
    connection(true, goneWords(unknown, seenAt));
  }
}

async function saveBundle() {
  const answer = await ask('support-bundle', { method: 'POST', signal: AbortSignal.timeout(60_000) });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'proa-support.zip';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @param {string} theme */
function dress(theme) {
  if (theme === 'auto') {
    delete document.documentElement.dataset['theme'];
  } else {
    document.documentElement.dataset['theme'] = theme;
  }
  write(at('theme'), `Theme: ${theme}`);
}

const themes = ['auto', 'light', 'dark'];
dress(localStorage.getItem('proa-theme') ?? 'auto');
at('theme').onclick = () => {
  const next = themes[(themes.indexOf(localStorage.getItem('proa-theme') ?? 'auto') + 1) % themes.length] ?? 'auto';
  localStorage.setItem('proa-theme', next);
  dress(next);
};
at('troubles').onchange = showJournal;
at('mode').onchange = showSwitch;
at('mode-part').onsubmit = (event) => {
  event.preventDefault();
  void switchMode(/** @type {HTMLSelectElement} */ (at('mode')));
};
at('restart-all').onclick = () => press(at('restart-all'), () => wish('sidecars/restart', 'the console'));
at('bundle').onclick = () => press(at('bundle'), saveBundle);

/** One question at a time, so that a slow runtime is not asked more and more. */
async function forever() {
  for (;;) {
    if (!document.hidden || last === null) {
      await look();
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

ask('runtime/info')
  .then((answer) => answer.json())
  .then((info) => {
    name = info.app?.name ?? info.app?.id ?? name;
  })
  .catch(() => undefined)
  .finally(() => void forever());
