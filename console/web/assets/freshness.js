// How old the figures are: when no newer ones come they are dimmed, and the header and a
// notice say since when and why.

import { $, el, setText, duration } from "./format.js";

const look = 500; // milliseconds between two looks
const brief = 8000; // milliseconds for which good news stand

const clock = (at) => new Date(at).toLocaleTimeString();
const sentence = (text) => text[0].toUpperCase() + text.slice(1) + ".";

// notice shows a text above all, with buttons; without a text it goes away.
let leaving = 0;
export function notice(kind, text, ...buttons) {
  clearTimeout(leaving);
  $("notice").hidden = !text;
  $("notice").className = kind;
  if ($("notice").firstChild?.textContent !== text) $("notice").replaceChildren(el("p", {}, text), ...buttons);
  if (kind === "good") leaving = setTimeout(() => notice("", ""), brief);
}

export const close = () => el("button", { type: "button", "aria-label": "Close the notice", onclick: () => notice("", "") }, "×");

export class Freshness {
  // tell is called with a state and words for the header when figures grow stale, again when
  // somebody wants to connect now, and silent when no news came for long.
  constructor(tell, again, silent) {
    Object.assign(this, { tell, again, silent });
    this.at = 0; // when figures came last, milliseconds since 1970
    this.patience = Infinity; // milliseconds after which they are stale
    this.since = 0; // when they were stale first; 0: they are not
    this.renewed = null; // what is to be said of a new session when figures come
    setInterval(() => this.look(), look);
    document.addEventListener("visibilitychange", () => this.look());
  }

  // heard notes that figures came; the next are expected after some seconds.
  heard(every) {
    const now = Date.now();
    if (this.renewed) notice(...this.renewed);
    else if (this.since && this.at) notice("good", `The node answers again, after ${duration((now - this.since) / 1000)}.`, close());
    else if (this.since) notice("", "");
    this.at = now;
    this.since = 0;
    this.renewed = null;
    this.patience = Math.max(3000, 2500 * every);
    document.body.classList.remove("stale");
  }

  // opened takes what the node says of a new session, and what it said of the one before.
  opened(page, before) {
    if (!before) return;
    if (page.instance === before.instance) {
      this.renewed = ["good", "The node answers again. The session of the console had ended: this is a new one.", close()];
      return;
    }
    const other = page.version === before.version ? null : el("button", { type: "button", onclick: () => location.reload() }, "Load the page again");
    this.renewed = ["new", "The node was started anew: what ran before is gone, and an address may be another service’s. The console is a new session."
      + (other ? ` It is version ${page.version} now, and this page is from before.` : ""), other || "", close()];
  }

  look() {
    if (!this.at || Date.now() - this.at <= this.patience) return;
    this.lost("the node gives no news");
    this.silent();
  }

  // lost says why no figures come any more; of several reasons the first one, as what follows
  // is that nobody answers.
  lost(reason) {
    this.patience = Infinity;
    if (!this.since) {
      this.since = Date.now();
      this.reason = reason;
    }
    document.body.classList.toggle("stale", this.at > 0);
    this.tell("down", this.reason + (this.at ? ` · last figures at ${clock(this.at)}` : ""));
    notice("bad", sentence(this.reason) + (this.at ? ` What is shown is from ${clock(this.at)}.` : "") + " The page tries again by itself.",
      el("button", { type: "button", onclick: this.again }, "Try now"));
  }
}
