// Favourites and what was viewed last: kept by the browser alone, shown, taken back, carried to
// another browser, and never believed.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { follow, languages, newContext, newPage, newWatchedPage, open, test, textOf, until, url } from "./support.mjs";

const isPressed = (page) => page.$eval("#favourite", (button) => button.getAttribute("aria-pressed") === "true");
const says = (page, text) => until(page, (text) => document.querySelector("[role=status]").textContent === text, text);

/** The prompts on a list, by their titles. */
const titles = (page, shelf) => page.$$eval(`[data-shelf="${shelf}"] .card h3 a`, (all) => all.map((link) => link.textContent));

/** What the browser remembers under a name. */
const stored = (page, key) => page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? "[]"), key);

/** Keeps prompts by the button on their pages, in this order. */
async function keep(page, slugs, at = "") {
  for (const slug of slugs) {
    await page.goto(`${url}${at}/prompts/${slug}`);
    await page.click("#favourite");
    assert.ok(await isPressed(page));
  }
}

const entry = (number, more = {}) => ({
  slug: `prompt-${number}`, title: `Prompt ${number}`, lang: "en", category: "photography", cover: `/covers/prompt-${number}.svg`, width: "4", height: "3", ...more,
});

/** A folder for files to import or to find exported. */
function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "favourites-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Chooses a file with this text to import. */
async function importText(t, page, text) {
  const path = join(folder(t), "favourites.json");
  writeFileSync(path, text);
  const chosen = page.waitForFileChooser();
  // Whatever is answered now is answered after the browser heard that the test chooses the file.
  await page.evaluate(() => {});
  await page.click("#import");
  const chooser = await chosen;
  await chooser.accept([path]);
}

const words = {
  en: { kept: "Kept as a favourite", dropped: "No longer a favourite", removed: (title) => `Removed: ${title}`, category: "Photography", imported: (added, out) => `Added: ${added}. Left out: ${out}.`, wrong: "This is not a file of favourites exported here.", need: "Showing them needs JavaScript" },
  "zh-CN": { kept: "已收藏", dropped: "已取消收藏", removed: (title) => `已移除：${title}`, category: "摄影", imported: (added, out) => `新增 ${added} 条，略过 ${out} 条。`, wrong: "这不是从这里导出的收藏文件。", need: "显示它们需要 JavaScript" },
};

