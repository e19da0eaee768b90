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

function tree(t, choose) {
  return el("article", { class: t.deadlock ? "waits deadlock" : "waits" },
    t.title ? el("h3", { class: t.deadlock ? "red" : "yellow" }, t.title) : null,
    el("div", { role: "list" }, ...t.rows.map((r) => row(r, choose))),
    t.waiters ? el("p", { class: "quiet" }, t.waiters) : null);
}

export function showWaits(data, choose) {
  const deadlocks = data.trees.filter((t) => t.deadlock).length;
  setText($("waits-count"), deadlocks === 1 ? "1 deadlock" : deadlocks ? count(deadlocks) + " deadlocks" : data.trees.length ? "no deadlock" : "");
  $("waits-count").className = deadlocks ? "red" : "quiet";
  setText($("no-waits"), "Nobody waits for a service.");
  $("no-waits").hidden = data.trees.length > 0;
  keeping($("waits-list"), () => $("waits-list").replaceChildren(...data.trees.map((t) => tree(t, choose)),
    ...(data.notes || []).map((note) => el("p", { class: "quiet" }, note))));
}
