// The page: it follows the queue's events, shows them, and sends commands.

import { $, el, text, Rows, count, plural, seconds } from "./parts.js";
import { Plot } from "./plot.js";
import { ask, button, post, say, tell } from "./commands.js";
import { Freshness } from "./freshness.js";
import { cancel, detail, follow as followTask, purge, retry } from "./task.js";
import { findKinds } from "./find.js";
import "./settings.js";

const freshness = new Freshness(link);

// Lists ------------------------------------------------------------------------

// taskRow makes the row of a task: its number, kind and buttons, with more
// elements below.
function taskRow(task, buttons, ...more) {
  const row = { kind: el("b"), tag: el("span", { class: "tag" }), note: el("span", { class: "note" }) };
  row.what = el("div", { class: "what" }, row.kind, row.tag, row.note);
  row.element = el("li", { "data-task": task.id },
    button("#" + task.id, `Task ${task.id} in detail`, () => detail(task.id), "id"), row.what,
    el("span", { class: "buttons" }, ...buttons), ...more);
  return row;
}

function fillTask(row, task, tag, note) {
  text(row.kind, task.kind);
  text(row.tag, tag);
  row.tag.dataset.of = tag;
  text(row.note, note);
}

const cancelButton = (task) => button("Cancel", `Cancel task ${task.id}`, () => cancel(task.id));

