// Shows what the sidecar says, and keeps asking while it is away.
const RETRY_MS = { first: 500, most: 5000 };
const QUIET_MS = 5000; // five missed ticks: the stream is open but nobody writes

const at = (id) => document.getElementById(id);
const page = { ticks: 0, restarts: 0, pid: null, wait: RETRY_MS.first, source: null, timer: 0 };

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
  const response = await fetch("/api/hello", { cache: "no-store" });
  if (!response.ok) {
    throw new Error(`the sidecar answered ${response.status}`);
  }
  const hello = await response.json();
  at("greeting").textContent = hello.greeting;
  at("pid").textContent = String(hello.pid);
  localTime(hello.started_at, at("since"));
  if (page.pid !== null && page.pid !== hello.pid) {
    page.restarts += 1;
    at("restarts").textContent = String(page.restarts);
  }
  page.pid = hello.pid;
}

function again() {
  clearTimeout(page.timer);
  page.source?.close();
  page.source = null;
  show("lost", page.pid === null ? "connecting" : "reconnecting");
  page.timer = setTimeout(connect, page.wait);
  page.wait = Math.min(page.wait * 2, RETRY_MS.most);
}

async function connect() {
  try {
    await greet();
  } catch {
    again(); // away or not ready yet; the state says so
    return;
  }
  page.source = new EventSource("/api/time");
  page.source.addEventListener("tick", (event) => {
    const tick = JSON.parse(event.data);
    page.ticks += 1;
    page.wait = RETRY_MS.first;
    at("ticks").textContent = page.ticks.toLocaleString();
    localTime(tick.at, at("time"));
    show("live", "live");
    watch();
  });
  // The browser's own retry gives up on an answer such as 503, so each try is ours.
  page.source.addEventListener("error", again);
  watch();
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
