// What improves pages that work without it: theme, shortcuts, favourites, copying, tabs, code on
// demand, blanks, and suggestions.
//
// It stands in <head> and holds up the page until it has set the theme, so that nobody sees a
// flash of the other one. The rest waits for the document.
"use strict";

// --- Remembering -------------------------------------------------------------------------

// What the browser does not let us keep lasts as long as the page.
const memory = new Map();

function recall(key) {
  if (memory.has(key)) return memory.get(key);
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a value for later pages; returns whether the browser lets us. */
function remember(key, value) {
  memory.delete(key);
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    memory.set(key, value);
    return false;
  }
}

// --- Theme -------------------------------------------------------------------------------

const root = document.documentElement;

/** Brings everything that depends on the theme into line with what was chosen. */
function showTheme() {
  const theme = ["light", "dark"].find((name) => name === recall("theme")) ?? "";
  root.dataset.theme = theme;
  document.querySelector("[name=color-scheme]").content = theme || "light dark";
  for (const meta of document.querySelectorAll("[name=theme-color]")) {
    const own = meta.dataset.theme;
    meta.media = theme ? (own === theme ? "all" : "not all") : `(prefers-color-scheme: ${own})`;
  }
  for (const choice of document.querySelectorAll("input[name=theme]")) choice.checked = choice.value === theme;
}
showTheme();

// --- The page ----------------------------------------------------------------------------

// One function to the end of the file, and therefore not indented.
addEventListener("DOMContentLoaded", () => {

const words = document.body.dataset;

/** Whether a click or a key means something to the browser itself. */
const modified = (event) => event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.button > 0;

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

for (const place of document.querySelectorAll("[data-scripted]")) place.hidden = false;

// --- Saying things -----------------------------------------------------------------------

const said = document.getElementById("said");
let silence;

/** Shows a message and has it spoken, also when it is the same as the last one. */
function say(message, kind = "done") {
  clearTimeout(silence);
  said.textContent = "";
  said.classList.remove("above");
  setTimeout(() => {
    said.dataset.kind = kind;
    said.textContent = message;
    // Not over what has the focus.
    const [note, focused] = [said, document.activeElement].map((one) => one.getBoundingClientRect());
    said.classList.toggle("above", focused.bottom > note.top && focused.top < note.bottom && focused.height < innerHeight / 2);
  }, 50);
  silence = setTimeout(() => (said.textContent = ""), kind === "done" ? 6000 : 12000);
}

// --- Copying -----------------------------------------------------------------------------

/**
 * Puts a text on the clipboard, exactly. Where the asynchronous clipboard is missing (plain
 * http) or refused, the copy event carries the text itself: a selection or a text area would
 * change line ends and blanks.
 */
async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    let done = false;
    const put = (event) => {
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
      event.stopImmediatePropagation();
      done = true;
    };
    document.addEventListener("copy", put, { capture: true });
    try {
      return document.execCommand("copy") && done;
    } catch {
      return false;
    } finally {
      document.removeEventListener("copy", put, { capture: true });
    }
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const follows = "filled" in button.dataset || button.dataset.copy === "link";
  if (follows && !(await settled())) return;
  // Why code could not be loaded has been said.
  if (!(await loaded(button.closest(".program")))) return;
  const source = button.dataset.copy
    ? document.getElementById(button.dataset.copy)
    : button.closest(".code").querySelector("code");
  const selection = getSelection();
  const before = selection.rangeCount ? selection.getRangeAt(0) : null;
  // The fallback needs a selection; a failure leaves it, ready for the keyboard.
  selection.selectAllChildren(source);
  if (!(await write(source.textContent))) {
    say(words.copyFailed, "failed");
    return;
  }
  selection.removeAllRanges();
  if (before) selection.addRange(before);
  const missing = "filled" in button.dataset ? document.getElementById("missing")?.textContent : "";
  say(missing ? `${button.dataset.said}. ${missing}` : button.dataset.said);
  button.dataset.label ??= button.textContent;
  button.textContent = words.copied;
  button.classList.add("done");
  clearTimeout(button.timer);
  button.timer = setTimeout(() => {
    button.textContent = button.dataset.label;
    button.classList.remove("done");
  }, 2000);
});

