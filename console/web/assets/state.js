// The state of a service as a tree: each level is asked for when it is opened, paths
// are copied by a click, and values are set in place.

import { el, count } from "./format.js";
import { painted } from "./console.js";

const step = 100; // entries that a level shows at first, and more at a time
const colors = { string: "green", number: "cyan", boolean: "yellow", nil: "yellow", function: "magenta" };

// copy puts a text onto the clipboard; false: the browser does not let us.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // without TLS there is only the old way
    const area = el("textarea", { class: "unseen" });
    const focused = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus({ preventScroll: true });
    return done;
  }
}

export class State {
  // post sends to the page's session, changed is called when the tree is opened or closed.
  constructor(post, changed) {
    this.post = post;
    this.tree = el("ul", { role: "tree", "aria-label": "State" });
    this.note = el("p", { class: "state-note", role: "status" });
    this.element = el("details", { class: "state" }, el("summary", {}, "State"),
      el("div", { class: "state-bar" }, this.note, el("button", { type: "button", class: "again", onclick: () => this.again("") }, "Look again")), this.tree);
    this.element.addEventListener("toggle", () => {
      if (this.element.open && !this.loaded) this.again("");
      changed();
    });
    this.tree.addEventListener("keydown", (e) => this.key(e));
    this.open(0);
  }

  // open forgets what was shown, and is ready for a service.
  open(service) {
    this.service = service;
    this.version = 0;
    this.loaded = false;
    this.root = { path: "", most: step, open: true, list: this.tree, children: [] };
    this.tree.replaceChildren();
    this.say("");
    if (service && this.element.open) this.again("");
  }

  // renew reads it again by a new session, which may be of another node.
  renew() {
    this.version = 0;
    if (this.service && this.element.open) this.again("");
  }

  get wanted() { return this.element.open; }

  say(text, failed) {
    this.note.className = "state-note" + (failed ? " failed" : "");
    this.note.replaceChildren(...painted(text.trimEnd()));
  }

  // runs takes the version of the code that the service runs: another one may have other names.
  runs(version) {
    if (this.version && version && version !== this.version && this.loaded) this.again(`The code was changed: this is what version ${version} has.`);
    if (version) this.version = version;
  }

  // again reads all levels that are open.
  async again(note) {
    this.loaded = true;
    this.say(note);
    await this.load(this.root);
  }

  // load reads a level, and those below it that are open.
  async load(node) {
    const service = this.service;
    const answer = await this.post("state", { service, path: node.path, most: node.most });
    if (service !== this.service) return;
    if (!answer || !answer.ok) {
      this.say(answer ? (await answer.text()).trim() : "the node does not answer", true);
      return;
    }
    const level = await answer.json();
    if (service !== this.service || node.list.querySelector("form")) return; // nothing moves away under who types
    const focused = node.list.contains(document.activeElement) ? { ...document.activeElement.dataset } : null;
    const before = new Map(node.children.map((c) => [c.path, c]));
    node.children = [];
    node.list.replaceChildren(...level.rows.map((row) => this.item(node, row, before.get(row.path))));
    if (level.total > level.rows.length) node.list.append(this.more(node, level));
    if (level.total === 0) node.list.append(el("li", { class: "quiet" }, node === this.root ? "It has no state of its own." : level.table ? "empty" : "no table any more"));
    for (const child of node.children) if (child.open) await this.load(child);
    if (focused?.part) this.find(focused.path, focused.part)?.focus({ preventScroll: true });
  }

  find(path, part) {
    return [...this.tree.querySelectorAll(`[data-part="${part}"]`)].find((e) => e.dataset.path === path);
  }

