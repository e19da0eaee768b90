// How values are written, and how elements are made. Text from services only
// ever becomes text nodes.

export function el(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else if (value === true) e.setAttribute(name, "");
    else if (value !== false && value != null) e.setAttribute(name, value);
  }
  e.append(...children.filter((c) => c != null));
  return e;
}

// setText touches the page only when something has changed.
export function setText(e, text) {
  if (e.textContent !== text) e.textContent = text;
}

export const $ = (id) => document.getElementById(id);

export function count(n) {
  return Math.round(n).toLocaleString("en-US");
}

export function rate(n) {
  if (n >= 1000) return count(n);
  return n === 0 ? "0" : n.toFixed(n < 10 ? 1 : 0);
}

export function size(bytes) {
  if (bytes < 0) return "…";
  if (bytes < 1024) return bytes + " B";
  for (const unit of ["KB", "MB", "GB", "TB"]) {
    bytes /= 1024;
    if (bytes < 1023.95 || unit === "TB") return bytes.toFixed(bytes < 100 ? 1 : 0) + " " + unit;
  }
}

export function percent(part) {
  return (part * 100).toFixed(part < 0.0995 ? 1 : 0) + " %";
}

export function duration(seconds) {
  if (seconds < 0) seconds = 0;
  if (seconds < 1) return Math.round(seconds * 1000) + " ms";
  if (seconds < 60) return seconds.toFixed(1) + " s";
  const s = Math.floor(seconds), d = Math.floor(s / 86400), h = Math.floor(s / 3600) % 24, m = Math.floor(s / 60) % 60;
  if (d > 0) return `${d}d ${h}h`;
  if (h > 0) return `${h}h ${m}m`;
  return `${m}m ${s % 60}s`;
}