// A selection within the prompt is copied as the text it stands for: lines that only the style
// sheet breaks stay one, and what is folded away comes along.
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  const text = document.getElementById("prompt-text");
  if (!text || selection.isCollapsed || !text.contains(selection.getRangeAt(0).commonAncestorContainer)) return;
  event.clipboardData.setData("text/plain", selection.getRangeAt(0).toString());
  event.preventDefault();
});

// --- Code on demand ----------------------------------------------------------------------

function codeBlock(pieces, { name, copyName, said: done, filled, id }) {
  const pre = element("pre", { tabIndex: 0, role: "group", ariaLabel: name }, element("code", id ? { id } : {}, ...pieces.map(([kind, text]) => (kind ? element("span", { className: kind, textContent: text }) : text))));
  const button = element("button", { type: "button", className: "copy", textContent: copyName });
  button.dataset.said = done;
  if (filled) button.dataset.filled = "";
  return element("div", { className: "code" }, pre, button);
}

const wishes = new WeakMap();
const loads = new WeakMap();

/**
 * Replaces the content of `place` with the code behind an address; the latest wish wins. Code
 * that is only brought up to date stays until then, and keeps its box. After a failure a button
 * does it `again`.
 */
function load(place, address, labels, again, renews) {
  const done = fetchCode(place, address, labels, again, renews);
  loads.set(place, done);
  return done;
}

/** Waits until a place holds the code it was to hold; resolves to whether it does. */
async function loaded(place) {
  for (;;) {
    const last = loads.get(place);
    const done = await last;
    if (last === loads.get(place)) return done ?? true;
  }
}

async function fetchCode(place, address, labels, again, renews) {
  wishes.get(place)?.abort();
  const wish = new AbortController();
  wishes.set(place, wish);
  const old = renews ? place.querySelector("code") : null;
  if (!old) place.textContent = words.loading;
  try {
    // The same code in pieces, each with its kind: /snippets/ruby.json beside /snippets/ruby.
    const pieces = new URL(address, location.href);
    pieces.pathname += ".json";
    const response = await fetch(pieces, { signal: wish.signal });
    if (!response.ok) throw new Error(response.statusText);
    const code = await response.json();
    if (wish.signal.aborted) return true;
    const block = codeBlock(code, labels);
    if (old) old.replaceChildren(...block.querySelector("code").childNodes);
    else place.replaceChildren(block);
    return true;
  } catch {
    if (wish.signal.aborted) return true;
    const why = navigator.onLine ? words.loadFailed : words.offline;
    const button = element("button", { type: "button", className: "again", textContent: words.tryAgain });
    button.onclick = async () => {
      await again();
      place.querySelector("pre, button")?.focus();
    };
    place.replaceChildren(element("p", {}, why, " ", button));
    say(why, "failed");
    return false;
  }
}

// --- Tabs --------------------------------------------------------------------------------

const groups = new Map();

/** What the address asks for, and what was chosen last. */
const asked = (key) => [new URLSearchParams(location.search).get(key), recall(`tab:${key}`)];

/** Keeps a choice for later pages and puts it into the address, in place of a hash it outdates. */
function choose(key, choice, outdates = () => false) {
  remember(`tab:${key}`, choice);
  const address = new URL(location.href);
  address.searchParams.set(key, choice);
  if (outdates(address.hash.slice(1))) address.hash = "";
  history.replaceState(history.state, "", address);
}

// With the SDK or without: one choice for all languages that offer both.
let form = asked("form").find(Boolean);

/** Brings a panel's program into the chosen form; what is kept apart is loaded. */
async function showProgram(panel) {
  const place = panel.querySelector(".program");
  if (!place) return;
  const links = [...panel.querySelectorAll("a[data-form]")];
  const current = links.find((other) => other.hasAttribute("aria-current")) ?? links[0];
  const link = links.find((other) => other.dataset.form === form) ?? current;
  for (const other of links) other.ariaCurrent = other === link || null;
  if (link) panel.querySelector(".raw a").href = link.href;
  for (const install of panel.querySelectorAll("[data-for]")) install.hidden = install.dataset.for !== link.dataset.form;
  const wanted = link?.dataset.form ?? place.dataset.shown;
  if (place.dataset.shown && place.dataset.shown === wanted) return;
  place.dataset.shown = wanted || "all";
  const renews = place.dataset.outdated === place.dataset.shown;
  delete place.dataset.outdated;
  const labels = { ...place.dataset, filled: true, id: place.id.replace(/program$/, "code") };
  // After a failure the next visit tries again.
  if (!(await load(place, link?.href ?? place.dataset.href, labels, () => showProgram(panel), renews))) place.dataset.shown = "";
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-form]");
  if (!link || modified(event)) return;
  event.preventDefault();
  form = link.dataset.form;
  choose("form", form);
  showProgram(link.closest(".panel"));
});

