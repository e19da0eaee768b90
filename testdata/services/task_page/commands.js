// Commands to the queue: they are sent, confirmed where they cannot be taken back,
// and what became of them is said.

import { $, el, text } from "./parts.js";

let saying = 0;
export function say(words) {
  clearTimeout(saying);
  $("said").hidden = false;
  text($("said"), words);
  saying = setTimeout(() => { $("said").hidden = true; }, 4000);
}

// post sends a command; it gives the result, and says an error or returns it.
export async function post(path, body = {}) {
  try {
    const answer = await fetch("/api/" + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const type = answer.headers.get("Content-Type") || "";
    return type.startsWith("application/json") ? await answer.json() : { error: (await answer.text()).trim() };
  } catch {
    return { error: "the queue's page does not answer" };
  }
}

// get asks for something; the answer has an error where there is none.
export async function get(path) {
  try {
    return await (await fetch("/api/" + path)).json();
  } catch {
    return { error: "the queue's page does not answer" };
  }
}

// tell sends a command and says what became of it.
export async function tell(path, done, body) {
  const { result, error } = await post(path, body);
  say(error || (typeof done === "function" ? done(result) : done));
}

// ask puts a question in a dialog of its own; true: it was answered with yes.
export function ask(question, yes, no = "No") {
  const dialog = el("dialog", { "aria-label": question }, el("form", { method: "dialog" }, el("p", {}, question),
    el("menu", {}, el("button", { value: "no" }, no), el("button", { value: "yes", class: "danger" }, yes))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => {
    dialog.remove();
    answer(dialog.returnValue === "yes");
  }));
}

export function button(label, name, act, className) {
  return el("button", { type: "button", "aria-label": name, class: className, onclick: act }, label);
}

