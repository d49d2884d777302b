// Copying, tabs, and code on demand. Everything here improves a page that works without it.

const words = document.body.dataset;

// --- Saying things -----------------------------------------------------------------------

const said = document.getElementById("said");
let silence;

/** Shows a message and has it spoken, also when it is the same as the last one. */
function say(message) {
  clearTimeout(silence);
  said.textContent = "";
  setTimeout(() => (said.textContent = message), 50);
  silence = setTimeout(() => (said.textContent = ""), 6000);
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
  const source = button.dataset.copy
    ? document.getElementById(button.dataset.copy)
    : button.closest(".code").querySelector("code");
  const selection = getSelection();
  const before = selection.rangeCount ? selection.getRangeAt(0) : null;
  // The fallback needs a selection; a failure leaves it, ready for the keyboard.
  selection.selectAllChildren(source);
  if (!(await write(source.textContent))) {
    say(words.copyFailed);
    return;
  }
  selection.removeAllRanges();
  if (before) selection.addRange(before);
  say(button.dataset.said);
  button.dataset.label ??= button.textContent;
  button.textContent = words.copied;
  button.classList.add("done");
  clearTimeout(button.timer);
  button.timer = setTimeout(() => {
    button.textContent = button.dataset.label;
    button.classList.remove("done");
  }, 2000);
});

// --- Code on demand ----------------------------------------------------------------------

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function codeBlock(pieces, { name, copyName, said: done }) {
  const pre = element("pre", { tabIndex: 0 }, element("code", {}, ...pieces.map(([kind, text]) => (kind ? element("span", { className: kind, textContent: text }) : text))));
  pre.setAttribute("role", "group");
  pre.setAttribute("aria-label", name);
  const button = element("button", { type: "button", className: "copy", textContent: copyName });
  button.dataset.said = done;
  return element("div", { className: "code" }, pre, button);
}

const loads = new WeakMap();

/** Replaces the content of `place` with the code behind an address; the latest wish wins. */
async function load(place, address, labels) {
  loads.get(place)?.abort();
  const wish = new AbortController();
  loads.set(place, wish);
  place.textContent = words.loading;
  try {
    // The same code in pieces, each with its kind: /snippets/ruby.json beside /snippets/ruby.
    const pieces = new URL(address, location.href);
    pieces.pathname += ".json";
    const response = await fetch(pieces, { signal: wish.signal });
    if (!response.ok) throw new Error(response.statusText);
    const code = await response.json();
    if (!wish.signal.aborted) place.replaceChildren(codeBlock(code, labels));
    return true;
  } catch {
    if (wish.signal.aborted) return true;
    place.textContent = words.loadFailed;
    say(words.loadFailed);
    return false;
  }
}

// --- Tabs --------------------------------------------------------------------------------

const groups = new Map();

/** What the address asks for, and what was chosen last. */
function asked(key) {
  let last = null;
  try {
    last = localStorage.getItem(`tab:${key}`);
  } catch {
    // Storage may be forbidden.
  }
  return [new URLSearchParams(location.search).get(key), last];
}

/** Keeps a choice for later pages and puts it into the address, in place of a hash it outdates. */
function remember(key, choice, outdates = () => false) {
  try {
    localStorage.setItem(`tab:${key}`, choice);
  } catch {
    // Not remembered, then.
  }
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
  const link = links.find((other) => other.dataset.form === form) ?? links[0];
  for (const other of links) {
    other.toggleAttribute("aria-current", false);
    if (other === link) other.setAttribute("aria-current", "true");
  }
  if (link) panel.querySelector(".raw a").href = link.href;
  for (const install of panel.querySelectorAll("[data-for]")) install.hidden = install.dataset.for !== link.dataset.form;
  place.dataset.shown ??= place.querySelector(".kept") ? "nothing" : (links[0]?.dataset.form ?? "");
  const wanted = link?.dataset.form ?? "";
  if (place.dataset.shown === wanted) return;
  place.dataset.shown = wanted;
  // After a failure the next visit tries again.
  if (!(await load(place, link?.href ?? place.dataset.href, place.dataset))) place.dataset.shown = "nothing";
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-form]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  form = link.dataset.form;
  remember("form", form);
  showProgram(link.closest(".panel"));
});

class Tabs {
  constructor(root) {
    this.key = root.dataset.tabs;
    this.panels = [...root.querySelectorAll(":scope > .panel")];
    const list = element("div", { className: "tablist" });
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", root.dataset.label);
    this.tabs = this.panels.map((panel) => {
      const heading = panel.querySelector("h3");
      const tab = element("button", { type: "button", id: `tab-${panel.id}`, textContent: heading.textContent });
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      panel.setAttribute("role", "tabpanel");
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
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
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
      this.tabs[index].setAttribute("aria-selected", String(index === at));
      this.tabs[index].tabIndex = index === at ? 0 : -1;
    });
    showProgram(this.panels[at]);
  }

  /** Shows what the visitor asked for, remembers it, and puts it into the address. */
  choose(at) {
    this.show(at);
    const { id } = this.panels[at];
    remember(this.key, id, (hash) => this.at(hash) >= 0);
  }
}

for (const root of document.querySelectorAll("[data-tabs]")) {
  const tabs = new Tabs(root);
  groups.set(tabs.key, tabs);
}

// The same choice in every open page.
addEventListener("storage", (event) => {
  const tabs = groups.get(event.key?.replace(/^tab:/, ""));
  const at = tabs ? tabs.at(event.newValue) : -1;
  if (at >= 0) tabs.show(at);
});

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

// --- Code of related prompts -------------------------------------------------------------

for (const details of document.querySelectorAll("details.ondemand")) {
  const place = element("div", { className: "place" });
  const links = [...details.querySelectorAll("a[data-language]")];
  const open = (link) => {
    links.forEach((other) => other.removeAttribute("aria-current"));
    link.setAttribute("aria-current", "true");
    load(place, link.href, { ...link.dataset, name: link.textContent });
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
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link);
  });
}