class Tabs {
  constructor(root) {
    this.key = root.dataset.tabs;
    this.panels = [...root.querySelectorAll(":scope > .panel")];
    const list = element("div", { className: "tablist", role: "tablist", ariaLabel: root.dataset.label });
    this.tabs = this.panels.map((panel) => {
      const heading = panel.querySelector("h3");
      const tab = element("button", { type: "button", id: `tab-${panel.id}`, role: "tab", textContent: heading.textContent });
      tab.setAttribute("aria-controls", panel.id);
      panel.role = "tabpanel";
      panel.setAttribute("aria-labelledby", tab.id);
      heading.hidden = true;
      return tab;
    });
    list.append(...this.tabs);
    root.prepend(list);
    list.addEventListener("click", (event) => {
      const at = this.tabs.indexOf(event.target.closest("[role=tab]"));
      if (at >= 0) this.choose(at);
    });
    list.addEventListener("keydown", (event) => {
      if (modified(event)) return;
      const last = this.tabs.length - 1;
      const at = this.selected;
      const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.choose(to);
      this.tabs[to].focus();
    });
    const found = [location.hash.slice(1), ...asked(this.key)].map((id) => this.at(id)).find((at) => at >= 0);
    this.show(found ?? 0);
    root.classList.add("ready");
  }

  at(id) {
    return this.panels.findIndex((panel) => panel.id === id);
  }

  /** Shows one panel. */
  show(at) {
    this.selected = at;
    this.panels.forEach((panel, index) => {
      panel.hidden = index !== at;
      this.tabs[index].ariaSelected = index === at;
      this.tabs[index].tabIndex = index === at ? 0 : -1;
    });
    showProgram(this.panels[at]);
  }

  /** Shows what the visitor asked for, remembers it, and puts it into the address. */
  choose(at) {
    this.show(at);
    const { id } = this.panels[at];
    choose(this.key, id, (hash) => this.at(hash) >= 0);
  }
}

for (const root of document.querySelectorAll("[data-tabs]")) {
  const tabs = new Tabs(root);
  groups.set(tabs.key, tabs);
}

