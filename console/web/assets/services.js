// The list of services. Only the rows in sight exist, and only they are sent:
// scrolling tells the node which part of the list is wanted.

import { $, el, setText, count, rate, size, percent, duration } from "./format.js";

const columns = [
  { key: "name", title: "Service", wide: true },
  { key: "status", title: "Status" },
  { key: "queue", title: "Mailbox", down: true, n: true, text: (r) => count(r.queue) },
  { key: "memory", title: "Memory", down: true, n: true, text: (r) => size(r.memory) },
  { key: "load", title: "CPU", down: true, n: true, text: (r) => percent(r.load) },
  { key: "rate", title: "Messages/s", down: true, n: true, text: (r) => rate(r.rate) },
  { key: "tasks", title: "Tasks", down: true, n: true, text: (r) => count(r.tasks) },
  { key: "wait", title: "Wait", down: true, n: true, text: (r) => (r.wait > 0 ? duration(r.wait) : "–") },
];
const orders = [{ key: "address", title: "Address" }, ...columns];
const margin = 8; // rows kept above and below those in sight

export class Services {
  // change is called when another part is wanted, choose with a row.
  constructor(change, choose) {
    this.change = change;
    this.choose = choose;
    this.sort = "address";
    this.down = false;
    this.chosen = 0;
    this.onward = 0; // where the focus goes when there is a row: 1 or -1
    this.data = { total: 0, offset: 0, rows: [] };
    this.rows = [];
    this.list = $("list");
    this.heads();
    this.list.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.scrolled()).observe(this.list);
    let waiting = 0;
    $("filter").addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        this.list.scrollTop = 0;
        this.change();
      }, 120);
    });
    this.list.addEventListener("keydown", (e) => this.key(e));
    $("filter").addEventListener("keydown", (e) => this.filterKey(e));
  }

  heads() {
    for (const c of columns) {
      const cell = el("span", { role: "columnheader", class: c.n ? "n" : null, "aria-sort": "none" },
        el("button", { type: "button", onclick: () => this.order(c.key, this.sort === c.key ? !this.down : !!c.down) }, c.title));
      c.cell = cell;
      $("head").append(cell);
    }
    for (const c of orders) $("order").append(el("option", { value: c.key }, "by " + c.title.toLowerCase()));
    $("order").addEventListener("change", (e) => this.order(e.target.value, !!orders.find((c) => c.key === e.target.value).down));
  }

  order(key, down) {
    this.mark(key, down);
    this.change();
  }

  mark(key, down) {
    this.sort = key;
    this.down = down;
    $("order").value = key;
    for (const c of columns) {
      c.cell.setAttribute("aria-sort", c.key !== key ? "none" : down ? "descending" : "ascending");
    }
  }

  // wanted is which services are listed, and how; want takes it, and what is not there is the usual.
  wanted() { return { filter: $("filter").value, sort: this.sort, down: this.down }; }

  want({ filter, sort, down }) {
    $("filter").value = filter;
    this.mark(orders.some((c) => c.key === sort) ? sort : "address", down);
  }

  height() {
    return parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row")) || 40;
  }

  // view is the part of the list that is wanted.
  view() {
    const first = Math.floor(this.list.scrollTop / this.height()) - margin;
    const fit = Math.ceil(this.list.clientHeight / this.height());
    return { ...this.wanted(), offset: Math.max(0, first), limit: fit + 2 * margin };
  }

  scrolled() {
    const wanted = this.view();
    const have = this.data;
    const end = Math.min(have.total, wanted.offset + wanted.limit);
    if (wanted.offset + margin / 2 < have.offset || end - margin / 2 > have.offset + have.rows.length || have.rows.length === 0) this.change();
    this.place();
  }

  show(data) {
    this.data = data;
    $("space").style.height = data.total * this.height() + "px";
    setText($("count"), data.total === 1 ? "1 service" : count(data.total) + " services");
    $("no-services").hidden = data.total > 0;
    const filter = $("filter").value.trim();
    setText($("no-services"), filter ? `No service matches “${filter}”.` : "No service runs. launch NAME in the console starts one.");
    this.place();
  }

  place() {
    const { rows, offset, total } = this.data;
    const focused = this.keep(rows);
    const h = this.height();
    rows.forEach((r, i) => this.fill(this.rows[i], r, offset + i, h));
    this.list.parentElement.setAttribute("aria-rowcount", total);
    if (focused >= 0 && this.onward && this.rows[focused + this.onward]) this.step(focused, this.onward);
  }

  // keep makes this.rows those of some services, in their order. A service keeps
  // its element, and with it the focus.
  keep(services) {
    const focused = this.rows.find((r) => r.element === document.activeElement);
    const old = new Map(this.rows.map((r) => [r.data.id, r]));
    this.rows = services.map((s) => {
      const row = old.get(s.id);
      old.delete(s.id);
      return row || this.make();
    });
    for (const gone of old.values()) gone.element.remove();
    let at = $("space").nextElementSibling;
    for (const { element } of this.rows) {
      if (element === at) at = at.nextElementSibling;
      else this.list.insertBefore(element, at);
    }
    if (focused) (this.rows.includes(focused) ? focused.element : this.list).focus({ preventScroll: true });
    return this.rows.indexOf(focused);
  }

  make() {
    const row = { title: el("b"), address: el("i"), status: el("span", { class: "status", role: "cell" }), cells: [] };
    row.element = el("div", { class: "row", role: "row", tabindex: "0" },
      el("span", { class: "name", role: "cell" }, row.title, row.address), row.status);
    for (const c of columns.slice(2)) {
      const cell = el("span", { role: "cell", class: "n" + (c.key === "load" ? " load" : "") });
      row.cells.push(cell);
      row.element.append(cell);
    }
    row.element.addEventListener("click", () => this.choose(row.data));
    return row;
  }

  fill(row, r, index, h) {
    row.data = r;
    row.element.style.transform = `translateY(${index * h}px)`;
    row.element.setAttribute("aria-rowindex", index + 1);
    row.element.setAttribute("aria-selected", r.id === this.chosen);
    setText(row.title, r.name);
    row.title.title = r.name === r.file ? r.name : `${r.name} (${r.file})`;
    setText(row.address, r.address);
    setText(row.status, r.status);
    row.status.dataset.status = r.status;
    columns.slice(2).forEach((c, i) => setText(row.cells[i], c.text(r)));
    row.cells[2].style.setProperty("--part", Math.min(1, r.load).toFixed(3));
  }

  key(e) {
    const at = this.rows.findIndex((r) => r.element === document.activeElement);
    if (e.key === "Enter" || e.key === " ") {
      if (at < 0) return;
      e.preventDefault();
      this.choose(this.rows[at].data);
    } else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (at < 0) this.focus(this.inSight());
      else if (e.key === "ArrowUp" && this.data.offset + at === 0) $("filter").focus();
      else this.step(at, e.key === "ArrowDown" ? 1 : -1);
    }
  }

  // step moves the focus on; where the next row is still to come it follows then.
  step(at, by) {
    const next = this.rows[at + by];
    this.onward = next ? 0 : by;
    this.focus(next);
  }

  // filterKey leads from the filter to the list that it leaves.
  filterKey(e) {
    if (e.key === "ArrowDown") {
      e.preventDefault();
      this.focus(this.inSight());
    } else if (e.key === "Enter" && this.rows.length > 0) {
      e.preventDefault();
      this.choose(this.inSight().data);
    } else if (e.key === "Escape" && !$("filter").value) {
      $("filter").blur();
    }
  }

  // inSight gives the first row that is seen whole.
  inSight() {
    const top = this.list.getBoundingClientRect().top;
    return this.rows.find((r) => r.element.getBoundingClientRect().top >= top - 1);
  }

  focus(row) {
    if (!row) return;
    row.element.focus({ preventScroll: true });
    row.element.scrollIntoView({ block: "nearest" });
  }
}
