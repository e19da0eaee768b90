// The service that is looked at: its numbers, tasks, timers and log lines.

import { $, el, setText, count, rate, size, percent, duration } from "./format.js";
import { Tile } from "./chart.js";
import { timerActions } from "./timers.js";
import { logLine } from "./logs.js";
import { State } from "./state.js";
import { Messages } from "./messages.js";
import { keeping } from "./waits.js";

export class Detail {
  // run runs a console command, post sends to the page's session, close is called when the
  // panel is closed, changed when another part of it is opened.
  constructor(run, post, close, changed) {
    this.run = run;
    this.state = new State(post, changed);
    this.messages = new Messages(changed);
    this.panel = $("detail");
    this.title = el("h2");
    this.fields = {};
    const list = el("dl");
    for (const [name, wide] of [["status"], ["age"], ["mailbox"], ["memory"], ["CPU time"], ["messages"], ["names", 1], ["file", 1], ["arguments", 1]]) {
      this.fields[name] = el("dd", { class: wide ? "wide" : null });
      list.append(el("dt", {}, name), this.fields[name]);
    }
    this.rate = new Tile("Messages/s", rate, 120);
    this.load = new Tile("CPU", percent, 120);
    this.tasks = el("div");
    this.timers = el("tbody");
    this.logs = el("div", { class: "lines" });
    this.actions = el("div", { class: "actions" });
    this.body = el("div", {}, list, this.actions, el("p", { class: "looks quiet" }, "An observer looks: to reload, kill, end tasks, fire timers or set values takes an operator."),
      this.state.element, this.messages.element,
      el("h3", {}, "Last minutes"), el("div", { class: "charts" }, this.rate.element, this.load.element),
      el("h3", {}, "Tasks"), this.tasks, el("h3", {}, "Timers"), el("table", {}, this.timers), el("h3", {}, "Log"), this.logs);
    this.panel.append(el("button", { type: "button", class: "close", title: "Close (Esc)", "aria-label": "Close", onclick: close }, "×"), this.title, this.body);
    this.id = 0;
  }

  open(row) {
    this.id = row.id;
    this.address = row.address;
    this.rate.reset([]);
    this.load.reset([]);
    this.state.open(row.id);
    setText(this.title, `${row.name} ${row.address}`.trim());
    this.actions.replaceChildren(
      this.action("Reload", "reload", `Load the files of ${row.name} anew? Its state stays.`),
      this.action("Collect garbage", "gc"),
      this.action("Kill", "kill", `Kill ${row.name} ${row.address}?`, "danger"));
    this.panel.hidden = false;
    document.body.classList.add("with-detail");
    this.panel.querySelector(".close").focus({ preventScroll: true });
  }

  // view is what of the service is wanted beside what is always shown.
  view() { return { service: this.id, state: this.state.wanted, messages: this.messages.wanted }; }

  // parts are those that are opened, want opens them.
  parts() { return [this.state.wanted && "state", this.messages.wanted && "messages"].filter((p) => p); }

  want(parts) {
    this.state.element.open = parts.includes("state");
    this.messages.element.open = parts.includes("messages");
  }

  close() {
    this.id = 0;
    setText(this.title, "");
    this.state.open(0);
    this.panel.hidden = true;
    document.body.classList.remove("with-detail");
  }

  action(title, command, question, className) {
    const address = this.address;
    return el("button", { type: "button", class: className, "data-command": command, onclick: () => this.run(`${command} ${address}`, question) }, title);
  }

  // show takes the service's details; fresh: the counters are newer than before.
  show(d, fresh) {
    if (d.id !== this.id) return;
    this.body.hidden = d.gone;
    setText(this.title, d.name + " " + d.address + (d.gone ? " has ended" : ""));
    if (d.gone) return;
    const f = this.fields;
    setText(f.status, d.status);
    setText(f.age, duration(d.age));
    setText(f.mailbox, count(d.queue));
    setText(f.memory, size(d.memory));
    setText(f["CPU time"], duration(d.cpu));
    setText(f.messages, count(d.messages));
    setText(f.names, (d.names || []).join(", ") + (d.more_names ? ` … ${d.more_names} more` : "") || "none");
    setText(f.file, d.path || "none");
    setText(f["arguments"], (d.args || []).map((a) => JSON.stringify(a)).join(" ") || "none");
    if (fresh || this.rate.values.length === 0) {
      this.rate.add(d.rate);
      this.load.add(d.load);
    }
    this.state.runs(d.version);
    this.messages.show(d.message_list, d.messages_note);
    this.showTasks(d);
    keeping(this.timers, () => this.timers.replaceChildren(...d.timers.rows.slice(0, 20).map((t) => el("tr", {},
      el("td", { class: "n" }, duration(t.left)), el("td", {}, t.set_at || t.kind), timerActions(t, this.run)))));
    this.timers.parentElement.previousElementSibling.textContent = d.timers.total ? `Timers (${count(d.timers.total)})` : "No timers";
    keeping(this.logs, () => this.logs.replaceChildren(...(d.logs || []).slice(-30).map((l) => logLine(l, null))));
    this.logs.previousElementSibling.textContent = d.logs ? "Log" : "Nothing logged";
  }

  showTasks(d) {
    const list = d.task_list || [];
    this.tasks.previousElementSibling.textContent = d.trouble || (list.length ? `Tasks (${count(d.tasks)})` : "No tasks");
    keeping(this.tasks, () => this.tasks.replaceChildren(...list.map((t) => this.task(d, t))));
  }

  task(d, t) {
    const what = t.handling ? `${t.kind}: ${t.handling}` : t.kind;
    const state = t.running ? "running" : t.waits ? `waits: ${t.waits}, ${duration(t.for)}` : "ready";
    const made = t.site ? `${t.kind === "timeout" ? "set" : "made"} at ${t.site} · ` : "";
    return el("div", { class: "task" },
      el("header", {}, el("span", {}, `${t.id} · ${what}${t.from ? " from " + t.from : ""}`),
        el("button", { type: "button", "data-command": "killtask", "aria-label": "End task " + t.id, onclick: () => this.run(`killtask ${d.address} ${t.id}`, `End task ${t.id} of ${d.name}?`) }, "End")),
      el("div", { class: "quiet" }, made + state),
      t.traceback ? el("pre", {}, t.traceback.replace(/^stack traceback:\n/, "").replace(/^\t/gm, "")) : null);
  }
}