/** Brings what the address names to light: a panel, or a closed answer. */
function reveal() {
  let target = null;
  try {
    target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    // The address ends in half an escape: it names nothing.
  }
  if (!target) return;
  for (const tabs of groups.values()) {
    const at = tabs.at(target.id);
    if (at >= 0) tabs.show(at);
  }
  if (target.matches("details")) target.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();

// --- Blanks ------------------------------------------------------------------------------

const blanks = document.getElementById("blanks-form");
const controls = blanks ? [...blanks.elements].filter((control) => control.name.startsWith("v.")) : [];
let composing = false;
let timer;
let update = Promise.resolve(true);
let request;
let underWay = 0;

// Until somebody fills something in, the fields only offer what the address does not say.
let touched = [...new URLSearchParams(location.search).keys()].some((name) => name.startsWith("v."));

/** The address of this page with what the fields hold. */
function address() {
  const url = new URL(location.href);
  for (const name of [...url.searchParams.keys()]) if (name.startsWith("v.")) url.searchParams.delete(name);
  if (!touched) return url;
  for (const { name, value, dataset } of controls) {
    if (value || dataset.default) url.searchParams.set(name, value);
  }
  return url;
}

/** Asks the server for the page behind an address. */
function fetchPage(url) {
  request?.abort();
  return new Promise((resolve, reject) => {
    // Unlike a parser called from here, this one makes a document without trusting markup.
    const wish = (request = new XMLHttpRequest());
    wish.responseType = "document";
    wish.timeout = 20000;
    wish.onload = () => {
      if (wish.response?.getElementById("prompt-text")) resolve(wish.response);
      else reject(new Error(wish.status === 414 ? words.tooLong : words.updateFailed));
    };
    wish.onerror = wish.ontimeout = () => reject(new Error(words.updateFailed));
    wish.onabort = () => reject(new DOMException("outdated", "AbortError"));
    wish.open("GET", url);
    wish.send();
  });
}

/** Puts every live part of another page into its place here, unless it is there already. */
function take(page) {
  const field = controls.find((control) => control === document.activeElement);
  const top = field?.getBoundingClientRect().top;
  const inText = [...document.querySelectorAll("#prompt-text :is(a, button)")].indexOf(document.activeElement);
  const folded = [...document.querySelectorAll("#prompt-text .fold")].map((button) => button.ariaExpanded);
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (!fresh || old.isEqualNode(fresh)) continue;
    const { shown } = old.dataset;
    for (const name of ["class", "data-href", "data-shown"]) {
      if (fresh.hasAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
      else old.removeAttribute(name);
    }
    // Code keeps its box, and so how far it was scrolled. What is kept apart is loaded again.
    const [code, freshCode] = [old.querySelector("code[id]"), fresh.querySelector("code[id]")];
    if (code && code.id === freshCode?.id) {
      wishes.get(old)?.abort();
      code.replaceChildren(...freshCode.childNodes);
    } else if (code && old.matches(".program") && !freshCode) old.dataset.outdated ||= shown;
    else {
      wishes.get(old)?.abort();
      old.replaceChildren(...fresh.childNodes);
    }
  }
  document.querySelector(".text pre").className = page.querySelector(".text pre").className;
  for (const control of controls) control.ariaInvalid = page.getElementById(control.id)?.ariaInvalid ?? null;
  prepareFolds();
  const folds = document.querySelectorAll("#prompt-text .fold");
  if (folds.length === folded.length) folds.forEach((button, at) => (button.ariaExpanded = folded[at]));
  if (inText >= 0) document.querySelectorAll("#prompt-text :is(a, button)")[inText]?.focus({ preventScroll: true });
  for (const panel of document.querySelectorAll(".panel:not([hidden])")) showProgram(panel);
  // A text above the form that grows must not push away the field somebody types in.
  if (field) scrollBy({ top: field.getBoundingClientRect().top - top, behavior: "instant" });
}

/** Brings the page up to date with an address; resolves to whether it is. */
function bring(url) {
  clearTimeout(timer);
  timer = undefined;
  const wanted = new URL(url);
  if (form) wanted.searchParams.set("form", form);
  wanted.hash = "";
  const mine = fetchPage(wanted).then(
    (page) => (take(page), true),
    (error) => {
      // A newer wish will tell.
      if (error.name === "AbortError" && update !== mine) return update;
      say(error.name === "AbortError" ? words.updateFailed : error.message, "failed");
      return false;
    },
  );
  update = mine;
  underWay += 1;
  mine.finally(() => (underWay -= 1));
  try {
    history.replaceState(history.state, "", url);
  } catch {
    // Too often for this browser, or too long; the next change tries again.
  }
  return mine;
}

/** Waits until the page says what the fields hold; after a failure it tries once more. */
async function settled() {
  if (timer !== undefined) return bring(address());
  if (await update) return true;
  return bring(address());
}

if (blanks) {
  // Text in the making belongs to the input method: neither it nor its Enter is ours.
  blanks.addEventListener("compositionstart", () => {
    composing = true;
    // What was typed before waits with it.
    clearTimeout(timer);
  });
  blanks.addEventListener("compositionend", () => {
    composing = false;
    later();
  });
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => bring(address()), 150);
  };
  blanks.addEventListener("input", (event) => {
    touched = true;
    if (!event.isComposing && !composing) later();
  });
  blanks.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.isComposing || composing || event.keyCode === 229)) event.preventDefault();
  });
  blanks.addEventListener("submit", (event) => {
    event.preventDefault();
    if (composing) return;
    touched = true;
    bring(address());
  });
  // Back from a place in the page: its address knows less than the fields.
  addEventListener("popstate", () => bring(address()));
  // A link that carries values waits until it carries the last ones.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-live] a[href]:not(.blank, [data-layout], [data-form])");
    if (!link || (timer === undefined && !underWay) || modified(event)) return;
    event.preventDefault();
    const place = link.closest("[data-live]");
    const at = [...place.querySelectorAll("a[href]")].indexOf(link);
    if (await settled()) location.assign(place.querySelectorAll("a[href]")[at].href);
  });
  blanks.querySelector(".reset").addEventListener("click", (event) => {
    if (modified(event)) return;
    event.preventDefault();
    touched = false;
    for (const control of controls) control.value = control.dataset.default ?? "";
    bring(address());
    controls[0].focus();
  });
}