  // item makes the row of an entry; before is what was known of it.
  item(parent, row, before) {
    const list = el("ul", { role: "group" });
    const child = { path: row.path, most: before?.most || step, open: !!before?.open && row.opens, list, children: before?.children || [], parent };
    const item = el("li", { role: "treeitem", "aria-expanded": row.opens ? String(child.open) : null });
    const value = el("span", { class: "value" });
    child.toggle = () => {
      child.open = !child.open;
      item.setAttribute("aria-expanded", child.open);
      list.hidden = !child.open;
      if (child.open) this.load(child);
    };
    child.opens = row.opens;
    list.hidden = !child.open;
    parent.children.push(child);
    item.append(el("div", { class: "entry" },
      row.opens ? el("button", { type: "button", class: "toggle", tabindex: "-1", "aria-label": "Open " + row.name, onclick: child.toggle }) : el("span", { class: "toggle" }),
      row.path ? el("button", { type: "button", class: "key", "data-part": "key", "data-path": row.path, title: "copy " + row.path, onclick: () => this.copied(row.path) }, row.name) : el("span", { class: "key" }, row.name),
      value), list);
    item.querySelector(".key").node = child;
    this.fill(value, child, row);
    return item;
  }

  // fill shows a value; who may set it presses it. An observer's page has no such button.
  fill(value, child, row) {
    const color = colors[row.kind] || "";
    const set = row.path && document.body.dataset.role !== "observer";
    value.replaceChildren(set
      ? el("button", { type: "button", class: color, "data-part": "value", "data-path": row.path, title: "set " + row.path, onclick: () => this.edit(value, child, row) }, row.text)
      : el("span", { class: color }, row.text));
  }

  async copied(path) {
    this.say(await copy(path) ? path + " is copied" : "The browser lets nothing be copied: " + path);
  }

  // edit puts a field in the place of a value.
  edit(value, child, row) {
    const field = el("input", { type: "text", "aria-label": "The new value of " + row.path, spellcheck: "false", autocapitalize: "off", placeholder: "an expression in Lua" });
    const failed = el("p", { class: "failed", role: "alert" });
    const back = () => {
      this.fill(value, child, row);
      value.firstElementChild.focus({ preventScroll: true });
    };
    const form = el("form", { class: "set", autocomplete: "off" }, field, el("button", {}, "Set"), el("button", { type: "button", onclick: back }, "Cancel"), failed);
    field.value = row.value;
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      const answer = await this.post("set", { service: this.service, path: row.path, value: field.value });
      const said = answer && answer.ok ? await answer.json() : { failed: true, text: answer ? (await answer.text()).trim() : "the node does not answer" };
      if (said.failed) {
        failed.replaceChildren(...painted(said.text.trimEnd()));
        return;
      }
      back();
      this.say(said.text);
      this.load(child.parent);
    });
    form.addEventListener("keydown", (e) => {
      e.stopPropagation(); // these keys are the field's, not the tree's and the panel's
      if (e.key === "Escape") back();
    });
    value.replaceChildren(form);
    field.select();
  }

  more(node, level) {
    const left = level.total - level.rows.length;
    if (level.rows.length >= level.most) return el("li", { class: "quiet" }, `${count(left)} more; dump PATH in the console goes to one of them`);
    return el("li", {}, el("button", { type: "button", class: "more", "data-part": "more", "data-path": node.path, onclick: () => {
      node.most = Math.min(level.most, node.most + Math.max(step, node.most));
      this.load(node);
    } }, `${count(left)} more`));
  }

  // key leads through the tree: up and down, right opens, left closes or goes to the table.
  key(e) {
    const keys = [...this.tree.querySelectorAll("button.key")].filter((k) => k.offsetParent);
    const at = keys.indexOf(document.activeElement);
    const node = document.activeElement.node;
    if (at < 0 || !["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].includes(e.key)) return;
    e.preventDefault();
    if (e.key === "ArrowUp") keys[at - 1]?.focus();
    else if (e.key === "ArrowDown") keys[at + 1]?.focus();
    else if (e.key === "ArrowRight" && node.opens && !node.open) node.toggle();
    else if (e.key === "ArrowRight") keys[at + 1]?.focus();
    else if (node.open) node.toggle();
    else this.find(node.parent.path, "key")?.focus();
  }
}