const running = new Rows($("running"), (t) => t.id + "/" + t.attempt, (t) => {
  const bar = el("i");
  const track = el("div", { class: "progress", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": `Progress of task ${t.id}` }, bar);
  const row = taskRow(t, [cancelButton(t)], track);
  row.percent = el("span", { class: "percent" });
  row.what.append(row.percent);
  return Object.assign(row, { bar, track });
}, (row, t) => {
  const part = Math.round(t.progress * 100);
  fillTask(row, t, t.priority, [t.note, `worker ${t.worker}`, t.attempt > 1 ? `attempt ${t.attempt} of ${t.max_attempts}` : null, seconds(t.runs)].filter(Boolean).join(" · "));
  text(row.percent, part + " %");
  row.bar.style.setProperty("--part", t.progress.toFixed(3));
  row.track.setAttribute("aria-valuenow", part);
});

const firstLine = (error) => (error || "").split("\n")[0];

const waiting = new Rows($("waiting"), (t) => t.id, (t) => taskRow(t, [cancelButton(t)]), (row, t) => {
  const failed = t.failures ? ` · attempt ${t.failures + 1} of ${t.max_attempts} after: ${firstLine(t.error)}` : "";
  fillTask(row, t, t.priority, (t.due_in != null ? `in ${seconds(t.due_in)}` : `for ${seconds(t.waits)}`) + failed);
});

const dead = new Rows($("dead"), (t) => t.id + "/" + t.attempts, (t) => {
  const error = el("p", { class: "error" }), payload = el("pre");
  const row = taskRow(t, [
    button("Retry", `Retry task ${t.id}`, () => retry(t.id)),
    button("Purge", `Purge task ${t.id}`, () => purge(t.id), "danger"),
  ], error, payload);
  return Object.assign(row, { error, payload });
}, (row, t) => {
  fillTask(row, t, t.priority, `${plural(t.attempts, "attempt")}, the last ${new Date(t.finished * 1000).toLocaleTimeString()}`);
  text(row.error, firstLine(t.error));
  text(row.payload, t.payload);
  row.payload.hidden = t.payload === "null";
});

const recent = new Rows($("recent"), (t) => t.id + "/" + t.attempts + t.state, (t) => taskRow(t, []), (row, t) => {
  fillTask(row, t, t.state, [t.run != null ? `ran ${seconds(t.run)}, waited ${seconds(t.wait)}` : null,
    t.attempts > 1 ? plural(t.attempts, "attempt") : null, t.state === "dead" ? firstLine(t.error) : null].filter(Boolean).join(" · "));
});

const lanes = new Rows($("lanes"), (l) => l.priority, (l) => {
  const cells = ["ready", "delayed", "running", "oldest"].map(() => el("td", { class: "n" }));
  return { cells, element: el("tr", { "data-lane": l.priority }, el("td", {}, l.priority), ...cells) };
}, (row, l) => {
  [l.ready, l.delayed, l.running].forEach((n, i) => text(row.cells[i], count(n)));
  text(row.cells[3], seconds(l.oldest));
});

async function killWorker(row, place) {
  const question = `Kill worker ${place}?` + (row.task ? ` Its attempt of task ${row.task} counts as failed.` : "");
  if (await ask(question, "Kill", "Let it live")) tell(`workers/${place}/kill`, `worker ${place} is replaced`);
}

const workers = new Rows($("workers"), (w) => `${w.place}/${w.address || "new"}`, (w) => {
  const row = { what: el("span"), counts: el("span") };
  row.element = el("li", {}, el("b", {}, "Worker " + w.place),
    button("Kill", `Kill worker ${w.place}`, () => killWorker(row, w.place), "danger"), row.what, row.counts);
  row.element.dataset.address = w.address || "";
  return row;
}, (row, w) => {
  const silent = w.silent > 3;
  row.task = w.task;
  row.element.dataset.state = silent ? "silent" : w.state;
  text(row.what, (silent ? `silent for ${seconds(w.silent)}` : w.task ? `#${w.task} ${w.kind || ""}` : w.state) + (w.leaving ? ", then leaves" : ""));
  text(row.counts, `${count(w.done)} done, ${count(w.failed)} failed · ${seconds(w.age)} old`);
});

// Plots ------------------------------------------------------------------------

const perSecond = (n) => (n >= 100 ? count(n) : n.toFixed(1)) + "/s";
const plots = {
  rate: new Plot("Finished", perSecond, true),
  ready: new Plot("Ready", count),
  wait: new Plot("Longest wait", seconds),
  run: new Plot("Longest run", seconds),
};
$("plots").append(...Object.values(plots).map((p) => p.element));

let steps = []; // of the last minutes, the oldest first

// remember adds the steps that a snapshot brings; the last one known comes again.
function remember(h) {
  const first = h.at[0];
  steps = steps.filter((s) => s.at < first);
  h.at.forEach((at, i) => steps.push({ at, done: h.done[i], failed: h.failed[i], wait: h.wait[i], run: h.run[i], ready: h.ready[i] }));
  steps = steps.slice(-h.steps);
}

function showPlots(snapshot) {
  const h = snapshot.history;
  remember(h);
  const lately = steps.slice(-6, -1); // the last one is not over yet
  const mean = (f) => lately.reduce((sum, s) => sum + f(s), 0) / Math.max(1, lately.length);
  const most = (f) => Math.max(0, ...steps.slice(-6).map(f));
  const draw = (plot, now, f) => plot.show(now, steps.map((s) => f(s)), h.steps, h.step);
  draw(plots.rate, perSecond(mean((s) => s.done + s.failed) / h.step), (s) => ({ value: s.done / h.step, other: s.failed / h.step }));
  draw(plots.ready, count(snapshot.stats.ready), (s) => ({ value: s.ready }));
  draw(plots.wait, seconds(most((s) => s.wait)), (s) => ({ value: s.done ? s.wait : null }));
  draw(plots.run, seconds(most((s) => s.run)), (s) => ({ value: s.done ? s.run : null }));
}

// Everything -------------------------------------------------------------------

const examples = {
  sleep: '{"seconds": 5}', compute: '{"limit": 200000}', fail: '{"reason": "out of stock"}', flaky: '{"failures": 2}',
  fetch: '{"url": "http://127.0.0.1:8090/"}', hang: "", crash: "",
};

function showKinds(kinds) {
  const select = $("kind");
  if ([...select.options].map((o) => o.value).join() === kinds.join()) return;
  const chosen = select.value || (kinds.includes("sleep") ? "sleep" : kinds[0]);
  select.replaceChildren(...kinds.map((k) => el("option", {}, k)));
  select.value = kinds.includes(chosen) ? chosen : kinds[0];
  findKinds(kinds);
  suggest();
}

function suggest() {
  const known = Object.values(examples);
  if ($("payload").value === "" || known.includes($("payload").value)) $("payload").value = examples[$("kind").value] || "";
}

let deadTotal = 0;

function showEnd(list, sum, items, total) {
  text($(sum), total ? count(total) + (total > items.length ? `, the first ${items.length} are shown` : "") : "");
  $(list + "-empty").hidden = items.length > 0;
}

function show(s) {
  const { stats } = s;
  freshness.heard();
  followTask();
  const state = (stats.paused ? "paused · " : "") + plural(stats.running, "task") + " running";
  link("live", `${state} · ${count(stats.totals.done)} done`);
  $("pause").setAttribute("aria-pressed", stats.paused);
  text($("pause"), stats.paused ? "Resume" : "Pause");
  const trouble = [stats.trouble && "The database refuses to write: " + stats.trouble, stats.handlers && "Workers: " + stats.handlers];
  $("trouble").hidden = !trouble.some(Boolean);
  text($("trouble"), trouble.filter(Boolean).join(" · "));
  showPlots(s);
  lanes.show(s.lanes);
  text($("lanes-sum"), count(stats.unfinished) + " unfinished");
  workers.show(s.workers);
  text($("workers-sum"), `${plural(stats.workers, "worker")}` + (stats.replaced ? `, ${count(stats.replaced)} replaced so far` : ""));
  running.show(s.running);
  showEnd("running", "running-sum", s.running, stats.running);
  const wait = [...s.ready, ...s.delayed];
  waiting.show(wait);
  showEnd("waiting", "waiting-sum", wait, stats.unfinished - stats.running);
  deadTotal = stats.totals.dead;
  if (s.dead) {
    dead.show(s.dead);
    showEnd("dead", "dead-sum", s.dead, deadTotal);
    for (const id of ["retry-all", "purge-all"]) $(id).disabled = deadTotal === 0;
  }
  recent.show(s.recent);
  $("recent-empty").hidden = s.recent.length > 0;
  showKinds(s.kinds);
}

function link(state, words) {
  $("link").className = state;
  text($("link"), words);
}

function follow() {
  const source = new EventSource("/api/events");
  source.addEventListener("snapshot", (e) => show(JSON.parse(e.data)));
  source.addEventListener("down", (e) => freshness.lost(JSON.parse(e.data).reason));
  source.onerror = () => {
    freshness.lost("connection lost");
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 2000);
  };
}

const drainFor = 60; // seconds

// What people do ---------------------------------------------------------------

$("kind").addEventListener("change", suggest);

$("add").addEventListener("submit", async (e) => {
  e.preventDefault();
  const options = { priority: $("priority").value };
  if ($("attempts").value) options.max_attempts = Number($("attempts").value);
  if ($("delay").value) options.delay = Number($("delay").value);
  if ($("timeout").value) options.timeout = Number($("timeout").value);
  if ($("key").value) options.key = $("key").value;
  const written = $("payload").value.trim();
  let payload;
  try {
    payload = written === "" ? undefined : JSON.parse(written);
  } catch (error) {
    text($("add-error"), "The payload is not JSON: " + error.message);
    $("payload").focus();
    return;
  }
  let ids = [];
  for (let left = Number($("copies").value) || 1; left > 0; left--) {
    const { result, error } = await post("tasks", { kind: $("kind").value, payload, options });
    text($("add-error"), error || "");
    if (error) break;
    ids.push(result);
  }
  const tasks = new Set(ids); // one key is one task
  if (tasks.size > 0) say(tasks.size === 1 ? `task ${ids[0]} is queued` : `${tasks.size} tasks are queued`);
});

$("pause").addEventListener("click", () => {
  const paused = $("pause").getAttribute("aria-pressed") === "true";
  tell(paused ? "resume" : "pause", paused ? "tasks are run again" : "no task begins until you resume");
});
$("drain").addEventListener("click", async () => {
  if (!(await ask(`Begin no task any more, and wait ${drainFor} s at most until nothing runs?`, "Drain"))) return;
  say("no task begins; those that run are waited for");
  tell("drain", (still) => (still === 0 ? "nothing runs any more" : `${plural(still, "task")} still running after ${drainFor} s`), { seconds: drainFor });
});
$("renew").addEventListener("click", () => tell("renew", "fresh workers take over as the tasks end"));
$("retry-all").addEventListener("click", () => tell("dead/all/retry", (n) => plural(n, "task") + " queued again"));
$("purge-all").addEventListener("click", async () => {
  if (await ask(`Forget ${plural(deadTotal, "dead letter")} for good?`, "Purge", "Keep them")) tell("dead/all/purge", (n) => plural(n, "dead letter") + " purged");
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
follow();
