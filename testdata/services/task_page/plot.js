// A figure with its last five minutes as a small SVG plot.

import { el, text } from "./parts.js";

const space = "http://www.w3.org/2000/svg";
const width = 300, height = 60, foot = 59;

function shape(name, className) {
  const e = document.createElementNS(space, name);
  e.setAttribute("class", className);
  return e;
}

const whole = (v) => v.toFixed(1);

export class Plot {
  // write makes text of a value; bars: two stacked kinds of bars, else a line.
  constructor(title, write, bars = false) {
    this.write = write;
    this.steps = [];
    this.svg = shape("svg", "");
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("preserveAspectRatio", "none");
    this.svg.setAttribute("aria-hidden", "true");
    const grid = shape("path", "grid");
    grid.setAttribute("d", `M0 ${foot}H${width}M0 ${height / 2}H${width}`);
    this.paths = bars ? [shape("path", "bar"), shape("path", "bar failed")] : [shape("path", "area"), shape("path", "line")];
    this.draw = bars ? this.drawBars : this.drawLine;
    this.svg.append(grid, ...this.paths);
    this.now = el("p", {}, "–");
    this.at = el("output");
    this.top = el("span");
    this.element = el("div", { class: "plot" }, el("header", {}, el("h2", {}, title), this.at), this.now, this.svg,
      el("footer", {}, el("span", {}, "5 min"), this.top, el("span", {}, "now")));
    this.svg.addEventListener("pointermove", (e) => this.point(e));
    this.svg.addEventListener("pointerleave", () => text(this.at, ""));
  }

  // show draws steps of {value, other}, where a value of null is left out;
  // capacity is how many fit.
  show(now, steps, capacity, step) {
    text(this.now, now);
    Object.assign(this, { steps, capacity, step });
    this.most = Math.max(...steps.map((s) => (s.value || 0) + (s.other || 0)), 0);
    text(this.top, this.most > 0 ? "at most " + this.write(this.most) : "");
    this.scale = this.most > 0 ? (foot - 3) / this.most : 0;
    this.draw();
  }

  x(i) {
    return ((this.capacity - this.steps.length + i) / this.capacity) * width;
  }

  drawLine() {
    const one = width / this.capacity;
    const points = this.steps.map((s, i) => [this.x(i) + one / 2, s.value]).filter(([, v]) => v != null);
    const d = points.map(([x, v], i) => `${i ? "L" : "M"}${whole(x)} ${whole(foot - v * this.scale)}`).join("");
    this.paths[1].setAttribute("d", d);
    this.paths[0].setAttribute("d", d && `${d}V${foot}H${whole(points[0][0])}Z`);
  }

  drawBars() {
    const one = (width / this.capacity) * 0.78;
    const bar = (i, from, value) => `M${whole(this.x(i))} ${whole(foot - from * this.scale)}h${whole(one)}v${whole(-value * this.scale)}h${whole(-one)}Z`;
    this.paths[0].setAttribute("d", this.steps.map((s, i) => (s.value ? bar(i, 0, s.value) : "")).join(""));
    this.paths[1].setAttribute("d", this.steps.map((s, i) => (s.other ? bar(i, s.value, s.other) : "")).join(""));
  }

  // point tells of the step under the pointer.
  point(e) {
    const box = this.svg.getBoundingClientRect();
    const i = Math.floor(((e.clientX - box.left) / box.width) * this.capacity) - (this.capacity - this.steps.length);
    const s = this.steps[i];
    const ago = (this.steps.length - 1 - i) * this.step;
    text(this.at, s && s.value != null ? `${this.write(s.value)}${s.other ? `, ${this.write(s.other)} failed` : ""} · ${ago} s ago` : "");
  }
}
