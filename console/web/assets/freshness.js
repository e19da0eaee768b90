// How old the figures are: when no newer ones come they are dimmed, and the
// header says since when.

const look = 500; // milliseconds between two looks

const clock = (at) => new Date(at).toLocaleTimeString();

export class Freshness {
  // tell is called with a state and words for the header when figures grow stale.
  constructor(tell) {
    this.tell = tell;
    this.at = 0; // when figures came last, milliseconds since 1970
    this.patience = Infinity; // milliseconds after which they are stale
    setInterval(() => this.look(), look);
    document.addEventListener("visibilitychange", () => this.look());
  }

  // heard notes that figures came; the next are expected after some seconds.
  heard(every) {
    this.at = Date.now();
    this.patience = Math.max(3000, 2500 * every);
    document.body.classList.remove("stale");
  }

  look() {
    if (this.at && Date.now() - this.at > this.patience) this.lost("the node gives no news");
  }

  // lost says why no figures come any more.
  lost(reason) {
    this.patience = Infinity;
    document.body.classList.toggle("stale", this.at > 0);
    this.tell("down", reason + (this.at ? ` · last figures at ${clock(this.at)}` : ""));
  }
}
