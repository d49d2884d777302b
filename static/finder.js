// Searches, narrows and sorts the list of all prompts where no server does it: in an export.
//
// An address with a query is shown by the file of the address without it, the list of all prompts;
// this script then brings the page into line with the query. It knows the words of all prompts
// from one file, and takes the cards it shows from the pages of the list.
"use strict";
(() => {
const { index: source, failed } = document.currentScript.dataset;
const asked = new URLSearchParams(location.search);
const q = (asked.get("q") ?? "").trim();
const facetNames = ["category", "model", "modality", "tag", "lang", "blanks", "json", "params"];
if (!q && !["sort", "page", ...facetNames].some((name) => asked.get(name))) return;

const list = location.pathname;
const main = document.getElementById("content");
const heading = main.querySelector("h1");
const count = main.querySelector(".lead .count");
const margin = main.querySelector(".margin.rows");
const rows = main.querySelector(".rows:not(.margin)");
document.getElementById("q").value = q;
// Everything there is is not what was asked for.
rows.replaceChildren();
margin?.replaceChildren();
count.textContent = "…";

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A text with its places taken by words. */
const put = (text, ...words) => text.split("{}").map((part, at) => (at ? words[at - 1] : "") + part).join("");
const grouped = (number) => number.toLocaleString("en");

// --- Finding -----------------------------------------------------------------------------

/** Letters without their marks, full and half width and both cases alike. */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// What is in quotes belongs together. Else a word is a number, a stretch of Chinese, Japanese or
// Korean, or of other letters.
const cjk = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]`;
const wordsOf = new RegExp(String.raw`\p{N}+|${cjk}+|(?:(?!${cjk})[\p{L}])+`, "gu");
const isChinese = new RegExp(`^${cjk}`, "u");

/** What a search asks for: a function for each word that says whether a text has it. */
function wanted(query) {
  const wishes = [];
  const loose = plain(query).replace(/["“”「」]([^"“”「」]+)["“”「」]/gu, (_, phrase) => {
    wishes.push((text) => text.includes(phrase.trim()));
    return " ";
  });
  for (const word of loose.match(wordsOf) ?? []) {
    // Chinese has no beginnings of words; other words are found by theirs.
    const start = new RegExp(String.raw`(?<![\p{L}\p{N}])${word}`, "u");
    wishes.push(isChinese.test(word) ? (text) => text.includes(word) : (text) => start.test(text));
  }
  return wishes;
}

/** The numbers of the prompts that have every word somewhere, the best first. */
function found({ prompts, facets }, query) {
  const wishes = wanted(query);
  const labels = prompts.map(() => []);
  for (const { values } of facets) for (const { words, of } of values) if (words) for (const at of of) labels[at].push(words);
  const ranked = [];
  if (!wishes.length) return ranked;
  prompts.forEach(([slug, titles, text, others], at) => {
    const fields = [titles, labels[at].join("\n"), `${text}\n${others}\n${slug.replaceAll("-", " ")}`].map(plain);
    const best = wishes.map((has) => fields.findIndex(has));
    if (best.includes(-1)) return;
    ranked.push([Math.max(...best), best.reduce((sum, field) => sum + field, 0), at]);
  });
  // Of equals the newest first, as they are numbered.
  return ranked.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]).map(([, , at]) => at);
}

/** What marks the words of a search in a text: those that begin one, and Chinese anywhere. */
function marker(query) {
  const words = (query.match(wordsOf) ?? []).sort((a, b) => b.length - a.length);
  const parts = words.map((word) => (isChinese.test(word) ? word : String.raw`(?<![\p{L}\p{N}])${word}`));
  return parts.length ? new RegExp(parts.join("|"), "giu") : null;
}

/** A text with what a search found marked. */
function marked(text, marks) {
  const pieces = [];
  let plain = 0;
  for (const { 0: word, index } of text.matchAll(marks)) {
    pieces.push(text.slice(plain, index), element("mark", { textContent: word }));
    plain = index + word.length;
  }
  return [...pieces, text.slice(plain)];
}

/** The part of a text around the first word that was found; nothing if none is in it. */
function passage(text, marks) {
  const at = text.replace(/\s/g, " ").search(marks);
  if (at < 0) return null;
  const most = 160;
  const near = Math.max(0, at - 30);
  // From the beginning of a word, where there are words with blanks between them.
  const from = near && Math.min(at, text.indexOf(" ", near) + 1 || at);
  return `${from ? "…" : ""}${text.slice(from, from + most)}${from + most < text.length ? "…" : ""}`;
}

/** Marks on a card why it was found. */
function explain(card, [, , text], marks) {
  const title = card.querySelector("h3 a");
  title.replaceChildren(...marked(title.textContent, marks));
  const part = passage(text, marks);
  if (!part) return;
  const excerpt = card.querySelector(".excerpt");
  excerpt.classList.add("passage");
  excerpt.replaceChildren(...marked(part, marks));
}

// --- Addresses ---------------------------------------------------------------------------

/** The choices of the address: pairs of facet and value. */
function choices(facets) {
  const chosen = [];
  for (const [name, value] of asked) {
    const facet = facets.find(({ slug }) => slug === name);
    if (!facet || !value || chosen.length >= 20) continue;
    const others = facet.several ? (one) => one[0] === name && one[1] === value : (one) => one[0] === name;
    const at = chosen.findIndex(others);
    if (at >= 0) chosen.splice(at, 1);
    chosen.push([name, value]);
  }
  return chosen;
}

const usual = q ? "relevance" : "newest";

function address(chosen, sort, page = 1) {
  const query = new URLSearchParams();
  if (q) query.set("q", q);
  for (const [name, value] of chosen) query.append(name, value);
  if (sort !== usual) query.set("sort", sort);
  if (String(query) === "") return page > 1 ? `${list}/page/${page}` : list;
  if (page > 1) query.set("page", page);
  return `${list}?${query}`;
}

// --- Showing -----------------------------------------------------------------------------

/** The cards of these prompts, from the pages of the list they stand on. */
async function cards(index, numbers) {
  const pages = new Map();
  for (const at of numbers) {
    const page = Math.floor(at / index.page_size) + 1;
    if (!pages.has(page)) pages.set(page, fetchPage(page > 1 ? `${list}/page/${page}` : list));
  }
  const shelves = new Map();
  for (const page of pages.values()) {
    for (const card of (await page).querySelectorAll(".cards > .card")) {
      shelves.set(card.querySelector("h3 a").pathname.split("/").pop(), card);
    }
  }
  const marks = marker(q);
  return numbers.flatMap((at) => {
    const shelved = shelves.get(index.prompts[at][0]);
    if (!shelved) return [];
    const card = document.importNode(shelved, true);
    if (marks) explain(card, index.prompts[at], marks);
    return [card];
  });
}

/** A page as a document; unlike a parser called from here, this needs no trust in markup. */
function fetchPage(url) {
  return new Promise((resolve, reject) => {
    const wish = new XMLHttpRequest();
    wish.responseType = "document";
    wish.onload = () => (wish.status === 200 && wish.response ? resolve(wish.response) : reject(new Error(wish.statusText)));
    wish.onerror = () => reject(new Error(url));
    wish.open("GET", url);
    wish.send();
  });
}

function facetList(facet, values, chosen, sort, texts) {
  const mine = chosen.filter(([name]) => name === facet.slug);
  const has = ({ slug }) => mine.some(([, value]) => value === slug);
  const shown = values.filter((value) => value.left > 0 || has(value)).sort((a, b) => has(b) - has(a) || b.left - a.left);
  // A property all have in common parts nothing.
  if (!shown.length || (shown.length < 2 && !mine.length && !facet.several)) return null;
  const items = shown.map((value) => {
    const rest = chosen.filter(([name, other]) => name !== facet.slug || (facet.several && other !== value.slug));
    const link = element("a", { href: address(has(value) ? rest : [...rest, [facet.slug, value.slug]], sort), rel: "nofollow" }, element("span", { textContent: value.name }), " ", element("span", { className: "count", textContent: grouped(value.left) }));
    if (has(value)) link.ariaCurrent = "true";
    return element("li", {}, link);
  });
  const summary = element("summary", { textContent: facet.name });
  if (mine.length) summary.append(" ", element("b", { textContent: shown.filter(has).map(({ name }) => name).join(", ") }));
  return element("details", { name: "facet" }, summary, element("ul", {}, ...items));
}

function showMargin({ facets, texts }, left, chosen, sort) {
  const remaining = new Set(left);
  const counted = facets.map((facet) => {
    // A choice of the same kind would replace this one, so it does not count.
    const base = facet.several ? remaining : new Set(narrowed.without(facet.slug));
    return [facet, facet.values.map((value) => ({ ...value, left: value.of.filter((at) => base.has(at)).length }))];
  });
  const lists = counted.map(([facet, values]) => facetList(facet, values, chosen, sort, texts)).filter(Boolean);
  const parts = [];
  if (lists.length) parts.push(element("nav", { className: "facets", ariaLabel: texts.narrow }, ...lists));
  if (left.length > 1) {
    const sorts = Object.entries(texts.sorts).filter(([slug]) => q || slug !== "relevance");
    const links = sorts.flatMap(([slug, textContent]) => [" ", element("a", { href: address(chosen, slug), textContent, ariaCurrent: slug === sort ? "true" : null })]);
    parts.push(element("nav", { className: "sorts", ariaLabel: texts.sort_by }, element("span", { textContent: texts.sort_by }), ...links));
  }
  margin?.replaceChildren(...parts);
}

const narrowed = { without: () => [] };

function pager(texts, chosen, sort, page, last) {
  const link = (to, properties) => element("a", { href: address(chosen, sort, to), ...properties });
  const steps = [];
  let shown = 0;
  for (const number of [1, page - 2, page - 1, page, page + 1, page + 2, last]) {
    if (number <= shown || number > last) continue;
    if (number > shown + 1) steps.push(element("li", { ariaHidden: "true", textContent: "…" }));
    const here = link(number, { textContent: number, ariaLabel: put(texts.page, grouped(number)), ariaCurrent: number === page ? "page" : null });
    steps.push(element("li", {}, here));
    shown = number;
  }
  const nav = element("nav", { className: "pager", ariaLabel: texts.pages }, element("ol", {}, ...steps));
  if (page > 1) nav.prepend(link(page - 1, { rel: "prev", textContent: texts.previous }));
  if (page < last) nav.append(link(page + 1, { rel: "next", textContent: texts.next }));
  return nav;
}

async function show(index) {
  const { prompts, facets, orders, texts } = index;
  const chosen = choices(facets);
  const sort = asked.get("sort") in texts.sorts && (q || asked.get("sort") !== "relevance") ? asked.get("sort") : usual;
  const ordered = sort === "relevance" ? found(index, q) : sort in orders ? orders[sort] : prompts.map((_, at) => at);
  const base = q && sort !== "relevance" ? ((hits) => ordered.filter((at) => hits.has(at)))(new Set(found(index, q))) : ordered;
  const sets = chosen.map(([name, slug]) => [name, new Set(facets.find((facet) => facet.slug === name).values.find((value) => value.slug === slug)?.of)]);
  narrowed.without = (name) => sets.filter(([other]) => other !== name).reduce((some, [, set]) => some.filter((at) => set.has(at)), base);
  const left = narrowed.without();
  const last = Math.max(1, Math.ceil(left.length / index.page_size));
  const page = Math.min(Math.max(1, Number.parseInt(asked.get("page") ?? "1", 10) || 1), last);
  const shown = left.slice((page - 1) * index.page_size, page * index.page_size);

  if (q) {
    heading.textContent = put(texts.searched, q);
    const crumb = element("li", {}, element("a", { href: list, textContent: texts.prompts }));
    document.querySelector(".crumbs ol").append(crumb);
    document.title = document.title.replace(/^.*(?= · )/, () => heading.textContent);
  }
  count.textContent = left.length === 1 ? texts.one : put(texts.many, grouped(left.length));
  if (last > 1) count.append(` · ${put(texts.place, grouped(page), grouped(last))}`);
  showMargin(index, left, chosen, sort);
  for (const link of document.querySelectorAll("#languages a")) link.search = location.search;

  const parts = [];
  if (chosen.length) {
    const line = element("p", { className: "chosen" }, element("span", { className: "visually-hidden", textContent: texts.chosen }));
    chosen.forEach(([name, slug], at) => {
      const value = facets.find((facet) => facet.slug === name).values.find((one) => one.slug === slug)?.name ?? slug;
      line.append(element("a", { href: address(chosen.toSpliced(at, 1), sort), rel: "nofollow", ariaLabel: put(texts.take_back, value), textContent: value }), " ");
    });
    if (chosen.length > 1) line.append(element("a", { className: "all", href: address([], sort), textContent: texts.take_all_back }));
    parts.push(line);
  }
  if (shown.length) parts.push(element("ul", { className: "cards" }, ...(await cards(index, shown))));
  else {
    const categories = element("a", { href: list.replace(/prompts$/, "categories"), textContent: texts.categories });
    parts.push(element("p", { className: "nothing" }, `${texts.nothing} `, categories));
  }
  if (last > 1) parts.push(pager(texts, chosen, sort, page, last));
  rows.replaceChildren(...parts);
}

fetch(source)
  .then((response) => (response.ok ? response.json() : Promise.reject(new Error(response.statusText))))
  .then(show)
  .catch(() => {
    count.textContent = "";
    rows.replaceChildren(element("p", { className: "notice", role: "alert", textContent: failed }));
  });
})();
