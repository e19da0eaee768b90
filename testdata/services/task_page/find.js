// Tasks found by their number, or by state, kind and priority.

import { $, el, text, Rows, count, plural } from "./parts.js";
import { button, get } from "./commands.js";
import { detail } from "./task.js";

let found = []; // in the order of their numbers
let filter = "";
let turn = 0; // of the search that is under way

const rows = new Rows($("found"), (t) => t.id, (t) => {
  const row = { kind: el("b"), tag: el("span", { class: "tag" }), note: el("span", { class: "note" }) };
  row.element = el("li", { "data-task": t.id }, button("#" + t.id, `Task ${t.id} in detail`, () => detail(t.id), "id"),
    el("div", { class: "what" }, row.kind, row.tag, row.note));
  return row;
}, (row, t) => {
  text(row.kind, t.kind);
  text(row.tag, t.state);
  row.tag.dataset.of = t.state;
  text(row.note, [t.priority, t.key && `key ${t.key}`, t.attempts && plural(t.attempts, "attempt"),
    t.error && t.error.split("\n")[0]].filter(Boolean).join(" · "));
});

async function search(after) {
  const mine = ++turn;
  const { tasks, most, error } = await get(`tasks?${filter}&after=${after}`);
  if (mine !== turn) return;
  found = after && tasks ? [...found, ...tasks] : tasks || [];
  rows.show(found);
  $("find-more").hidden = !tasks || tasks.length < most;
  $("found-empty").hidden = found.length > 0;
  text($("found-empty"), error || "No task matches.");
  text($("find-sum"), found.length > 0 ? (tasks.length < most ? count(found.length) : `the first ${count(found.length)}`) : "");
}

$("find").addEventListener("submit", (e) => {
  e.preventDefault();
  if ($("find-id").value) return void detail(Number($("find-id").value));
  filter = new URLSearchParams({ state: $("find-state").value, kind: $("find-kind").value, priority: $("find-priority").value }).toString();
  search(0);
});
$("find-more").addEventListener("click", () => search(found[found.length - 1].id));
for (const id of ["find-state", "find-kind", "find-priority"]) {
  $(id).addEventListener("change", () => {
    $("find-id").value = "";
    $("find").requestSubmit();
  });
}

// findKinds offers the kinds that there are.
export function findKinds(kinds) {
  const chosen = $("find-kind").value;
  $("find-kind").replaceChildren(el("option", { value: "" }, "any"), ...kinds.map((k) => el("option", {}, k)));
  $("find-kind").value = kinds.includes(chosen) ? chosen : "";
}