for (const language of languages) {
  const word = words[language.tag];

  test(`a prompt is kept, shown, found again and dropped, in ${language.name}`, async (t) => {
    const page = await newWatchedPage(t);
    await page.goto(`${url}${language.at}/prompts/plain-words`);
    assert.ok(!(await isPressed(page)));
    await page.click("#favourite");
    await says(page, word.kept);
    assert.ok(await isPressed(page));
    const title = await textOf(page, "h1");
    const cover = "/covers/plain-words.svg";
    await follow(page, () => page.click(`header a[href="${language.at}/favourites"]`));
    assert.deepEqual(await titles(page, "favourites"), [title]);
    const card = await page.$eval(".card", (card) => ({
      cover: card.querySelector("img").getAttribute("src"),
      lang: card.querySelector("h3").lang,
      category: card.querySelector(".meta").textContent,
      shelf: card.querySelector(".meta a").getAttribute("href"),
      explains: document.querySelector("#needs-script").checkVisibility(),
    }));
    assert.deepEqual(card, { cover, lang: language.tag, category: word.category, shelf: `${language.at}/categories/photography`, explains: false });
    await follow(page, () => page.click(".card h3 a"));
    assert.equal(new URL(page.url()).pathname, `${language.at}/prompts/plain-words`);
    assert.ok(await isPressed(page));
    await page.click("#favourite");
    await says(page, word.dropped);
    await page.goto(`${url}${language.at}/favourites`);
    assert.deepEqual(await titles(page, "favourites"), []);
    assert.ok(await page.$eval(`[data-shelf="favourites"] .nothing`, (text) => text.checkVisibility()));
    assert.deepEqual(page.complaints, []);
  });

  test(`a removed favourite can be put back where it was, in ${language.name}`, async (t) => {
    const page = await newPage(t);
    await keep(page, ["plain-words", "chinese-words", "json-plan"], language.at);
    await page.goto(`${url}${language.at}/favourites`);
    const all = await titles(page, "favourites");
    assert.equal(all.length, 3);
    await page.click(`[data-shelf="favourites"] li:nth-child(2) .remove`);
    await says(page, word.removed(all[1]));
    assert.deepEqual(await titles(page, "favourites"), [all[0], all[2]]);
    assert.equal((await stored(page, "favourites")).length, 2);
    // The keyboard is where the card was.
    assert.ok(await page.evaluate(() => document.activeElement.closest(".removed") !== null));
    await page.keyboard.press("Enter");
    assert.deepEqual(await titles(page, "favourites"), all);
    assert.ok(await page.evaluate(() => document.activeElement.matches("li:nth-child(2) .remove")));
    await page.reload();
    assert.deepEqual(await titles(page, "favourites"), all);
  });

  test(`favourites go to another browser in a file, in ${language.name}`, async (t) => {
    const page = await newPage(t);
    await keep(page, ["plain-words", "chinese-words"], language.at);
    await page.goto(`${url}${language.at}/favourites`);
    const all = await titles(page, "favourites");
    const downloads = folder(t);
    const session = await page.createCDPSession();
    await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: downloads, eventsEnabled: true, browserContextId: page.browserContext().id });
    const done = new Promise((done) => session.on("Browser.downloadProgress", ({ state }) => state === "completed" && done()));
    await page.click("#export");
    await done;
    const [name] = readdirSync(downloads);
    assert.match(name, /\.json$/);
    const text = readFileSync(join(downloads, name), "utf8");
    assert.equal(JSON.parse(text).favourites.length, 2);

    const other = await newPage(t);
    await keep(other, ["json-plan", "plain-words"], language.at);
    await other.goto(`${url}${language.at}/favourites`);
    const [plain, json] = await titles(other, "favourites");
    await importText(t, other, text);
    await says(other, word.imported(1, 1));
    assert.deepEqual(await titles(other, "favourites"), [plain, json, all[0]]);
    await other.reload();
    assert.deepEqual(await titles(other, "favourites"), [plain, json, all[0]]);
  });

  test(`a file that is something else changes nothing and says so, in ${language.name}`, async (t) => {
    const page = await newPage(t);
    await keep(page, ["plain-words"], language.at);
    await page.goto(`${url}${language.at}/favourites`);
    const before = await stored(page, "favourites");
    for (const text of ["", "{", "[]", "null", `{"favourites": "all"}`, `{"favourites": {"length": 3}}`, JSON.stringify({ favourites: [entry(1, { title: "x".repeat(3e6) })] })]) {
      await page.evaluate(() => (document.querySelector("[role=status]").textContent = ""));
      await importText(t, page, text);
      await says(page, word.wrong);
      assert.deepEqual(await stored(page, "favourites"), before, text.slice(0, 40));
    }
    assert.deepEqual(page.complaints, []);
  });

  test(`without JavaScript the page explains what it needs, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/favourites`, { javascript: false });
    assert.ok((await textOf(page, "main")).includes(word.need));
    assert.ok(await page.$eval("#needs-script", (text) => text.checkVisibility()));
    assert.equal(await page.$$eval("main button, main section", (all) => all.filter((one) => one.checkVisibility()).length), 0);
  });
}

test("a prompt kept in one language is found in the other, under the name it was kept by", async (t) => {
  const page = await newPage(t);
  await keep(page, ["plain-words"], "/zh-CN");
  await page.goto(`${url}/favourites`);
  assert.deepEqual(await titles(page, "favourites"), ["平常的话"]);
  assert.equal(await page.$eval(".card h3", (title) => title.lang), "zh-CN");
  assert.equal(await textOf(page, ".card .meta"), "Photography");
  await follow(page, () => page.click(".card h3 a"));
  assert.equal(new URL(page.url()).pathname, "/prompts/plain-words");
});

test("nothing of what is kept is sent to the server", async (t) => {
  const page = await newPage(t);
  await page.goto(`${url}/prompts/plain-words`);
  const sent = [];
  page.on("request", (request) => sent.push([request.method(), request.url().slice(url.length), request.postData()]));
  await page.click("#favourite");
  await says(page, words.en.kept);
  await page.goto(`${url}/favourites`);
  // What is shown is fetched like by anybody else: covers, style and script.
  const others = sent.filter(([method, path, data]) => method !== "GET" || data || !/^\/(favourites|(assets|covers)\/[\w.-]+)$/.test(path));
  assert.deepEqual(others, []);
});

