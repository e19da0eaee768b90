// The page: it opens a session with the node, follows its events, and tells it
// what is shown.

import { $, el, setText, count, rate, size, percent, duration } from "./format.js";
import { Tile } from "./chart.js";
import { Services } from "./services.js";
import { Detail } from "./detail.js";
import { showTimers } from "./timers.js";
import { showWaits } from "./waits.js";
import { Crashes } from "./crashes.js";
import { Logs } from "./logs.js";
import { Console } from "./console.js";
import { Freshness } from "./freshness.js";

let page = null; // what the node said when the session was opened
let source = null;
let tab = "services";
let sampled = 0; // when the node's counters were read that were shown last
let fresh = false; // what comes now belongs to newer ones

const tiles = {
  services: new Tile("Services", count, 300),
  rate: new Tile("Messages/s", rate, 300),
  load: new Tile("CPU", percent, 300),
  queue: new Tile("In mailboxes", count, 300),
  heap: new Tile("Heap", size, 300),
};
$("tiles").append(...Object.values(tiles).map((t) => t.element));

const services = new Services(() => tell(), (row) => choose(row));
const detail = new Detail(run, post, () => choose(null), () => tell());
const logs = new Logs((row) => choose({ id: parseInt(row.service.slice(1), 16), address: row.service, name: row.name }));
const crashes = new Crashes(post);
const terminal = new Console(post, (what) => `page/${page.id}/${what}`);
const freshness = new Freshness(link);

// post sends one thing to this page's session. Nobody else knows its address.
async function post(what, data) {
  if (!page) return null;
  return send(`page/${page.id}/${what}`, data);
}

async function send(path, data) {
  try {
    return await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) });
  } catch {
    return null;
  }
}

function view() {
  return { tab, ...detail.view(), columns: terminal.columns(), ...services.view() };
}

let telling = 0;
function tell() {
  clearTimeout(telling);
  telling = setTimeout(() => post("view", view()), 30);
}

function choose(row) {
  if (row && row.service) row = { id: parseInt(row.service.slice(1), 16), address: row.service, name: row.name };
  const before = services.rows.find((r) => r.data.id === detail.id);
  if (row) detail.open(row);
  else detail.close();
  services.chosen = detail.id;
  services.place();
  if (!row && before) before.element.focus({ preventScroll: true });
  tell();
}

// run runs a console command, after a question if there is one.
async function run(command, question) {
  if (question && !(await ask(question))) return;
  terminal.run(command);
}

// ask puts a question in a dialog of its own: an earlier one's late closing
// can't answer it.
function ask(question) {
  const dialog = el("dialog", { class: "ask", "aria-label": question }, el("form", { method: "dialog" }, el("p", {}, question),
    el("menu", {}, el("button", { value: "no" }, "No"), el("button", { value: "yes", class: "danger" }, "Yes"))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => {
    dialog.remove();
    done(dialog.returnValue === "yes");
  }));
}

function show(name) {
  tab = name;
  document.body.dataset.tab = name;
  for (const b of $("tabs").children) b.setAttribute("aria-pressed", b.dataset.tab === name);
  for (const id of ["services", "waits", "crashes", "timers", "logs"]) $(id).hidden = id !== name;
  if (name === "logs") logs.end();
  if (name === "console") {
    $("output").scrollTop = $("output").scrollHeight;
    $("line").focus();
  }
  if (matchMedia("(max-width: 760px)").matches && detail.id && name !== "services") choose(null);
  tell();
}
for (const b of $("tabs").children) b.addEventListener("click", () => show(b.dataset.tab));
$("forget").addEventListener("click", () => run("crashes clear", "Forget all errors that nobody caught?"));

function link(state, text) {
  $("link").className = state;
  setText($("link"), text);
}

