// How old the figures are: when no newer ones come they are dimmed, and the
// header says since when.

import { clock } from "./parts.js";

const look = 500;      // milliseconds between two looks
const patience = 3000; // milliseconds for which a queue may be silent

export class Freshness {
  // tell is called with a state and words for the header when figures grow stale.
  constructor(tell) {
    this.tell = tell;
    this.at = 0; // when figures came last, milliseconds since 1970
    this.live = false;
    setInterval(() => this.look(), look);
    document.addEventListener("visibilitychange", () => this.look());
  }

  heard() {
    this.at = Date.now();
    this.live = true;
    document.body.classList.remove("stale");
  }

  look() {
    if (this.live && Date.now() - this.at > patience) this.lost("the queue gives no news");
  }

  // lost says why no figures come any more.
  lost(reason) {
    this.live = false;
    document.body.classList.toggle("stale", this.at > 0);
    this.tell("down", reason + (this.at ? ` · last figures at ${clock(this.at)}` : ""));
  }
}
