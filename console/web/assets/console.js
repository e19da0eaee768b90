// The console: what the session writes, colours as spans, and the input line.

import { $, el, setText } from "./format.js";

const most = 4000; // pieces of output kept
const mostReply = 2000; // characters of a reply
const mostText = 400_000; // characters of output kept
const colors = { 1: "bold", 2: "faint", 31: "red", 32: "green", 33: "yellow", 34: "blue", 35: "magenta", 36: "cyan" };

// pieces splits text at escape sequences: "\x1b[31m" begins a style, others are
// dropped. styles is the set in force, which changes.
export function pieces(text, styles) {
  const found = [];
  let from = 0;
  // CSI sequences, operating system commands, and two-byte escapes.
  for (const m of text.matchAll(/\x1b(?:\[([0-9;:?]*)([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)/g)) {
    if (m.index > from) found.push([text.slice(from, m.index), [...styles].join(" ")]);
    from = m.index + m[0].length;
    if (m[2] !== "m") continue;
    for (const code of (m[1] || "0").split(";")) {
      const n = Number(code);
      if (n === 0) styles.clear();
      else if (n === 22) { styles.delete("bold"); styles.delete("faint"); }
      else if (n === 39) Object.values(colors).slice(2).forEach((c) => styles.delete(c));
      else if (colors[n]) styles.add(colors[n]);
    }
  }
  if (from < text.length) found.push([text.slice(from), [...styles].join(" ")]);
  return found;
}

// painted gives a text's pieces as elements.
export function painted(text) {
  return pieces(text, new Set()).map(([part, style]) => el("span", { class: style || null }, part));
}

export class Console {
  constructor(post, address) {
    this.post = post;
    this.address = address; // of what the session shows beside text
    this.output = $("output");
    this.kept = 0; // characters in it, without the frame's
    this.frame = null;
    this.line = $("line");
    this.styles = new Set();
    this.heard = ""; // since reply was called
    this.replied = null;
    this.history = JSON.parse(sessionStorage.getItem("history") || "[]");
    this.at = this.history.length;
    this.draft = "";
    $("entry").addEventListener("submit", (e) => { e.preventDefault(); this.enter(); });
    this.line.addEventListener("keydown", (e) => this.key(e));
    this.line.addEventListener("input", () => this.hint([]));
    $("cancel").addEventListener("click", () => this.interrupt());
    this.output.addEventListener("click", () => { if (getSelection().isCollapsed && matchMedia("(hover: hover)").matches) this.line.focus(); });
  }

  // reply gives what is written until the session waits for a line again.
  reply() {
    this.heard = "";
    return new Promise((done) => { this.replied = done; });
  }

  write(text) {
    if (this.replied) this.heard += text.replace(/\x1b_\w+\x1b\\/g, "");
    const end = this.output.scrollHeight - this.output.scrollTop - this.output.clientHeight < 40;
    let inFrame = false;
    let isPicture = false;
    for (const part of text.split(/(\x1b_(?:frame|end|stay|picture|seen)\x1b\\)/)) {
      if (part === "\x1b_picture\x1b\\") isPicture = true;
      else if (part === "\x1b_seen\x1b\\") isPicture = false;
      else if (isPicture) this.picture(part);
      else if (part === "\x1b_frame\x1b\\") inFrame = true;
      else if (part === "\x1b_end\x1b\\") inFrame = false;
      else if (part === "\x1b_stay\x1b\\") this.leave();
      else if (inFrame) this.show(part);
      else this.print(part);
    }
    this.shorten();
    if (end) this.output.scrollTop = this.output.scrollHeight;
  }

  // picture shows a picture of the session, which opens by itself when it is clicked.
  picture(number) {
    const href = this.address(`picture/${Number(number)}`);
    const image = el("img", { src: href, alt: "what the command has drawn", class: "picture" });
    this.output.insertBefore(el("a", { href, target: "_blank", rel: "noopener", title: "open the picture by itself, with numbers under the mouse" }, image), this.frame);
    image.addEventListener("load", () => { this.output.scrollTop = this.output.scrollHeight; });
  }

  // print adds output, above the frame if there is one.
  print(text) {
    for (const [part, style] of pieces(text, this.styles)) {
      const piece = style ? el("span", { class: style }, part) : document.createTextNode(part);
      this.output.insertBefore(piece, this.frame);
      this.kept += part.length;
    }
  }

  // show shows a text in the frame, which stays below all other output until it is left.
  show(text) {
    this.frame ||= this.output.appendChild(el("span", {}));
    this.frame.replaceChildren(...painted(text));
  }

  // renew says that what follows is another session's.
  renew() {
    this.leave();
    this.styles.clear();
    this.write("\x1b[2m— a new session —\x1b[0m\n");
  }

  leave() {
    this.kept += this.frame ? this.frame.textContent.length : 0;
    this.frame = null;
  }

  // shorten takes away what was written first, where it is too much.
  shorten() {
    const nodes = this.output.childNodes;
    while (nodes.length > most || this.kept > mostText) {
      const text = nodes[0].textContent;
      const cut = nodes.length > most ? text.length : Math.min(text.length, this.kept - mostText);
      if (cut < text.length) nodes[0].textContent = text.slice(cut);
      else nodes[0].remove();
      this.kept -= cut;
    }
  }

  state({ prompt, busy }) {
    if (!busy && this.heard) {
      this.replied?.(painted(this.heard.slice(0, mostReply)).map((piece) => piece.textContent).join("").trimEnd());
      this.replied = null;
    }
    setText($("prompt"), prompt.trimEnd());
    $("cancel").hidden = !busy;
    document.body.toggleAttribute("data-busy", busy);
  }

  columns() {
    const probe = el("span", {}, "0".repeat(50));
    this.output.append(probe);
    const one = probe.getBoundingClientRect().width / 50;
    probe.remove();
    return one > 0 ? Math.max(20, Math.floor((this.output.clientWidth - 26) / one)) : 0;
  }

  enter() {
    const line = this.line.value;
    this.line.value = "";
    this.hint([]);
    if (line.trim() && line !== this.history[this.history.length - 1]) {
      this.history.push(line);
      this.history = this.history.slice(-300);
      sessionStorage.setItem("history", JSON.stringify(this.history));
    }
    this.at = this.history.length;
    this.run(line);
  }

  async run(line) {
    this.output.scrollTop = this.output.scrollHeight;
    const answer = await this.post("line", { line });
    if (!answer?.ok) this.write(`\x1b[31m${answer ? (await answer.text()).trim() : "the node does not answer: nothing was run"}\x1b[0m\n`);
  }

  interrupt() {
    this.line.value = "";
    this.post("interrupt", {});
  }

  key(e) {
    if (e.key === "ArrowUp" || e.key === "ArrowDown") {
      e.preventDefault();
      this.walk(e.key === "ArrowUp" ? -1 : 1);
    } else if (e.key === "Tab" && !e.shiftKey && this.line.value.trim()) { // an empty line leaves Tab to the focus
      e.preventDefault();
      this.complete();
    } else if (e.key === "c" && e.ctrlKey && this.line.selectionStart === this.line.selectionEnd && getSelection().isCollapsed) {
      e.preventDefault();
      this.interrupt();
    } else if (e.key === "l" && e.ctrlKey) {
      e.preventDefault();
      this.output.replaceChildren();
      this.kept = 0;
      this.frame = null;
    } else if (e.key === "Escape") {
      this.hint([]);
    }
  }

  walk(step) {
    const to = this.at + step;
    if (to < 0 || to > this.history.length) return;
    if (this.at === this.history.length) this.draft = this.line.value;
    this.at = to;
    this.line.value = to === this.history.length ? this.draft : this.history[to];
    this.line.setSelectionRange(this.line.value.length, this.line.value.length);
  }

  async complete() {
    const before = this.line.value.slice(0, this.line.selectionStart);
    const answer = await this.post("complete", { line: before });
    if (!answer || !answer.ok || this.line.value.slice(0, this.line.selectionStart) !== before) return;
    const { candidates, from, hint } = await answer.json();
    const head = new TextDecoder().decode(new TextEncoder().encode(before).slice(0, from));
    if (candidates.length === 0) return this.hint([], head, hint);
    let common = candidates[0];
    for (const c of candidates) while (!c.startsWith(common)) common = common.slice(0, -1);
    if (candidates.length === 1) {
      if (!/[(.:/]$/.test(common)) common += " ";
      this.insert(head, before, common);
      this.hint([], head, hint);
      return;
    }
    if (head.length + common.length > before.length) this.insert(head, before, common);
    this.hint(candidates, head, hint);
  }

  insert(head, before, word) {
    const rest = this.line.value.slice(before.length);
    this.line.value = head + word + rest;
    this.line.setSelectionRange(head.length + word.length, head.length + word.length);
  }

  hint(candidates, head, text) {
    const end = this.output.scrollHeight - this.output.scrollTop - this.output.clientHeight < 40;
    $("hints").hidden = candidates.length === 0 && !text;
    $("hints").replaceChildren(...(text ? [el("p", {}, text)] : []), ...candidates.map((c) => el("button", {
      type: "button", onclick: () => {
        this.insert(head, this.line.value.slice(0, this.line.selectionStart), c);
        this.hint([]);
        this.line.focus();
      },
    }, c)));
    if (end) this.output.scrollTop = this.output.scrollHeight; // the hints took some of its room
  }
}