test("hostile files and storage become text or nothing", async (t) => {
  const page = await newWatchedPage(t);
  await page.goto(`${url}/favourites`);
  const markup = `<img src=x onerror=alert(1)><script>alert(1)</script>`;
  const hostile = [
    entry(1, { title: markup }),
    entry(2, { slug: "../../evil" }),
    entry(3, { slug: `"><b>` }),
    entry(4, { cover: "//evil.example/x.svg" }),
    entry(5, { cover: "https://evil.example/x.svg" }),
    entry(6, { cover: "javascript:alert(1)" }),
    entry(7, { cover: "/\\evil.example/x.svg" }),
    entry(8, { category: `"] , [onclick` }),
    entry(9, { lang: `"><b>` }),
    entry(10, { width: "1e9" }),
    entry(11, { title: 7 }),
    entry(12, { title: "x".repeat(301) }),
    entry(13, { title: "line\nfeed" }),
    entry(14, { slug: ["prompt-14"] }),
    entry(1, { title: "the same again" }),
    { __proto__: null, slug: "constructor" },
    entry(15, { category: "constructor", onclick: "alert(1)" }),
    null, 1, "text", [], {},
  ];
  await importText(t, page, JSON.stringify({ favourites: hostile }));
  await says(page, words.en.imported(2, hostile.length - 2));
  const check = async () => {
    assert.deepEqual(await titles(page, "favourites"), [markup, "Prompt 15"]);
    assert.equal(await page.$("main script, main img[src=x], main b"), null);
    const links = await page.$$eval(".card a", (all) => all.map((link) => link.getAttribute("href")));
    assert.ok(links.every((href) => /^(http:\/\/[^/]+)?\/(prompts\/prompt-\d+|categories\/photography)$/.test(href)), links.join());
  };
  await check();
  assert.deepEqual(Object.keys((await stored(page, "favourites"))[1]).sort(), Object.keys(entry(1)).sort());
  await page.evaluate((all) => localStorage.setItem("favourites", all), JSON.stringify(hostile));
  await page.reload();
  await check();
  for (const nonsense of ["{", "null", "7", `{"length": 5}`, `[[[]]]`]) {
    await page.evaluate((text) => ["favourites", "recent"].forEach((key) => localStorage.setItem(key, text)), nonsense);
    await page.reload();
    assert.deepEqual(await titles(page, "favourites"), [], nonsense);
  }
  const elsewhere = page.requests.filter((address) => !address.startsWith(`${url}/`) && !address.startsWith("data:"));
  assert.deepEqual(elsewhere, []);
  // The covers of prompts that are not there are not found; nothing else is complained of.
  assert.deepEqual(page.complaints.filter((text) => !text.includes("404")), []);
});

test("there are at most 500 favourites, and the next one is refused rather than another lost", async (t) => {
  const page = await newPage(t);
  await page.goto(`${url}/favourites`);
  await page.evaluate((all) => localStorage.setItem("favourites", all), JSON.stringify(Array.from({ length: 498 }, (_, number) => entry(number))));
  await page.goto(`${url}/prompts/plain-words`);
  await page.click("#favourite");
  await page.goto(`${url}/favourites`);
  await importText(t, page, JSON.stringify({ favourites: [entry(1000), entry(1001), entry(1002)] }));
  await says(page, words.en.imported(1, 2));
  assert.equal((await stored(page, "favourites")).length, 500);
  await page.goto(`${url}/prompts/json-plan`);
  await page.click("#favourite");
  await says(page, "500 favourites are the most there can be. Remove one first.");
  assert.ok(!(await isPressed(page)));
  const kept = (await stored(page, "favourites")).map(({ slug }) => slug);
  assert.deepEqual([kept.length, kept[0], kept[499]], [500, "plain-words", "prompt-1000"]);
});

