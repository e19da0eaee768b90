// The address of what is shown: #/waits, #/service/00000008/state, #/logs/service/00000008,
// #/services?filter=chat&sort=memory. A reload stays there, and a link to it can be sent.

const tabs = ["services", "waits", "crashes", "timers", "logs", "console"];
const parts = ["state", "messages"]; // of a service, that are opened

const first = { tab: "services", service: 0, parts: [], filter: "", sort: "address", down: false };

// parse reads an address; what it does not know is left out.
export function parse(hash) {
  const [path, query] = hash.replace(/^#\/?/, "").split("?");
  const words = path.split("/");
  const place = { ...first };
  if (tabs.includes(words[0])) place.tab = words.shift();
  if (words[0] === "service") words.shift();
  if (/^:?[0-9a-f]{1,8}$/i.test(words[0] || "")) place.service = parseInt(words[0].replace(":", ""), 16);
  if (place.service) place.parts = parts.filter((p) => words.includes(p));
  const asked = new URLSearchParams(query);
  place.filter = asked.get("filter") || "";
  place.sort = asked.get("sort") || first.sort;
  place.down = asked.has("down");
  return place;
}

// write gives the address of a place.
export function write(place) {
  const words = ["#"];
  if (place.tab !== first.tab || !place.service) words.push(place.tab);
  if (place.service) words.push("service", place.service.toString(16).padStart(8, "0"), ...parts.filter((p) => place.parts.includes(p)));
  const asked = new URLSearchParams();
  if (place.filter) asked.set("filter", place.filter);
  if (place.sort !== first.sort) asked.set("sort", place.sort);
  if (place.down) asked.set("down", "");
  return words.join("/") + (asked.size ? "?" + asked.toString().replace(/=(?=&|$)/g, "") : "");
}

// follows tells whether a click on a link is to be followed by the page: others open a tab.
export function follows(e) {
  return e.button === 0 && !e.ctrlKey && !e.metaKey && !e.shiftKey && !e.altKey;
}
