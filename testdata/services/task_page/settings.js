// The queue's settings in a dialog: what has been changed is sent, all or nothing.

import { $, el, text } from "./parts.js";
import { get, post, say } from "./commands.js";

function field(s) {
  const unit = s.unit ? `, ${s.unit}` : "";
  return el("label", {}, el("b", {}, s.name.replace("_", " ") + unit), el("span", {}, s.what),
    el("input", { name: s.name, type: "number", min: s.least, max: s.most, step: s.whole ? "1" : "any", value: s.value, required: "",
      "data-was": s.value, title: `${s.least} to ${s.most}, ${s.default} from the start` }));
}

async function open() {
  const { settings, error } = await get("settings");
  if (error) return say(error);
  text($("settings-error"), "");
  $("settings-list").replaceChildren(...settings.map(field));
  $("settings").showModal();
}

async function save(e) {
  e.preventDefault();
  if (!$("settings-form").reportValidity()) return;
  const changed = {};
  for (const input of $("settings-list").querySelectorAll("input")) {
    if (input.value !== input.dataset.was) changed[input.name] = Number(input.value);
  }
  const names = Object.keys(changed);
  if (names.length > 0) {
    const { error } = await post("settings", changed);
    if (error) return text($("settings-error"), error);
  }
  $("settings").close();
  say(names.length > 0 ? names.join(", ") + (names.length > 1 ? " are set" : " is set") : "nothing was changed");
}

$("configure").addEventListener("click", open);
$("settings-save").addEventListener("click", save);
