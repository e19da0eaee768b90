// The errors that nobody caught, as the command crashes tells of them; one that is opened
// tells what was there.

import { $, el, setText, count } from "./format.js";
import { painted } from "./console.js";
import { keeping } from "./waits.js";

export class Crashes {
  // post sends to the page's session.
  constructor(post) {
    this.post = post;
    this.opened = new Map(); // by number: what is shown of it
    this.rows = [];
  }

  show(data) {
    this.rows = data.rows || [];
    setText($("crash-count"), this.rows.length === 1 ? "1 kind of error" : this.rows.length ? count(this.rows.length) + " kinds of errors" : "");
    $("forget").hidden = this.rows.length === 0;
    setText($("no-crashes"), data.kept ? "No error was left uncaught." : "Errors are not kept on this node.");
    $("no-crashes").hidden = this.rows.length > 0;
    for (const id of this.opened.keys()) if (!this.rows.some((r) => r.id === id)) this.opened.delete(id);
    for (const r of this.rows) if (this.opened.has(r.id) && this.opened.get(r.id).times !== r.times) this.read(r, this.opened.get(r.id).first);
    this.draw();
  }

  draw() {
    keeping($("crash-list"), () => $("crash-list").replaceChildren(...this.rows.map((r) => this.row(r))));
  }

  row(r) {
    const opened = this.opened.get(r.id);
    const when = r.first === r.last ? r.last : `${r.first} to ${r.last}`;
    return el("article", { class: "crash", id: "crash-" + r.id },
      el("button", { type: "button", class: "crash-head", "aria-expanded": String(!!opened), onclick: () => this.toggle(r) },
        el("b", {}, `${r.id}`), el("span", { class: "times" }, `${r.times} ×`), el("span", { class: "when" }, when),
        el("span", { class: "where" }, r.services), el("span", { class: "error" }, r.error)),
      opened ? el("div", { class: "crash-body" }, this.choice(r, opened), el("pre", { class: opened.failed ? "failed" : null }, ...painted(opened.text))) : null);
  }

  // choice leads to the first time, and to the error that this one came from.
  choice(r, opened) {
    const cause = r.because && this.rows.find((other) => other.id === r.because);
    if (!opened.earliest && !cause) return null;
    return el("div", { class: "actions" },
      opened.earliest ? el("button", { type: "button", onclick: () => this.read(r, !opened.first) }, opened.first ? "The latest time" : "The first time") : null,
      cause ? el("button", { type: "button", onclick: () => this.lead(cause) }, `Crash ${cause.id}, the cause`) : null);
  }

  toggle(r) {
    if (this.opened.delete(r.id)) this.draw();
    else this.read(r, false);
  }

  async lead(cause) {
    await this.read(cause, false);
    const head = $("crash-" + cause.id)?.firstElementChild;
    head?.focus();
    head?.scrollIntoView({ block: "nearest" });
  }

  async read(r, first) {
    this.opened.set(r.id, { text: "", ...this.opened.get(r.id), times: r.times });
    const answer = await this.post("crash", { id: r.id, first });
    const said = answer && answer.ok ? await answer.json() : { failed: true, text: answer ? (await answer.text()).trim() : "the node does not answer" };
    if (this.opened.has(r.id)) this.opened.set(r.id, { ...said, first, times: r.times });
    this.draw();
  }
}
