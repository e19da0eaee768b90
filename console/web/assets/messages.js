// The latest messages that a service has taken, as the command messages tells of them.

import { el } from "./format.js";

function message(m) {
  const ended = [m.waited ? "waited " + m.waited : "", (m.took.startsWith("for ") ? "runs " : "took ") + m.took].filter((t) => t).join(", ");
  return el("div", { class: "message" },
    el("div", {}, el("time", {}, m.time), el("span", { class: "cyan" }, m.from), el("span", { class: "quiet" }, m.type), el("code", {}, m.message)),
    el("div", { class: "quiet" }, ended, m.reply ? el("code", { class: m.failed ? "red" : null }, " → " + m.reply) : null));
}

export class Messages {
  // changed is called when the list is opened or closed.
  constructor(changed) {
    this.list = el("div", { class: "message-list" });
    this.element = el("details", { class: "messages" }, el("summary", {}, "Messages"), this.list);
    this.element.addEventListener("toggle", changed);
    this.shown = "";
  }

  get wanted() { return this.element.open; }

  show(rows, note) {
    const text = JSON.stringify([rows, note]);
    if (text === this.shown) return; // nothing moves under who reads
    this.shown = text;
    this.list.replaceChildren(...(rows || []).map(message), note ? el("p", { class: "quiet" }, note) : "");
  }
}
