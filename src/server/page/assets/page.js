// The pages work without this script; it keeps them up to date and makes logs searchable.

/** @typedef {{ reset: boolean, lines: string[], partial: string, cursor: string, cut: boolean }} LogPiece */

const mostLines = 10_000;
const reconnectMs = 3000;
const pollMs = 10_000;

/** @template {Element} T @param {string} id @param {new () => T} kind @returns {T | undefined} */
function find(id, kind) {
  const element = document.getElementById(id);
  return element instanceof kind ? element : undefined;
}

// Times

/** @param {number} ms */
function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  /** @type {[number, string][]} */
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return "0s";
  const shown = parts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, unit]) => `${amount}${unit}`).join(" ");
}

/** @param {ParentNode} where */
function countOn(where) {
  for (const element of where.querySelectorAll("time[data-since]")) {
    const since = Date.parse(element.getAttribute("data-since") ?? "");
    const text = duration(Date.now() - since);
    if (element.textContent !== text) element.textContent = text;
  }
}

const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** @param {ParentNode} where */
function localize(where) {
  for (const element of where.querySelectorAll("time[data-local]")) {
    const time = new Date(element.getAttribute("datetime") ?? "");
    element.setAttribute("title", `${element.getAttribute("datetime")}`);
    element.textContent = dayAndTime.format(time);
  }
}

// What changes while a run goes on

/** What the server said last, by the id of the part. @type {Map<string, string>} */
const said = new Map();
const title = document.title;

/** @param {ParentNode} where */
function standingOf(where) {
  return where.querySelector("[data-standing]")?.getAttribute("data-standing") ?? "";
}

/** @param {string} text */
function announce(text) {
  const status = document.getElementById("said");
  if (status !== null) status.textContent = text;
}

/** Takes over the parts that read otherwise, without taking the reader's place away. @param {string} markup */
function takeOver(markup) {
  const before = standingOf(document);
  const fresh = new DOMParser().parseFromString(markup, "text/html");
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = document.getElementById(part.id);
    if (old === null || said.get(part.id) === part.innerHTML) continue;
    said.set(part.id, part.innerHTML);
    replace(old, part);
  }
  const now = standingOf(document);
  if (now === before) return;
  document.title = `${now} · ${title}`;
  announce(now);
}

/** @param {Element} old @param {Element} fresh */
function replace(old, fresh) {
  const active = document.activeElement;
  const place = active !== null && old.contains(active) ? placeOf(active) : undefined;
  const open = [...old.querySelectorAll("details[open]")].map(({ id }) => id);
  const scrolled = [...old.querySelectorAll(".canvas, pre")].map(({ scrollLeft, scrollTop }) => [
    scrollLeft,
    scrollTop,
  ]);
  old.replaceChildren(...fresh.childNodes);
  for (const id of open) old.querySelector(`details#${CSS.escape(id)}`)?.setAttribute("open", "");
  for (const [index, element] of [...old.querySelectorAll(".canvas, pre")].entries()) {
    element.scrollTo(scrolled[index]?.[0] ?? 0, scrolled[index]?.[1] ?? 0);
  }
  localize(old);
  countOn(old);
  const again = place === undefined ? null : old.querySelector(place);
  if (again instanceof HTMLElement || again instanceof SVGElement) again.focus({ preventScroll: true });
}

/** @param {Element} element */
function placeOf(element) {
  const href = element.getAttribute("href");
  if (href !== null) return `${element.localName}[href="${CSS.escape(href)}"]`;
  return element.id === "" ? `.${element.classList[0] ?? "none"}` : `#${CSS.escape(element.id)}`;
}

