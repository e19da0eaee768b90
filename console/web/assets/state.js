// The state of a service as a tree: each level is asked for when it is opened and read again
// while it is seen, paths are copied by a click, and values are set in place.

import { el, setText, count, duration } from "./format.js";
import { painted } from "./console.js";

const steps = [100, 1000]; // entries that a level shows more at a time; at first the fewest
const every = 3000; // milliseconds between two readings; more while they fail
const old = 2.5 * every; // milliseconds after which it is said how old the state is
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
    this.age = el("span", { class: "state-age quiet" });
    this.element = el("details", { class: "state" }, el("summary", {}, "State"),
      el("div", { class: "state-bar" }, this.note, this.age, el("button", { type: "button", class: "again", onclick: () => this.again("") }, "Look again")), this.tree);
    this.element.addEventListener("toggle", () => {
      if (this.element.open && !this.loaded) this.again("");
      changed();
    });
    this.tree.addEventListener("keydown", (e) => this.key(e));
    this.open(0);
    this.watch();
  }

  // open forgets what was shown, and is ready for a service.
  open(service) {
    this.service = service;
    this.version = 0;
    this.loaded = false;
    this.read = 0; // when all was read last; 0: not yet
    this.failures = 0; // since then
    this.root = { path: "", most: steps[0], open: true, list: this.tree, children: new Map() };
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
    await this.all();
  }

  // all reads the levels that are open, and notes when.
  async all() {
    const service = this.service;
    const done = await this.load(this.root);
    if (service !== this.service) return;
    if (done) this.read = Date.now();
    this.failures = done ? 0 : this.failures + 1;
    this.tellAge();
  }

  // watch reads again what is seen.
  async watch() {
    let due = 0;
    for (;;) {
      await new Promise((wake) => setTimeout(wake, every / 3));
      if (document.hidden || !this.loaded || !this.element.open || !this.element.offsetParent) continue;
      this.tellAge();
      if (Date.now() < due || Date.now() < this.read + every) continue;
      await this.all();
      due = Date.now() + every * Math.min(this.failures + 1, 5);
    }
  }

  tellAge() {
    const age = Date.now() - this.read;
    setText(this.age, !this.read ? "" : age < old ? `read every ${every / 1000} s` : `as it was ${duration(Math.round(age / 1000))} ago`);
    this.tree.classList.toggle("old", !!this.read && age >= old);
  }

  // load reads a level, and those below it that are open; false: that failed. now is the path
  // of an entry that was just set.
  async load(node, now) {
    const service = this.service;
    const answer = await this.post("state", { service, path: node.path, most: node.most });
    if (service !== this.service) return false;
    if (!answer || !answer.ok) {
      this.say(answer ? (await answer.text()).trim() : "the node does not answer", true);
      return false;
    }
    const level = await answer.json();
    if (service !== this.service) return false;
    if (this.note.classList.contains("failed")) this.say("");
    this.fill(node, level, now);
    for (const child of node.children.values()) if (child.open && !await this.load(child)) return false;
    return true;
  }

  find(path, part) {
    return [...this.tree.querySelectorAll(`[data-part="${part}"]`)].find((e) => e.dataset.path === path);
  }

  // fill makes a level's rows what was read. An entry keeps its elements, and with them the
  // focus; the field of one that is being set stays, also when the entry is gone.
  fill(node, level, now) {
    const known = node.children;
    node.children = new Map();
    let at = node.list.firstElementChild;
    for (const row of level.rows) {
      let key = row.path || "[" + row.name;
      while (node.children.has(key)) key += "+"; // keys that no path names may look alike
      const before = known.get(key);
      known.delete(key);
      const child = before || this.make(node, row);
      node.children.set(key, child);
      const changed = before && (row.text !== before.row.text || row.kind !== before.row.kind);
      if (!before || changed || row.value !== before.row.value) this.update(child, row);
      if (changed || (now && row.path === now)) this.flash(child);
      if (child.item === at) at = at.nextElementSibling;
      else node.list.insertBefore(child.item, at);
    }
    for (const [key, gone] of known) {
      if (gone.editing) node.children.set(key, gone);
      else gone.item.remove();
    }
    this.end(node, level);
  }

  // end is what stands below a level's entries.
  end(node, level) {
    const left = level.total - level.rows.length;
    const words = left > 0 ? `${count(left)} are left` : level.total > 0 ? "" : node === this.root ? "It has no state of its own." : level.table ? "empty" : "no table any more";
    if (node.end?.textContent === words && node.end.most === node.most) return;
    node.end?.remove();
    node.end = null;
    if (!words) return;
    node.end = el("li", { class: "end quiet" });
    node.end.most = node.most;
    const room = Math.min(left, level.most - level.rows.length);
    for (const n of room > 0 ? steps.filter((step, i) => i === 0 || step < 2 * room) : []) {
      node.end.append(el("button", { type: "button", class: "more", "data-part": "more", "data-path": node.path, onclick: () => {
        node.most = Math.min(level.most, node.most + n);
        this.load(node);
      } }, `${count(Math.min(n, room))} more`));
    }
    node.end.append(el("span", {}, words + (left > 0 && room <= 0 ? `; dump ${node.path}[KEY] in the console shows one of them` : "")));
    node.list.append(node.end);
  }

  // make makes the row of an entry.
  make(parent, row) {
    const child = { path: row.path, most: steps[0], open: false, list: el("ul", { role: "group", hidden: true }), children: new Map(), parent, row: {}, editing: false };
    child.item = el("li", { role: "treeitem" });
    child.value = el("span", { class: "value" });
    child.toggle = () => {
      child.open = !child.open;
      this.unfold(child);
      if (child.open) this.load(child);
    };
    child.lead = el("button", { type: "button", class: "toggle", tabindex: "-1", "aria-label": "Open " + row.name, onclick: child.toggle });
    const key = row.path
      ? el("button", { type: "button", class: "key", "data-part": "key", "data-path": row.path, title: "copy " + row.path, onclick: () => this.copied(row.path) }, row.name)
      : el("span", { class: "key" }, row.name);
    key.node = child;
    child.entry = el("div", { class: "entry" }, child.lead, key, child.value);
    child.item.append(child.entry, child.list);
    return child;
  }

  // update shows what an entry is now.
  update(child, row) {
    child.row = row;
    child.opens = row.opens;
    if (!row.opens) child.open = false;
    this.unfold(child);
    if (!child.editing) this.show(child);
  }

  unfold(child) {
    child.lead.classList.toggle("none", !child.opens);
    child.lead.disabled = !child.opens;
    child.list.hidden = !child.open;
    if (child.opens) child.item.setAttribute("aria-expanded", child.open);
    else child.item.removeAttribute("aria-expanded");
  }

  // show shows a value; who may set it presses it. A table with entries is opened by that, and
  // has a key of its own for being replaced. An observer's page has neither.
  show(child) {
    const { row } = child;
    const settable = row.path && document.body.dataset.role !== "observer";
    const press = settable && !row.opens;
    let shown = child.value.firstElementChild;
    if (!shown || shown.tagName !== (press ? "BUTTON" : "SPAN")) {
      shown = press
        ? el("button", { type: "button", "data-part": "value", "data-path": row.path, title: "set " + row.path, "aria-label": "", onclick: () => this.edit(child) })
        : el("span", { "data-part": "value", "data-path": row.path, onclick: () => child.row.opens && child.toggle() });
      child.value.replaceChildren(shown);
    }
    setText(shown, row.text);
    shown.className = [colors[row.kind] || "", row.opens ? "opens" : ""].join(" ").trim();
    if (press) shown.setAttribute("aria-label", `set ${row.path}, ${row.text}`);
    child.entry.querySelector(".replace")?.remove();
    if (settable && row.opens) {
      child.entry.append(el("button", { type: "button", class: "replace", "data-part": "replace", "data-path": row.path, title: "put another value in the place of the whole table " + row.path, onclick: () => this.edit(child) }, "replace…"));
    }
  }

  // flash marks an entry that has changed.
  flash(child) {
    child.entry.classList.remove("changed");
    child.entry.getBoundingClientRect(); // so that it begins anew
    child.entry.classList.add("changed");
  }

  async copied(path) {
    this.say(await copy(path) ? path + " is copied" : "The browser lets nothing be copied: " + path);
  }

  // edit puts a field in the place of a value, which holds what is there.
  edit(child) {
    const { row } = child;
    const field = el("input", { type: "text", "aria-label": "The new value of " + row.path, spellcheck: "false", autocapitalize: "off", placeholder: "an expression in Lua" });
    const failed = el("p", { class: "failed", role: "alert" });
    const back = () => {
      child.editing = false;
      this.show(child);
      (child.value.querySelector("button") || child.entry.querySelector(".replace"))?.focus({ preventScroll: true });
    };
    const form = el("form", { class: "set", autocomplete: "off" }, field, el("button", {}, row.opens ? "Replace the table" : "Set"), el("button", { type: "button", onclick: back }, "Cancel"), failed);
    let warned = "";
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      const word = field.value.trim();
      if (row.kind === "string" && /^[A-Za-z_]\w*$/.test(word) && word !== "nil" && word !== warned) {
        warned = word;
        failed.textContent = `${word} is a variable, which may be nil; a text has quotes: "${word}". Enter again sets it all the same.`;
        return;
      }
      const answer = await this.post("set", { service: this.service, path: row.path, value: field.value });
      const said = answer && answer.ok ? await answer.json() : { failed: true, text: answer ? (await answer.text()).trim() : "the node does not answer" };
      if (said.failed) {
        failed.replaceChildren(...painted(said.text.trimEnd()));
        return;
      }
      back();
      this.say(said.text);
      this.load(child.parent, row.path);
    });
    form.addEventListener("keydown", (e) => {
      e.stopPropagation(); // these keys are the field's, not the tree's and the panel's
      if (e.key === "Escape") back();
    });
    child.editing = true;
    child.entry.querySelector(".replace")?.remove();
    child.value.replaceChildren(form);
    field.value = row.value;
    field.focus();
    field.select();
    if (!row.value) this.whole(row.path, field);
  }

  // whole puts a value that is too long for its line into a field.
  async whole(path, field) {
    const answer = await this.post("state", { service: this.service, path, most: steps[0], whole: true });
    if (!answer || !answer.ok || field.value) return;
    field.value = (await answer.json()).value;
    if (document.activeElement === field) field.select();
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
