// The page: asks questions, and says how the backend is doing. Begin with look(), which runs once a second.
import { condition, happenings, sidecarWords } from './words.js';

const LOOK_MS = 1000;
const REACH_MS = 4000;
const LAST_KEPT = 20;

const at = (id) => document.getElementById(id);
const page = { condition: null, status: null, info: null, away: 0, asked: false, sending: false, switching: false, waiting: null };

/** Everything the page knows about the runtime; one request, which Proa answers whatever the backend does. */
async function look() {
  const before = page.condition;
  try {
    page.status = await json('/_proa/status');
  } catch {
    page.status = null;
  }
  page.condition = condition(page.status, before);
  for (const line of happenings(before, page.condition)) tell(line);
  const elsewhere = before !== null && before.mode !== page.condition.mode;
  if (page.condition.name === 'ready' && (before?.name !== 'ready' || elsewhere)) await arrived();
  show();
  setTimeout(look, document.hidden ? 5 * LOOK_MS : LOOK_MS);
}

/** The backend is there, for the first time or again: what it says of itself, and what was kept. */
async function arrived() {
  try {
    page.info = await json('/api/runtime/info').catch(() => null);
    const kept = await json('/api/questions');
    at('talk').replaceChildren(...kept.questions.map(entry));
    page.asked = true;
    downToTheEnd();
    if (page.waiting !== null) await ask(page.waiting);
  } catch {
    page.condition = { ...page.condition, name: 'starting' }; // gone again meanwhile; the next look tells
  }
}

async function json(path, options = {}) {
  const answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(REACH_MS), ...options });
  const body = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(body.error ?? body.detail ?? `The answer was ${answer.status}.`);
  return body;
}

function show() {
  const { name, words, mode, live, ready } = page.condition;
  state(at('state'), name, words);
  state(at('live'), live ? 'ready' : 'away', live ? 'yes' : 'no');
  state(at('ready'), ready ? 'ready' : 'away', ready ? 'yes' : 'no');
  document.title = name === 'ready' ? 'QA assistant' : `${words} - QA assistant`;
  text(at('mode'), mode ?? 'unknown');
  text(at('since'), name === 'ready' && page.info ? time(page.info.started_at) : 'unknown');
  text(at('model'), page.info?.llm?.model || "the project's notes");
  at('switch').disabled = page.status === null || page.switching;
  text(at('switch'), mode === 'remote_slim' ? 'Switch to local_fullstack' : 'Switch to remote_slim');
  at('sidecars').replaceChildren(...sidecars());
  at('empty').hidden = !(page.asked && at('talk').childElementCount === 0);
  at('send').disabled = page.sending;
}

function sidecars() {
  const all = page.status?.sidecars ?? [];
  if (page.status !== null && all.length === 0) return [element('li', 'facts', 'No process runs on this machine.')];
  return all.map((sidecar) => {
    const { tone, words, facts } = sidecarWords(sidecar);
    const line = element('li');
    const label = element('span', 'state', words);
    label.dataset.state = tone;
    const named = element('span', 'name', sidecar.id);
    named.append(element('span', 'facts', facts));
    line.append(named, label);
    return line;
  });
}

function entry(kept) {
  const line = element('li');
  const question = element('div', 'question', '');
  const remove = element('button', 'plain', 'Delete');
  remove.type = 'button';
  remove.setAttribute('aria-label', `Delete: ${kept.question}`);
  remove.addEventListener('click', () => forget(kept.id, line));
  question.append(element('span', '', kept.question), remove);
  const from = kept.sources.map((source) => source.title).join(', ');
  const about = element('p', 'about', `${time(kept.asked_at)}${from ? ` - from "${from}"` : ''} - ${kept.took_ms} ms`);
  line.append(question, element('p', 'answer', kept.answer), about);
  return line;
}

async function forget(id, line) {
  try {
    await json(`/api/questions/${id}`, { method: 'DELETE' });
    line.remove();
    show();
    at('question').focus();
  } catch (problem) {
    note(`Not deleted. ${problem.message}`, 'error');
  }
}

/** Sends a question; one that cannot be sent now waits until the backend is back. */
async function ask(question) {
  if (page.condition?.name !== 'ready') {
    page.waiting = question;
    note('The backend is away. The question is sent when it is back.', '');
    return;
  }
  page.sending = true;
  show();
  note('', '');
  try {
    const headers = { 'Content-Type': 'application/json' };
    const kept = await json('/api/questions', { method: 'POST', headers, body: JSON.stringify({ question }) });
    at('talk').append(entry(kept));
    if (at('question').value.trim() === question) at('question').value = '';
    page.waiting = null;
    downToTheEnd();
  } catch (problem) {
    note(`Not answered. ${problem.message}`, 'error');
  } finally {
    page.sending = false;
    show();
  }
}

/** The old mode serves until the new one is ready; if that does not come, the app stays in the old one. */
async function switchMode() {
  const mode = page.condition.mode === 'remote_slim' ? 'local_fullstack' : 'remote_slim';
  page.switching = true;
  show();
  tell(`Switch to ${mode} asked for`);
  note(`Switching to ${mode}. Until it is ready, everything goes on as before.`, '');
  try {
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ mode, reason: 'the page' });
    let now = await json('/_proa/mode', { method: 'POST', headers, body });
    while (now.mode !== mode && now.switching !== null) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      now = await json('/_proa/mode');
    }
    const failure = now.mode === mode ? '' : (now.last_switch?.failure ?? 'It is not known why.');
    note(failure && `The mode was not switched: ${failure}`, failure && 'error');
    if (failure) tell(`The mode was not switched: ${failure}`);
  } catch (problem) {
    note(`The mode was not switched. ${problem.message}`, 'error');
  } finally {
    page.switching = false;
    show();
  }
}

function tell(words) {
  const line = element('li');
  const now = new Date();
  const when = element('time', '', now.toLocaleTimeString());
  when.dateTime = now.toISOString();
  line.append(when, words);
  at('happened').prepend(line);
  while (at('happened').childElementCount > LAST_KEPT) at('happened').lastElementChild.remove();
}

function note(words, tone) {
  text(at('note'), words);
  at('note').dataset.tone = tone;
}

function state(target, name, words) {
  target.dataset.state = name;
  text(target, words);
}

/** Unchanged text is left alone, so that a screen reader does not say it again. */
function text(target, words) {
  if (target.textContent !== words) target.textContent = words;
}

function element(tag, className = '', words = '') {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = words;
  return made;
}

function time(iso) {
  const moment = new Date(iso);
  const today = moment.toDateString() === new Date().toDateString();
  return today ? moment.toLocaleTimeString() : moment.toLocaleString();
}

function downToTheEnd() {
  at('talk').scrollTop = at('talk').scrollHeight;
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
at('ask').addEventListener('submit', (event) => {
  event.preventDefault();
  const question = at('question').value.trim();
  if (question && !page.sending) ask(question);
});
at('question').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    at('ask').requestSubmit();
  }
});
document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('textarea, input');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    at('question').focus();
  }
});
at('switch').addEventListener('click', switchMode);
for (const question of ['How do I switch the mode?', 'What happens when the backend crashes?', 'Where is my data?']) {
  const button = element('button', '', question);
  button.type = 'button';
  button.addEventListener('click', () => ask(question));
  const line = element('li');
  line.append(button);
  at('proposals').append(line);
}
look();