/** @param {HTMLElement} live */
function keepUpToDate(live) {
  const source = live.dataset["src"] ?? "";
  let version = live.dataset["version"] ?? "";
  const log = find("log", HTMLPreElement);
  /** @type {EventSource | undefined} */
  let events;
  let timer = 0;
  let over = false;

  /** @param {string} text */
  function stop(text) {
    over = true;
    events?.close();
    const stale = document.getElementById("stale");
    if (stale === null) return;
    const link = document.createElement("a");
    link.href = "";
    link.textContent = "Load the page again";
    stale.replaceChildren(`${text} `, link);
    stale.hidden = false;
  }

  async function refresh() {
    const answer = await fetch(`${source}/parts`, { headers: { "if-none-match": `"${version}"` } }).catch(
      () => undefined,
    );
    if (answer === undefined || answer.status === 304 || answer.status === 503) return;
    if (answer.status === 401) return stop("You are signed out; this is how it was.");
    if (!answer.ok) return stop("You may not see this any more; this is how it was.");
    version = answer.headers.get("etag")?.replaceAll('"', "") ?? version;
    takeOver(await answer.text());
    if (answer.headers.get("x-run-over") !== null && log === undefined) over = true;
  }

  function listen() {
    if (over || document.hidden) return;
    const query = new URLSearchParams({
      version,
      ...(log === undefined ? {} : { after: log.dataset["cursor"] ?? "" }),
    });
    events = new EventSource(`${source}/events?${query.toString()}`);
    events.addEventListener("changed", () => void refresh());
    events.addEventListener("log", (event) => appendLog(/** @type {LogPiece} */ (JSON.parse(event.data))));
    events.addEventListener("gone", () => stop("You may not see this any more; this is how it was."));
    events.addEventListener("end", () => events?.close());
    events.addEventListener("open", () => live.setAttribute("data-live", ""));
    events.addEventListener("error", () => {
      // Its own attempts would begin at the place where the first one began.
      const refused = events?.readyState === EventSource.CLOSED;
      events?.close();
      live.removeAttribute("data-live");
      clearTimeout(timer);
      timer = setTimeout(() => void refresh().then(listen), refused ? pollMs : reconnectMs);
    });
  }

  document.addEventListener("visibilitychange", () => {
    events?.close();
    clearTimeout(timer);
    if (!document.hidden && !over) void refresh().then(listen);
  });
  listen();
}

// Logs

/** @param {LogPiece} piece */
function appendLog({ reset, lines, partial, cursor, cut }) {
  const log = find("log", HTMLPreElement);
  if (log === undefined) return;
  const follows = find("follow", HTMLInputElement)?.checked === true;
  log.querySelector("code.partial")?.remove();
  if (reset) log.replaceChildren();
  const added = lines.map(lineElement);
  log.append(...added);
  if (partial !== "") log.append(lineElement(partial));
  if (partial !== "") log.lastElementChild?.classList.add("partial");
  for (let extra = log.childElementCount - mostLines; extra > 0; extra--) log.firstElementChild?.remove();
  log.dataset["cursor"] = cursor;
  const note = document.getElementById("cut");
  if (note !== null) note.hidden = !cut && log.childElementCount < mostLines;
  const empty = document.getElementById("empty");
  if (empty !== null) empty.hidden = log.childElementCount > 0;
  search?.taken(added);
  if (follows) log.scrollTop = log.scrollHeight;
}

/** @param {string} text */
function lineElement(text) {
  const element = document.createElement("code");
  element.textContent = `${text}\n`;
  return element;
}

const mostMarked = 2000;

