// The node's log, as it is written.

import { $, el, setText } from "./format.js";
import { follows } from "./route.js";

const most = 2000; // lines kept

export function logLine(row, choose) {
  const name = choose
    ? el("a", { href: "#/logs/service/" + row.service.slice(1), title: row.service, onclick: (e) => { if (follows(e)) { e.preventDefault(); choose(row); } } }, row.name)
    : null;
  return el("div", { class: "log" }, el("time", {}, row.time), name, el("span", {}, row.text));
}

export class Logs {
  constructor(choose) {
    this.choose = choose;
    this.box = $("log-rows");
    this.lines = [];
    this.box.hidden = true;
    $("log-filter").addEventListener("input", () => this.filter());
    this.box.addEventListener("scroll", () => {
      const end = this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 30;
      if (!end) $("follow").checked = false;
    }, { passive: true });
    $("follow").addEventListener("change", () => this.end());
  }

  add(data) {
    if (data.skipped) this.append({ time: "", service: "", name: "", text: `… ${data.skipped} lines were left out …` });
    for (const row of data.rows || []) this.append(row);
    while (this.lines.length > most) this.lines.shift().element.remove();
    this.empty();
    this.end();
  }

  clear() {
    this.lines = [];
    this.box.replaceChildren();
  }

  // empty says why no line is there to see.
  empty() {
    $("no-logs").hidden = this.lines.some((line) => !line.element.hidden);
    this.box.hidden = !$("no-logs").hidden;
    setText($("no-logs"), this.lines.length > 0 ? `No line matches “${$("log-filter").value.trim()}”.` : "Nothing has been logged yet.");
  }

  append(row) {
    const line = { row, element: logLine(row, this.choose) };
    line.element.hidden = !this.matches(row);
    this.lines.push(line);
    this.box.append(line.element);
  }

  matches(row) {
    const text = $("log-filter").value.trim().toLowerCase();
    return !text || `${row.service} ${row.name} ${row.text}`.toLowerCase().includes(text);
  }

  filter() {
    for (const line of this.lines) line.element.hidden = !this.matches(line.row);
    this.empty();
    this.end();
  }

  end() {
    if ($("follow").checked) this.box.scrollTop = this.box.scrollHeight;
  }
}
