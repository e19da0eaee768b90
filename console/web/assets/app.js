// The page: it opens a session with the node, follows its events, and tells it
// what is shown.

import { $, el, setText, count, rate, size, percent, duration } from "./format.js";
import { parse, write } from "./route.js";
import { Link, send } from "./link.js";
import { Tile } from "./chart.js";
import { Services } from "./services.js";
import { Detail } from "./detail.js";
import { showTimers } from "./timers.js";
import { showWaits } from "./waits.js";
import { Crashes } from "./crashes.js";
import { Logs } from "./logs.js";
import { Console } from "./console.js";
import { Freshness, notice, close } from "./freshness.js";

const silence = 4000; // milliseconds without news before another stream is opened

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

const post = (what, data) => connection.post(what, data);
const services = new Services(changed, choose);
const detail = new Detail(run, post, () => choose(null), changed);
const logs = new Logs(choose);
const crashes = new Crashes(post);
const terminal = new Console(post, (what) => connection.address(what));
const freshness = new Freshness(link, () => connection.now(), () => setTimeout(renew, silence));

// renew gives up a stream that has brought nothing for long: a network that was cut tells nobody.
function renew() {
  if (document.body.classList.contains("stale") && connection.leave) connection.end("the node gives no news");
}

function view() {
  return { tab, ...detail.view(), columns: terminal.columns(), ...services.view() };
}

let telling = 0;
function tell() {
  clearTimeout(telling);
  telling = setTimeout(() => post("view", view()), 30);
}

// changed notes that another part of what is open is wanted.
function changed() {
  tell();
  record(true);
}

// record puts the address of what is shown into the browser's; replace: it is no step that
// Back undoes.
function record(replace) {
  entitle();
  const to = write({ tab, service: detail.id, parts: detail.parts(), ...services.wanted() });
  if (to === location.hash) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
}

// entitle tells tabs of the browser apart.
function entitle() {
  const shown = detail.title.textContent || (tab === "services" ? "" : tab);
  document.title = shown ? `${shown} · lunarium` : "lunarium";
}

// go shows what an address names.
function go() {
  const place = parse(location.hash);
  services.want(place);
  open(place.service ? { id: place.service, address: ":" + place.service.toString(16).padStart(8, "0"), name: "" } : null, place.parts);
  turn(place.tab);
  tell();
  record(true);
}
addEventListener("popstate", go);

// choose opens a service, or none.
function choose(row) {
  if (row && row.service) row = { id: parseInt(row.service.slice(1), 16), address: row.service, name: row.name };
  const before = services.rows.find((r) => r.data.id === detail.id);
  open(row);
  if (!row && before) before.element.focus({ preventScroll: true });
  tell();
  record(false);
}

// open has the details be those of a service, with some parts opened, or those that are.
function open(row, parts) {
  if (parts) detail.want(parts);
  if (row && row.id !== detail.id) detail.open(row);
  if (!row) detail.close();
  services.chosen = detail.id;
  services.place();
}

// run runs a console command, after a question if there is one. Where the console is not to be
// seen, as on a telephone, a notice tells the reply.
async function run(command, question) {
  if (question && !(await ask(question))) return;
  const reply = terminal.reply();
  terminal.run(command);
  if (!$("output").offsetParent) notice("said", await reply, close());
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

// show turns to a tab. On a telephone it takes the place of the details.
function show(name) {
  if (matchMedia("(max-width: 760px)").matches && detail.id && name !== tab) open(null);
  turn(name);
  if (name === "console") $("line").focus();
  tell();
  record(false);
}

function turn(name) {
  tab = name;
  document.body.dataset.tab = name;
  for (const b of $("tabs").children) b.setAttribute("aria-pressed", b.dataset.tab === name);
  for (const id of ["services", "waits", "crashes", "timers", "logs"]) $(id).hidden = id !== name;
  if (name === "logs") logs.end();
  if (name === "console") $("output").scrollTop = $("output").scrollHeight;
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
    const { page } = connection;
    const clock = page.virtual ? `virtual clock at ${duration(n.elapsed)}` : `up ${duration(n.elapsed)}`;
    const workers = page.workers === 1 ? "1 worker" : `${page.workers} workers`;
    freshness.heard(n.every);
    connection.heard();
    link("live", `${clock} · ${workers}` + (n.dead ? ` · ${count(n.dead)} dead letter${n.dead === 1 ? "" : "s"}` : ""));
  },
  services: (data) => services.show(data),
  service(data) {
    detail.show(data, fresh);
    entitle();
  },
  waits: (data) => showWaits(data, choose, run),
  crashes: (data) => crashes.show(data),
  timers: (data) => showTimers(data, run, choose),
  logs: (data) => logs.add(data),
  output: (data) => terminal.write(data.text),
  prompt: (data) => terminal.state(data),
  stopped() {
    connection.page = null;
    connection.end("the node has stopped");
  },
};

const connection = new Link(handlers, { view, opened, locked: signIn, lost: (reason) => freshness.lost(reason) });

function opened(page, before) {
  setText($("version"), page.version);
  $("sign-out").hidden = !page.password;
  setText($("who"), `${page.user}, ${page.role}`);
  $("who").hidden = !page.user;
  document.body.dataset.role = page.role; // the style hides what an observer may not do
  detail.state.renew();
  freshness.opened(page, before);
  if (!before) return;
  logs.clear(); // the latest come again
  terminal.renew();
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
    connection.now();
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
  if (e.key === "Escape" && detail.id && !document.querySelector("dialog[open]") && ($("detail").contains(e.target) || !/^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName))) choose(null);
  if (e.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
    e.preventDefault();
    if (tab !== "logs") show("services");
    $(tab === "logs" ? "log-filter" : "filter").focus();
  }
});
addEventListener("resize", tell);
addEventListener("pagehide", () => connection.page && navigator.sendBeacon(connection.address("close"), new Blob(["{}"], { type: "application/json" })));
addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });

go();
connection.now();