/** @param {HTMLPreElement} log @param {HTMLInputElement} query */
function openSearch(log, query) {
  const found = find("found", HTMLOutputElement);
  /** @type {Element[]} */
  let hits = [];
  let at = -1;
  let timer = 0;
  const wanted = () => query.value.toLowerCase();
  /** @param {Element} line */
  const holds = (line) => (line.textContent ?? "").toLowerCase().includes(wanted());

  function start() {
    for (const line of hits) line.classList.remove("hit", "here");
    hits = wanted() === "" ? [] : [...log.children].filter(holds);
    for (const line of hits) line.classList.add("hit");
    at = -1;
    mark();
    if (hits.length > 0) go(1, false);
    tell();
  }

  function tell() {
    if (found === undefined) return;
    const none = wanted() === "" ? "" : "nothing found";
    found.textContent = hits.length === 0 ? none : `${at + 1} of ${hits.length} lines`;
  }

  /** Marks the words themselves, where the browser can without touching the lines. */
  function mark() {
    if (!("highlights" in CSS)) return;
    const ranges = hits.slice(0, mostMarked).flatMap((line) => rangesIn(line, wanted()));
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  /** @param {number} step @param {boolean} focus */
  function go(step, focus) {
    if (hits.length === 0) return;
    hits[at]?.classList.remove("here");
    at = (at + step + hits.length) % hits.length;
    const line = hits[at];
    line?.classList.add("here");
    const follow = find("follow", HTMLInputElement);
    if (follow !== undefined) follow.checked = false;
    line?.scrollIntoView({ block: "nearest" });
    if (focus) tell();
  }

  query.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(start, 120);
  });
  query.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && !(event.key === "Enter" && event.shiftKey)) return;
    event.preventDefault();
    if (event.key === "Escape") {
      query.value = "";
      start();
    } else go(-1, true);
  });
  find("search", HTMLFormElement)?.addEventListener("submit", (event) => {
    event.preventDefault();
    go(1, true);
  });
  find("previous", HTMLButtonElement)?.addEventListener("click", () => go(-1, true));
  log.addEventListener("keydown", (event) => {
    if (event.key !== "/") return;
    event.preventDefault();
    query.focus();
  });

  return {
    /** @param {Element[]} added */
    taken(added) {
      if (wanted() === "") return;
      hits = hits.filter((line) => line.isConnected);
      const more = added.filter(holds);
      for (const line of more) line.classList.add("hit");
      hits.push(...more);
      mark();
      tell();
    },
  };
}

/** @param {Element} line @param {string} wanted */
function rangesIn(line, wanted) {
  const text = line.firstChild;
  const lower = (line.textContent ?? "").toLowerCase();
  const ranges = [];
  // Lower case may be longer than what it was made of.
  if (text === null || lower.length !== (line.textContent ?? "").length) return [];
  for (
    let at = lower.indexOf(wanted);
    at >= 0 && ranges.length < 20;
    at = lower.indexOf(wanted, at + wanted.length)
  ) {
    const range = new Range();
    range.setStart(text, at);
    range.setEnd(text, at + wanted.length);
    ranges.push(range);
  }
  return ranges;
}

/** @param {HTMLPreElement} log */
function openLog(log) {
  const follow = find("follow", HTMLInputElement);
  find("wrap", HTMLInputElement)?.addEventListener("change", (event) => {
    log.classList.toggle("wrap", event.target instanceof HTMLInputElement && event.target.checked);
  });
  find("only", HTMLInputElement)?.addEventListener("change", (event) => {
    log.classList.toggle("only", event.target instanceof HTMLInputElement && event.target.checked);
  });
  if (follow === undefined) return;
  const toEnd = () => {
    if (follow.checked) log.scrollTop = log.scrollHeight;
  };
  follow.addEventListener("change", toEnd);
  /** @param {WheelEvent | KeyboardEvent} event */
  const leave = (event) => {
    const up =
      event instanceof WheelEvent ? event.deltaY < 0 : ["ArrowUp", "PageUp", "Home"].includes(event.key);
    if (up) follow.checked = false;
  };
  log.addEventListener("wheel", leave, { passive: true });
  log.addEventListener("keydown", leave);
  toEnd();
}

const log = find("log", HTMLPreElement);
const query = find("query", HTMLInputElement);
const search = log === undefined || query === undefined ? undefined : openSearch(log, query);
if (log !== undefined) openLog(log);
const live = find("live", HTMLElement);
if (live !== undefined) {
  for (const part of live.querySelectorAll("[data-part]")) said.set(part.id, part.innerHTML);
  if (live.dataset["over"] === undefined) keepUpToDate(live);
}
localize(document);
countOn(document);
setInterval(() => countOn(document), 1000);