test("what was viewed last comes first, once, and never more than 50", async (t) => {
  const page = await newPage(t);
  for (const slug of ["plain-words", "json-plan", "plain-words"]) await page.goto(`${url}/prompts/${slug}`);
  await page.goto(`${url}/favourites`);
  assert.deepEqual(await titles(page, "recent"), ["Plain words", "A plan in JSON"]);
  assert.equal(await page.$$eval(`[data-shelf="recent"] .remove`, (all) => all.filter((one) => one.checkVisibility()).length), 0);
  await page.evaluate((all) => localStorage.setItem("recent", all), JSON.stringify(Array.from({ length: 50 }, (_, number) => entry(number))));
  await page.goto(`${url}/prompts/plain-words`);
  const recent = (await stored(page, "recent")).map(({ slug }) => slug);
  assert.deepEqual([recent.length, recent[0], recent[49]], [50, "plain-words", "prompt-48"]);
});

test("what was viewed last can be cleared, and brought back", async (t) => {
  const page = await newPage(t);
  for (const slug of ["plain-words", "json-plan"]) await page.goto(`${url}/prompts/${slug}`);
  await page.goto(`${url}/favourites`);
  await page.click("#clear");
  await says(page, "Cleared.");
  assert.deepEqual(await stored(page, "recent"), []);
  assert.deepEqual(await titles(page, "recent"), []);
  await page.keyboard.press("Enter");
  assert.deepEqual(await titles(page, "recent"), ["A plan in JSON", "Plain words"]);
  assert.equal(await page.evaluate(() => document.activeElement.id), "clear");
  await page.click("#clear");
  await page.reload();
  assert.deepEqual(await titles(page, "recent"), []);
  assert.ok(await page.$eval("#clear", (button) => !button.checkVisibility()));
});

test("open pages agree on what is kept, and do not undo each other", async (t) => {
  const context = await newContext(t);
  const list = await open(t, "/zh-CN/favourites", { context });
  const first = await open(t, "/prompts/plain-words", { context });
  const same = await open(t, "/zh-CN/prompts/plain-words", { context });
  const second = await open(t, "/prompts/json-plan", { context });
  await first.bringToFront();
  await first.click("#favourite");
  await until(same, () => document.querySelector("#favourite").getAttribute("aria-pressed") === "true");
  await second.bringToFront();
  await second.click("#favourite");
  await until(list, () => document.querySelectorAll(`[data-shelf="favourites"] .card`).length === 2);
  assert.deepEqual(await titles(list, "favourites"), ["A plan in JSON", "Plain words"]);
  await list.bringToFront();
  await list.click(`[data-shelf="favourites"] li:nth-child(2) .remove`);
  await until(first, () => document.querySelector("#favourite").getAttribute("aria-pressed") === "false");
  assert.ok(await isPressed(second));
});

test("coming back to a prompt shows what was done with it since", async (t) => {
  const page = await newPage(t);
  await keep(page, ["plain-words"]);
  await follow(page, () => page.click(`header a[href="/favourites"]`));
  await page.click(".remove");
  await page.goBack();
  assert.ok(!(await isPressed(page)));
});

test("where storage is forbidden, keeping lasts as long as the page, and is said to", async (t) => {
  const page = await newPage(t);
  await page.evaluateOnNewDocument(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("No.", "SecurityError"); } });
  });
  await page.goto(`${url}/prompts/plain-words`);
  await page.click("#favourite");
  await says(page, "Your browser does not allow keeping this. It lasts until you leave the page.");
  assert.ok(await isPressed(page));
  await page.click("#favourite");
  assert.ok(!(await isPressed(page)));
  await page.goto(`${url}/favourites`);
  assert.deepEqual(await titles(page, "favourites"), []);
  await importText(t, page, JSON.stringify({ favourites: [entry(1)] }));
  await until(page, () => document.querySelectorAll(".card").length === 1);
  assert.deepEqual(page.complaints.filter((text) => !text.includes("404")), []);
});

test("where storage is full, a favourite that does not fit says so", async (t) => {
  const page = await newPage(t);
  await page.goto(`${url}/prompts/plain-words`);
  await page.evaluate(() => (Storage.prototype.setItem = () => { throw new DOMException("Full.", "QuotaExceededError"); }));
  await page.click("#favourite");
  await says(page, "Your browser does not allow keeping this. It lasts until you leave the page.");
  assert.ok(await isPressed(page));
});
