// One task in a dialog, which follows the task while it is open.

import { $, el, text } from "./parts.js";
import { ask, button, get, tell } from "./commands.js";

const fields = ["state", "progress", "note", "priority", "key", "attempts", "failures", "max_attempts", "timeout", "worker",
  "created", "due", "started", "finished", "payload", "result", "error"];
const moments = ["created", "due", "started", "finished"];
const again = 1000; // milliseconds between two looks

let shown = 0; // the number of the task in the dialog
let asked = 0; // when it was looked at last

export function cancel(id) {
  return tell(`tasks/${id}/cancel`, `task ${id} is cancelled`);
}

export function retry(id) {
  return tell(`dead/${id}/retry`, (n) => (n === 0 ? `task ${id} is no dead letter any more` : `task ${id} is queued again`));
}

export async function purge(id) {
  if (await ask(`Forget task ${id} for good?`, "Purge", "Keep it")) await tell(`dead/${id}/purge`, `task ${id} is gone`);
}

// detail shows a task.
export async function detail(id) {
  shown = id;
  $("detail-list").replaceChildren();
  await look();
  if (!$("detail").open) $("detail").showModal();
}

// follow looks at the shown task again, once in a while.
export function follow() {
  if ($("detail").open && Date.now() - asked >= again) look();
}

async function look() {
  asked = Date.now();
  const id = shown;
  const task = await get("tasks/" + id);
  if (id !== shown) return;
  text($("detail-title"), task.id ? `Task ${task.id}: ${task.kind}` : `Task ${id}: ${task.error}`);
  if (task.id) show(task);
  buttons(task);
}

function written(name, value) {
  if (moments.includes(name)) return new Date(value * 1000).toLocaleString();
  if (name === "progress") return Math.round(value * 100) + " %";
  return name === "timeout" ? value + " s" : String(value);
}

function show(task) {
  const list = $("detail-list");
  const wanted = fields.filter((name) => task[name] != null);
  const old = [...list.querySelectorAll("dd")].map((dd) => dd.dataset.name);
  if (old.join() !== wanted.join()) {
    list.replaceChildren(...wanted.flatMap((name) => [el("dt", {}, name.replace("_", " ")), el("dd", { "data-name": name })]));
  }
  for (const dd of list.querySelectorAll("dd")) text(dd, written(dd.dataset.name, task[dd.dataset.name]));
}

const acts = {
  queued: [["Cancel", cancel]], running: [["Cancel", cancel]],
  dead: [["Retry", retry], ["Purge", purge, "danger"]],
};

function buttons(task) {
  const menu = $("detail-menu");
  const state = task.id ? task.state : "";
  if (menu.dataset.of === state + task.id) return;
  menu.dataset.of = state + task.id;
  for (const b of menu.querySelectorAll("[type=button]")) b.remove();
  for (const [label, act, className] of acts[state] || []) {
    menu.prepend(button(label, `${label} task ${task.id}`, async () => { await act(task.id); look(); }, className));
  }
}
