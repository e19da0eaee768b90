// The connection to the node: this page's session, and the stream of its events. When it
// is lost it is made again, by itself, to the same session if that is still there.

const pauses = [300, 1000, 2000, 3000]; // milliseconds before the next attempts; the last repeats
const patience = 5000; // milliseconds that the node may take for an answer to an attempt

export async function send(path, data, within) {
  try {
    return await fetch(path, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data),
      signal: within ? AbortSignal.timeout(within) : undefined,
    });
  } catch {
    return null;
  }
}

export class Link {
  // handlers take the data of events, by their names; view gives what is shown, opened takes
  // what the node says of a new session and what it said of the one before, locked that a
  // name or only a password is asked for, and lost why no news come.
  constructor(handlers, { view, opened, locked, lost }) {
    Object.assign(this, { handlers, view, opened, locked, lost });
    this.page = null; // what the node said when the session was opened
    this.before = null; // what it said of the one before
    this.leave = null; // ends the stream
    this.attempt = 0;
    this.trying = false;
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
  }

  address(what) { return `page/${this.page.id}/${what}`; }

  // post sends one thing to this page's session. Nobody else knows its address.
  async post(what, data, within) {
    return this.page ? send(this.address(what), data, within) : null;
  }

  // heard notes that news came.
  heard() { this.attempt = 0; }

  // now tries to connect, if that is not so.
  async now() {
    if (this.trying || this.leave) return;
    clearTimeout(this.timer);
    this.trying = true;
    await (this.page ? this.resume() : this.open());
    this.trying = false;
  }

  async open() {
    const answer = await send("page", this.view(), patience);
    if (answer?.ok) {
      this.page = await answer.json();
      this.opened(this.page, this.before);
      this.before = this.page;
      this.follow();
    } else {
      await this.refused(answer);
    }
  }

  // resume goes on with the session, or with a new one when the node has it no more.
  async resume() {
    const answer = await this.post("view", this.view(), patience);
    if (answer?.ok) return this.follow();
    if (answer && answer.status !== 401) {
      this.page = null;
      return this.open();
    }
    await this.refused(answer);
  }

  async refused(answer) {
    if (answer?.status === 401) {
      this.page = null;
      this.locked(answer.headers.get("Sign-In") === "user");
      return;
    }
    this.lost(answer ? (await answer.text()).trim() : "the node does not answer");
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), pauses[Math.min(this.attempt++, pauses.length - 1)]);
  }

  // end gives the stream up, and says why; a new one follows.
  end(reason) {
    this.drop();
    this.lost(reason);
    this.later();
  }

  drop() {
    this.leave?.();
    this.leave = null;
  }

  // follow has events come through a WebSocket: of other connections browsers have six to a
  // server for all tabs together. Where a proxy knows none they come as an answer that goes on.
  follow() {
    this.drop();
    const url = new URL(this.address("events"), location.href);
    url.protocol = url.protocol.replace("http", "ws");
    let socket = null, isOpen = false;
    try {
      socket = new WebSocket(url);
    } catch { // a browser whose policy for pages does not know them
      return this.followAnswer();
    }
    socket.onopen = () => { isOpen = true; };
    socket.onmessage = (e) => {
      const at = e.data.indexOf("\n");
      this.handlers[e.data.slice(0, at)]?.(JSON.parse(e.data.slice(at + 1)));
    };
    socket.onclose = () => (isOpen ? this.end("the connection to the node is lost") : this.followAnswer());
    this.leave = () => {
      socket.onmessage = socket.onclose = null;
      socket.close();
    };
  }

  followAnswer() {
    const source = new EventSource(this.address("events"));
    for (const [name, handle] of Object.entries(this.handlers)) {
      source.addEventListener(name, (e) => handle(JSON.parse(e.data)));
    }
    source.onerror = () => this.end("the connection to the node is lost");
    this.leave = () => source.close();
  }
}
