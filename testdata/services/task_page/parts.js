// Elements, lists and how values are written. Text that comes from tasks only
// ever becomes text nodes.

export const $ = (id) => document.getElementById(id);

export function el(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else if (value != null) e.setAttribute(name, value);
  }
  e.append(...children.filter((c) => c != null));
  return e;
}

// text touches the page only when something has changed.
export function text(e, value) {
  if (e.textContent !== value) e.textContent = value;
}

// Rows keeps the children of an element in step with a list: one element for
// each item, by its key, so that focus and moving bars survive an update.
export class Rows {
  constructor(parent, key, make, fill) {
    Object.assign(this, { parent, key, make, fill, rows: new Map() });
  }

  show(items) {
    const old = this.rows;
    this.rows = new Map();
    let at = this.parent.firstElementChild;
    for (const item of items) {
      const key = this.key(item);
      const row = old.get(key) || this.make(item);
      old.delete(key);
      this.rows.set(key, row);
      if (row.element === at) at = at.nextElementSibling;
      else this.parent.insertBefore(row.element, at);
      this.fill(row, item);
    }
    for (const row of old.values()) row.element.remove();
  }
}

export const clock = (at) => new Date(at).toLocaleTimeString();

export const count = (n) => Math.round(n).toLocaleString("en-US");

export function plural(n, one) {
  return `${count(n)} ${one}${n === 1 ? "" : "s"}`;
}

export function seconds(s) {
  if (s == null) return "–";
  if (s < 0.0995) return Math.max(0, Math.round(s * 1000)) + " ms";
  if (s < 59.95) return s.toFixed(1) + " s";
  const m = Math.floor(s / 60);
  if (m < 60) return `${m} m ${Math.floor(s % 60)} s`;
  return m < 1440 ? `${Math.floor(m / 60)} h ${m % 60} m` : `${Math.floor(m / 1440)} d ${Math.floor(m / 60) % 24} h`;
}
