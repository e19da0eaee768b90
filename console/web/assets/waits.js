// Who waits for whom, deadlocks first, as the command waits tells it.

import { $, el, setText, count } from "./format.js";
import { painted } from "./console.js";

// keeping draws a list anew, and leaves the focus where it was; what somebody marks stays.
export function keeping(list, draw) {
  const marked = getSelection();
  if (!marked.isCollapsed && list.contains(marked.anchorNode)) return;
  const links = () => [...list.querySelectorAll("a, button")];
  const at = links().indexOf(document.activeElement);
  draw();
  if (at >= 0) links()[at]?.focus({ preventScroll: true });
}

// row is a line of a tree, whose address leads to the service.
function row(r, choose) {
  const parts = painted(r.text).map((piece) => (piece.textContent === r.address
    ? el("a", { class: "service", href: "#" + r.address, onclick: (e) => { e.preventDefault(); choose({ service: r.address, name: "" }); } }, r.address)
    : piece));
  const line = el("div", { class: "wait", role: "listitem", "aria-level": r.depth + 1 }, ...parts);
  line.style.setProperty("--depth", Math.min(r.depth, 12));
  return line;
}

// untie is the way out of a deadlock: the command, pressed or typed.
function untie(command, run) {
  return el("p", {}, el("button", { type: "button", "data-command": "killtask", onclick: () => run(command, `End the deadlock with ${command}? The task's caller gets an error.`) }, "End the deadlock"),
    " ", el("code", {}, command));
}

function tree(t, choose, run) {
  return el("article", { class: t.deadlock ? "waits deadlock" : "waits" },
    t.title ? el("h3", { class: t.deadlock ? "red" : "yellow" }, t.title) : null,
    t.waiters ? el("p", { class: "quiet" }, t.waiters) : null,
    el("div", { role: "list" }, ...t.rows.map((r) => row(r, choose))),
    t.untie ? untie(t.untie, run) : null);
}

export function showWaits(data, choose, run) {
  const deadlocks = data.trees.filter((t) => t.deadlock).length;
  setText($("waits-count"), deadlocks === 1 ? "1 deadlock" : deadlocks ? count(deadlocks) + " deadlocks" : data.trees.length ? "no deadlock" : "");
  $("waits-count").className = deadlocks ? "red" : "quiet";
  setText($("no-waits"), "Nobody waits for a service.");
  $("no-waits").hidden = data.trees.length > 0;
  keeping($("waits-list"), () => $("waits-list").replaceChildren(...data.trees.map((t) => tree(t, choose, run)),
    ...(data.notes || []).map((note) => el("p", { class: "quiet" }, note))));
}