document.addEventListener("click", (event) => {
  if (modified(event)) return;
  const blank = event.target.closest("a.blank");
  const layout = event.target.closest("a[data-layout]");
  if (blank) {
    const field = document.getElementById(blank.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select?.();
  } else if (layout) {
    event.preventDefault();
    const url = address();
    url.searchParams.delete("layout");
    const wanted = new URL(layout.href).searchParams.get("layout");
    if (wanted) url.searchParams.set("layout", wanted);
    const kept = blanks?.querySelector("[name=layout]");
    if (kept) kept.value = wanted ?? "written";
    bring(url).then(() => document.querySelector("a[data-layout][aria-current]")?.focus());
  }
});

// --- Folding -----------------------------------------------------------------------------

const folds = () => [...document.querySelectorAll("#prompt-text .fold")].filter((button) => button.checkVisibility());

/** Shows the buttons; one of them takes the keyboard, arrows lead to the others. */
function prepareFolds() {
  document.querySelectorAll("#prompt-text .fold").forEach((button, at) => {
    button.hidden = false;
    button.tabIndex = at === 0 ? 0 : -1;
  });
}

document.addEventListener("focusin", (event) => {
  if (!event.target.matches?.(".fold")) return;
  for (const button of document.querySelectorAll("#prompt-text .fold")) button.tabIndex = button === event.target ? 0 : -1;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest(".fold");
  if (button) button.ariaExpanded = button.ariaExpanded !== "true";
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".fold") || modified(event)) return;
  const all = folds();
  const at = all.indexOf(event.target);
  const move = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (move !== undefined) all[move]?.focus();
  else if (event.key === "ArrowLeft") event.target.ariaExpanded = false;
  else if (event.key === "ArrowRight") event.target.ariaExpanded = true;
  else return;
  event.preventDefault();
});

prepareFolds();

// --- Code of related prompts -------------------------------------------------------------

for (const details of document.querySelectorAll("details.ondemand")) {
  const place = element("div", { className: "place" });
  const links = [...details.querySelectorAll("a[data-language]")];
  const open = (link) => {
    for (const other of links) other.ariaCurrent = other === link || null;
    return load(place, link.href, { ...link.dataset, name: link.textContent }, () => open(link));
  };
  details.addEventListener("toggle", () => {
    if (!details.open || place.isConnected) return;
    details.append(place);
    const tabs = groups.get("code");
    const chosen = tabs && tabs.panels[tabs.selected].id;
    open(links.find((link) => link.dataset.language === chosen) ?? links[0]);
  });
  details.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-language]");
    if (!link || modified(event)) return;
    event.preventDefault();
    open(link);
  });
}

// --- Suggestions -------------------------------------------------------------------------

