// The timers that are due next.

import { $, el, setText, count, duration } from "./format.js";
import { follows } from "./route.js";

export function timerActions(t, run) {
  return el("td", { class: "actions" },
    el("button", { type: "button", "data-command": "timer", "aria-label": `Fire timer ${t.id} of ${t.name}`, onclick: () => run(`timer fire ${t.id}`) }, "Fire"), " ",
    el("button", { type: "button", "data-command": "timer", "aria-label": `Cancel timer ${t.id} of ${t.name}`, onclick: () => run(`timer cancel ${t.id}`, `Take timer ${t.id} of ${t.name} back?`) }, "Cancel"));
}

export function showTimers(data, run, choose) {
  const more = data.total > data.rows.length ? `, the next ${data.rows.length} are shown` : "";
  setText($("timer-count"), (data.total === 1 ? "1 timer" : count(data.total) + " timers") + more);
  $("no-timers").hidden = data.total > 0;
  const focused = document.activeElement && $("timer-rows").contains(document.activeElement);
  if (focused) return; // a row that moves away under a key is worse than one that is a second old
  $("timer-rows").replaceChildren(...data.rows.map((t) => el("tr", {},
    el("td", { class: "n" }, duration(t.left)),
    el("td", { class: "n" }, t.every ? duration(t.every) : "–"),
    el("td", {}, el("a", { class: "service", href: "#/timers/service/" + t.service.slice(1), onclick: (e) => { if (follows(e)) { e.preventDefault(); choose(t); } } }, t.name)),
    el("td", {}, t.set_at), el("td", { class: "quiet" }, t.kind === "timer" ? "timeout" : t.kind), timerActions(t, run))));
}