const handlers = {
  history(points) {
    for (const [key, tile] of Object.entries(tiles)) tile.reset(points.map((p) => p[key]));
    sampled = points.length ? points[points.length - 1].t : 0;
  },
  node(n) {
    fresh = n.t > sampled;
    if (fresh) for (const [key, tile] of Object.entries(tiles)) tile.add(n[key]);
    sampled = n.t;
    const clock = page.virtual ? `virtual clock at ${duration(n.elapsed)}` : `up ${duration(n.elapsed)}`;
    const workers = page.workers === 1 ? "1 worker" : `${page.workers} workers`;
    freshness.heard(n.every);
    link("live", `${clock} · ${workers}` + (n.dead ? ` · ${count(n.dead)} dead letter${n.dead === 1 ? "" : "s"}` : ""));
  },
  services: (data) => services.show(data),
  service: (data) => detail.show(data, fresh),
  waits: (data) => showWaits(data, choose),
  crashes: (data) => crashes.show(data),
  timers: (data) => showTimers(data, run, choose),
  logs: (data) => logs.add(data),
  output: (data) => terminal.write(data.text),
  prompt: (data) => terminal.state(data),
  stopped() {
    source.close();
    page = null;
    freshness.lost("the node has stopped");
    setTimeout(retry, 2000);
  },
};

async function open() {
  const answer = await send("page", view());
  if (answer && answer.status === 401) return signIn(answer.headers.get("Sign-In") === "user");
  if (!answer || !answer.ok) {
    freshness.lost(answer ? (await answer.text()).trim() : "the node does not answer");
    setTimeout(retry, 2000);
    return;
  }
  page = await answer.json();
  setText($("version"), page.version);
  $("sign-out").hidden = !page.password;
  setText($("who"), `${page.user}, ${page.role}`);
  $("who").hidden = !page.user;
  document.body.dataset.role = page.role; // the style hides what an observer may not do
  follow();
}

function follow() {
  source = new EventSource(`page/${page.id}/events`);
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (e) => handle(JSON.parse(e.data)));
  }
  source.onerror = () => {
    freshness.lost("connection lost");
    if (source.readyState === EventSource.CLOSED) { // the session has ended
      page = null;
      setTimeout(retry, 1000);
    }
  };
}

let trying = false;
async function retry() {
  if (trying || page) return;
  trying = true;
  await open();
  trying = false;
}

function signIn(named) {
  link("", "signed out");
  if (!$("sign-in").open) $("sign-in").showModal();
  $("user-entry").hidden = !named;
  $("user").required = named;
  setText($("sign-in-title"), named ? "Sign in to this node" : "This node has a password");
  $(named ? "user" : "password").focus();
}
$("sign-in").addEventListener("cancel", (e) => e.preventDefault());
$("sign-in-form").addEventListener("submit", async (e) => {
  e.preventDefault();
  const answer = await send("sign-in", { user: $("user").value, password: $("password").value });
  $("password").value = "";
  if (answer && answer.ok) {
    setText($("sign-in-error"), "");
    $("sign-in").close();
    open();
  } else {
    setText($("sign-in-error"), answer ? (await answer.text()).trim() : "the node does not answer");
  }
});
$("sign-out").addEventListener("click", async () => {
  await post("close", {});
  await send("sign-out", {});
  location.reload();
});

const dark = matchMedia("(prefers-color-scheme: dark)");
function theme() {
  document.documentElement.dataset.theme = localStorage.getItem("theme") || (dark.matches ? "dark" : "light");
}
dark.addEventListener("change", theme);
$("theme").addEventListener("click", () => {
  localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  theme();
});
theme();

document.addEventListener("keydown", (e) => {
  if (e.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
    e.preventDefault();
    if (tab !== "logs") show("services");
    $(tab === "logs" ? "log-filter" : "filter").focus();
  }
});
addEventListener("resize", tell);
addEventListener("pagehide", () => page && navigator.sendBeacon(`page/${page.id}/close`, new Blob(["{}"], { type: "application/json" })));
addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });

show("services");
open();