// A word is a number, a stretch of Chinese, Japanese or Korean, or of other letters.
const cjk = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]`;
const wordsOf = new RegExp(String.raw`\p{N}+|${cjk}+|(?:(?!${cjk})[\p{L}\p{M}])+`, "gu");
const chinese = new RegExp(`^${cjk}`, "u");
const alike = new Intl.Collator("und", { usage: "search", sensitivity: "base" });

/** A label with the words of a query marked: at the beginning of a word, in Chinese anywhere. */
function marked(label, query) {
  const asked = (query.match(wordsOf) ?? []).sort((a, b) => b.length - a.length);
  const pieces = [];
  let plain = 0;
  for (const { 0: word, index } of label.matchAll(wordsOf)) {
    const place = (part) => (chinese.test(word) ? word.indexOf(part) : alike.compare(word.slice(0, part.length), part) ? -1 : 0);
    const part = asked.find((part) => place(part) >= 0);
    if (!part) continue;
    const from = index + place(part);
    pieces.push(label.slice(plain, from), element("mark", { textContent: label.slice(from, from + part.length) }));
    plain = from + part.length;
  }
  return [...pieces, label.slice(plain)];
}

/**
 * The search field as an editable combobox with a list of suggestions (ARIA Authoring Practices,
 * "list autocomplete with manual selection"). The focus stays in the field, arrows lead through
 * the list, and what is chosen is a link. Nothing is chosen unless somebody does: Enter searches.
 */
class Suggestions {
  constructor(field) {
    this.field = field;
    this.options = [];
    this.at = -1;
    this.list = element("div", { id: "suggestions", className: "suggestions", role: "listbox", ariaLabel: field.dataset.suggestions, hidden: true });
    this.summary = element("p", { className: "visually-hidden", ariaLive: "polite" });
    Object.assign(field, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: false });
    field.setAttribute("aria-controls", this.list.id);
    field.form.append(this.list, this.summary);

    field.addEventListener("input", (event) => {
      if (!event.isComposing) this.later();
    });
    // Text in the making belongs to the input method.
    field.addEventListener("compositionstart", () => this.close());
    field.addEventListener("compositionend", () => this.later());
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => this.close());
    field.form.addEventListener("submit", () => this.close());
    // The field keeps the focus, or the list would be gone before it is clicked.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      if (!modified(event) && event.target.closest("[role=option]")) this.close();
    });
  }

  get query() {
    return this.field.value.trim();
  }

  get isOpen() {
    return !this.list.hidden;
  }

  /** Whether something is asked, or about to be. */
  get isWaiting() {
    return Boolean(this.timer || this.wish);
  }

  /** Forgets what was asked: its answer is not wanted any more. */
  stop() {
    clearTimeout(this.timer);
    this.wish?.abort();
    this.timer = this.wish = null;
  }

  close() {
    this.stop();
    this.point(-1);
    this.list.hidden = true;
    this.summary.textContent = "";
    this.field.ariaExpanded = false;
  }

  /** Asks when somebody stops typing. */
  later() {
    this.stop();
    this.point(-1);
    if (this.query) this.timer = setTimeout(() => this.ask(), 120);
    else this.close();
  }

  /** Shows what suits the field, and resolves to whether it does; an answer that fails is none. */
  async ask() {
    this.stop();
    const wish = (this.wish = new AbortController());
    const deadline = setTimeout(() => wish.abort(), 5000);
    const address = new URL(this.field.dataset.suggest, location.href);
    address.searchParams.set("q", this.query);
    let found = null;
    try {
      const response = await fetch(address, { signal: wish.signal });
      if (response.ok) found = await response.json();
    } catch {
      // A search works without.
    }
    clearTimeout(deadline);
    if (wish !== this.wish) return false;
    this.wish = null;
    if (found?.groups.length) this.show(found);
    else this.close();
    this.summary.textContent = found?.summary ?? "";
    return this.isOpen;
  }

  show({ query, groups }) {
    this.point(-1);
    this.options = [];
    this.list.replaceChildren(...groups.map((group) => this.group(group, query)));
    this.list.hidden = false;
    this.list.scrollTop = 0;
    this.field.ariaExpanded = true;
  }

  group({ kind, name, suggestions }, query) {
    const heading = element("div", { id: `suggested-${kind}`, role: "presentation", textContent: name });
    const options = suggestions.map(({ label, lang, href, note }) => {
      const text = element("span", lang ? { lang } : { translate: false }, ...marked(label, query));
      const option = element("a", { id: `suggestion-${this.options.length}`, href, role: "option", ariaSelected: false, tabIndex: -1 }, text, " ");
      if (note) option.append(element("small", { textContent: note }));
      this.options.push(option);
      return option;
    });
    const group = element("div", { role: "group" }, heading, ...options);
    group.dataset.kind = kind;
    group.setAttribute("aria-labelledby", heading.id);
    return group;
  }

  /** Points to one option, or with -1 to none. */
  point(at) {
    if (this.options[this.at]) this.options[this.at].ariaSelected = false;
    this.at = at;
    const option = this.options[at];
    if (!option) {
      this.field.removeAttribute("aria-activedescendant");
      return;
    }
    option.ariaSelected = true;
    option.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", option.id);
  }

  /** Moves by one option, from the last to the first and back. */
  step(by) {
    const count = this.options.length;
    if (this.at < 0) this.point(by > 0 ? 0 : count - 1);
    else this.point((this.at + by + count) % count);
  }

  async press(event) {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && event.altKey) {
      event.preventDefault();
      if (by < 0) this.close();
      else if (this.query && !this.isOpen) this.ask();
    } else if (by && this.query) {
      event.preventDefault();
      // Nobody steps through a list that is about to be another one.
      if ((this.isOpen && !this.isWaiting) || (await this.ask())) this.step(by);
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.options[this.at].click();
    } else if (event.key === "Escape") {
      // Only the next one empties the field.
      if (this.isOpen) event.preventDefault();
      this.close();
    } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) this.point(-1);
  }
}

const search = document.getElementById("q");
if (search?.dataset.suggest) new Suggestions(search);

// --- Favourites, and what was viewed last ------------------------------------------------

const most = { favourites: 500, recent: 50 };
const shapes = {
  slug: /^[a-z0-9-]{1,100}$/,
  title: /^\P{Cc}{1,300}$/u,
  lang: /^[a-zA-Z-]{2,20}$/,
  category: /^[a-z0-9-]{1,100}$/,
  cover: /^\/\w[\w./?=&%-]{0,200}$/,
  width: /^[1-9]\d{0,4}$/,
  height: /^[1-9]\d{0,4}$/,
};

/** Of anything at all, the sound entries, each prompt once: files and storage may hold any. */
function sound(entries, key) {
  const bySlug = new Map();
  for (const entry of Array.isArray(entries) ? entries : []) {
    const fields = Object.entries(shapes).map(([name, shape]) => [name, entry?.[name], shape]);
    const fits = fields.every(([, value, shape]) => typeof value === "string" && shape.test(value));
    if (fits && !bySlug.has(entry.slug)) bySlug.set(entry.slug, Object.fromEntries(fields));
  }
  return [...bySlug.values()].slice(0, most[key]);
}

/** What is on a list, newest first. */
function listed(key) {
  try {
    return sound(JSON.parse(recall(key)), key);
  } catch {
    return [];
  }
}

/** Keeps a list; returns whether the browser lets us. */
const keep = (key, entries) => remember(key, JSON.stringify(entries.slice(0, most[key])));

const without = (entries, { slug }) => entries.filter((entry) => entry.slug !== slug);

const favourite = document.getElementById("favourite");
const shelves = [...document.querySelectorAll("[data-shelf]")];

function showFavourite() {
  if (favourite) favourite.ariaPressed = listed("favourites").some(({ slug }) => slug === favourite.dataset.slug);
}

if (favourite) {
  const title = document.querySelector("h1");
  const here = { ...favourite.dataset, title: title.textContent.replace(/\p{Cc}/gu, " ").slice(0, 300), lang: title.closest("[lang]").lang };
  keep("recent", [here, ...without(listed("recent"), here)]);
  showFavourite();
  favourite.addEventListener("click", () => {
    const all = listed("favourites");
    const others = without(all, here);
    const isNew = others.length === all.length;
    if (isNew && all.length === most.favourites) return say(words.full, "failed");
    const lasts = keep("favourites", isNew ? [here, ...others] : others);
    showFavourite();
    say(isNew ? (lasts ? words.kept : words.notRemembered) : words.dropped, lasts ? "done" : "failed");
  });
}

const fromTemplate = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

/** What stands in the place of something removed, and puts it back. */
function offerUndo(message, undo) {
  const item = fromTemplate("removed");
  item.querySelector("p").textContent = message;
  item.querySelector("button").onclick = undo;
  say(message);
  return item;
}

function card(entry, key) {
  const item = fromTemplate("card");
  const { slug, title, lang, category, cover, width, height } = entry;
  for (const link of item.querySelectorAll("a")) link.href += slug;
  Object.assign(item.querySelector("img"), { src: cover, width, height });
  item.querySelector("h3").lang = lang;
  item.querySelector("h3 a").textContent = title;
  const name = document.getElementById("categories").content.querySelector(`[data-category="${category}"]`);
  if (name) item.querySelector(".meta").append(name.cloneNode(true));
  const remove = item.querySelector(".remove");
  remove.append(element("span", { className: "visually-hidden" }, ` · ${title}`));
  remove.hidden = key !== "favourites";
  remove.onclick = () => {
    const all = listed(key);
    const at = all.findIndex((other) => other.slug === slug);
    keep(key, without(all, entry));
    const removed = offerUndo(remove.dataset.said.replace("{}", () => title), () => {
      const now = without(listed(key), entry);
      now.splice(Math.max(at, 0), 0, entry);
      keep(key, now);
      removed.replaceWith(item);
      remove.focus();
    });
    item.replaceWith(removed);
    removed.querySelector("button").focus();
  };
  return item;
}

function showShelf(shelf) {
  const key = shelf.dataset.shelf;
  const entries = listed(key);
  const cards = shelf.querySelector(".cards");
  cards.replaceChildren(...entries.map((entry) => card(entry, key)));
  cards.hidden = entries.length === 0;
  shelf.querySelector(".nothing").hidden = entries.length > 0;
  for (const button of shelf.querySelectorAll("#export, #clear")) button.hidden = entries.length === 0;
}

if (shelves.length) {
  document.getElementById("needs-script").hidden = true;
  shelves.forEach(showShelf);
  const [kept, recent] = shelves;
  document.getElementById("export").onclick = () => {
    const file = new Blob([JSON.stringify({ favourites: listed("favourites") }, null, 2)], { type: "application/json" });
    const link = element("a", { href: URL.createObjectURL(file), download: "prompt-gallery-favourites.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const importing = document.getElementById("import");
  // Held here: while somebody chooses, nothing else keeps it from being cleared away.
  let input;
  importing.onclick = () => {
    input = element("input", { type: "file", accept: ".json,application/json" });
    input.onchange = async () => {
      const [file] = input.files;
      let found;
      try {
        // The longest list there can be is shorter.
        if (file.size < 2e6) found = JSON.parse(await file.text()).favourites;
      } catch {
        // Not JSON, or no file any more.
      }
      if (!Array.isArray(found)) return say(importing.dataset.failed, "failed");
      const before = listed("favourites");
      const all = sound([...before, ...found], "favourites");
      const lasts = keep("favourites", all);
      const added = all.length - before.length;
      showShelf(kept);
      if (lasts) say(importing.dataset.imported.replace("{}", added).replace("{}", found.length - added));
      else say(words.notRemembered, "failed");
    };
    input.click();
  };
  const clear = document.getElementById("clear");
  clear.onclick = () => {
    const entries = listed("recent");
    keep("recent", []);
    const removed = offerUndo(clear.dataset.said, () => {
      keep("recent", sound([...listed("recent"), ...entries], "recent"));
      showShelf(recent);
      clear.focus();
    });
    recent.querySelector(".cards").replaceChildren(removed);
    clear.hidden = true;
    removed.querySelector("button").focus();
  };
}

// --- Shortcuts ---------------------------------------------------------------------------

const dialog = document.getElementById("keys");
const useKeys = document.getElementById("use-keys");

/** An element says by its data which key means it. */
function showKeys() {
  useKeys.checked = recall("keys") !== "off";
  for (const meant of document.querySelectorAll("[data-key]")) meant.ariaKeyShortcuts = useKeys.checked ? meant.dataset.key : null;
}
showKeys();

useKeys.addEventListener("change", () => {
  if (!remember("keys", useKeys.checked ? "on" : "off")) say(words.notRemembered, "failed");
  showKeys();
});

document.getElementById("show-keys").addEventListener("click", () => dialog.showModal());

document.addEventListener("keydown", (event) => {
  const [target] = event.composedPath();
  // Some layouts need the shift key for "/" and "?".
  const isOurs = !(event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing || event.keyCode === 229 || event.defaultPrevented);
  const isTyping = target.isContentEditable || target.matches?.("textarea, select, input:not([type=radio], [type=checkbox])");
  if (!isOurs || isTyping || !useKeys.checked || document.querySelector("dialog[open]")) return;
  const meant = [...document.querySelectorAll("[data-key]")].find(({ dataset }) => dataset.key === event.key);
  if (!meant) return;
  event.preventDefault();
  if (meant === search) search.select();
  else meant.click();
});

// --- In every open page, and after coming back -------------------------------------------

for (const choice of document.querySelectorAll("input[name=theme]")) {
  choice.addEventListener("change", () => {
    if (!remember("theme", choice.value)) say(words.notRemembered, "failed");
    showTheme();
  });
}

/** Shows what is remembered under a key, or under any. */
function showRemembered(key) {
  showTheme();
  showKeys();
  showFavourite();
  for (const shelf of shelves) if (!key || key === shelf.dataset.shelf) showShelf(shelf);
}

addEventListener("storage", ({ key, newValue }) => {
  showRemembered(key);
  const tabs = groups.get(key?.replace(/^tab:/, ""));
  const at = tabs ? tabs.at(newValue) : -1;
  if (at >= 0) tabs.show(at);
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) showRemembered();
});
showTheme();
});
