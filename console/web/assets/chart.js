// Small charts: one line with the area under it, as SVG.

import { el, setText } from "./format.js";

const space = "http://www.w3.org/2000/svg";
const width = 300, height = 40;

function shape(name, className) {
  const e = document.createElementNS(space, name);
  e.setAttribute("class", className);
  return e;
}

// Tile is a number with its past.
export class Tile {
  constructor(title, write, points) {
    this.write = write;
    this.points = points;
    this.values = [];
    this.value = el("p", {}, "–");
    this.svg = shape("svg", "chart");
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("preserveAspectRatio", "none");
    this.svg.setAttribute("aria-hidden", "true");
    this.area = shape("path", "chart-area");
    this.line = shape("path", "chart-line");
    this.svg.append(this.area, this.line);
    this.element = el("div", { class: "tile" }, el("h2", {}, title), this.value, this.svg);
  }

  reset(values) {
    this.values = values.slice(-this.points);
    this.draw();
  }

  add(value) {
    this.values.push(value);
    if (this.values.length > this.points) this.values.shift();
    this.draw();
  }

  draw() {
    const v = this.values;
    if (v.length === 0) return;
    setText(this.value, this.write(v[v.length - 1]));
    this.element.title = "at most " + this.write(Math.max(...v));
    const top = Math.max(...v, 1e-9) * 1.1;
    const span = Math.max(v.length, Math.min(60, this.points)); // a young chart need not wait to be filled
    const step = width / (span - 1), from = span - v.length;
    let d = "";
    for (let i = 0; i < v.length; i++) {
      d += (i === 0 ? "M" : "L") + ((from + i) * step).toFixed(1) + " " + (height - 1 - (v[i] / top) * (height - 3)).toFixed(1);
    }
    this.line.setAttribute("d", d);
    this.area.setAttribute("d", `${d}L${width} ${height}L${(from * step).toFixed(1)} ${height}Z`);
  }
}
