// Shows what the two sidecars say, and keeps asking while one is away.
const RETRY_MS = { first: 500, most: 5000 };
const QUIET_MS = 5000; // five missed ticks: the stream is open but nobody writes

const at = (id) => document.getElementById(id);
const page = {
  ticks: 0,
  restarts: 0,
  pids: new Map(),
  wait: RETRY_MS.first,
  source: null,
  asking: false,
  timer: 0,
};

function show(state, words) {
  const element = at("state");
  if (element.textContent !== words) {
    element.dataset.state = state;
    element.textContent = words;
    document.title = state === "live" ? "Hello" : `${words} - Hello`;
  }
}

function localTime(iso, element) {
  const time = new Date(iso);
  element.dateTime = iso;
  element.textContent = time.toLocaleTimeString();
  element.title = time.toString();
}

async function greet() {
  const signal = AbortSignal.timeout(QUIET_MS);
  const response = await fetch("/api/hello", { cache: "no-store", signal });
  if (!response.ok) {
    throw new Error(`the greeter answered ${response.status}`);
  }
  const hello = await response.json();
  at("greeting").textContent = hello.greeting;
  localTime(hello.started_at, at("since"));
  seen("greeter", hello.pid);
}

function seen(sidecar, pid) {
  const before = page.pids.get(sidecar);
  if (before !== undefined && before !== pid) {
    page.restarts += 1;
    at("restarts").textContent = String(page.restarts);
  }
  page.pids.set(sidecar, pid);
  at(sidecar).textContent = String(pid);
}

function again() {
  clearTimeout(page.timer);
  page.source?.close();
  page.source = null;
  show("lost", page.pids.size === 0 ? "connecting" : "reconnecting");
  page.timer = setTimeout(connect, page.wait);
  page.wait = Math.min(page.wait * 2, RETRY_MS.most);
  explain();
}

// Proa knows whether it goes on by itself or waits for a person.
async function explain() {
  const answer = await fetch("/_proa/status", { cache: "no-store" }).catch(() => null);
  const status = answer?.ok ? await answer.json() : { state: "" };
  at("stuck").hidden = status.state !== "SAFE_MODE";
}

async function connect() {
  try {
    await greet();
  } catch {
    again(); // away or not ready yet; the state says so
    return;
  }
  const source = new EventSource("/api/time");
  page.source = source;
  source.addEventListener("tick", (event) => {
    const tick = JSON.parse(event.data);
    page.ticks += 1;
    at("ticks").textContent = page.ticks.toLocaleString();
    localTime(tick.at, at("time"));
    seen("clock", tick.pid);
    refresh(source);
  });
  // The browser's own retry gives up on an answer such as 503, so each try is ours.
  source.addEventListener("error", () => lost(source));
  watch();
}

// The clock's stream says nothing about the greeter, so each tick asks it.
async function refresh(source) {
  if (page.asking) {
    return;
  }
  page.asking = true;
  try {
    await greet();
    if (page.source === source) {
      page.wait = RETRY_MS.first;
      show("live", "live");
      at("stuck").hidden = true;
      watch();
    }
  } catch {
    lost(source); // the state says that one of them is away
  } finally {
    page.asking = false;
  }
}

// News of a stream that was given up already changes nothing.
function lost(source) {
  if (page.source === source) {
    again();
  }
}

function watch() {
  clearTimeout(page.timer);
  page.timer = setTimeout(again, QUIET_MS);
}

const themes = ["system", "light", "dark"];

function theme(name) {
  if (name === "system") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = name;
  }
  at("theme").textContent = `Theme: ${name}`;
  localStorage.setItem("theme", name);
}

const kept = localStorage.getItem("theme");
theme(themes.includes(kept) ? kept : "system");
at("theme").addEventListener("click", () => {
  const now = localStorage.getItem("theme") ?? "system";
  theme(themes[(themes.indexOf(now) + 1) % themes.length]);
});

connect();
