// What the browser tests share: the real program on a copy of the seeds, a headless Chromium,
// and pages of a context of their own.
//
// Importing this file starts both; they end with the test file that imported it. Every test
// file has a browser of its own, because a clipboard belongs to a browser and not to a context.
//
// CHROME             the browser to drive (default /usr/bin/chromium)
// GALLERY_PROGRAM    the program to test (default target/debug/prompt-gallery)

import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, test as nodeTest } from "node:test";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const program = process.env.GALLERY_PROGRAM ?? join(root, "target/debug/prompt-gallery");
const chrome = process.env.CHROME ?? "/usr/bin/chromium";

/** How long anything may take before it counts as not happening, in milliseconds. */
export const patience = 10_000;

// --- The gallery -------------------------------------------------------------------------

/** Everything that is easily lost on the way through HTML, a selection or a clipboard. */
export const hostileText = [
  "",
  "",
  "  Two line feeds and two blanks stand before this line.",
  `"double" 'single' \`back\` “curly” «angle» & &amp; &#10; <b>not bold</b> </script><!-- --> ]]>`,
  "\tone tab,\t\ttwo tabs, and blanks at the end   ",
  "backslashes \\ \\n \\u0041, ${dollar}, #{hash}, %s, $(command)",
  "carriage return\rin the middle of a line",
  "family 👨‍👩‍👧‍👦, flag 🏴󠁧󠁢󠁥󠁮󠁧󠁿, combining e\u0301, precomposed \u00e9",
  "bidi \u202eright to left\u202c, isolate \u2067א\u2069, zero \u200bwidth\u200b, joiner \u200d, mark \ufeff, soft\u00adhyphen",
  "no-break\u00a0space, ideographic\u3000space, line\u2028separator, delete \u007f, control \u0001",
  "中文：望潮亭下，灯火三更。",
  "",
  "   ",
  "",
].join("\n");

/** One line of 150 kB without a single place to break it. */
export const longLine = "Endless".repeat(21_429);

/** The prompt with a blank of every kind, and the name of one in more than one notation. */
export const blanksText = [
  "Photograph of [product name] on a {{surface}}, in ${tone:warm} light, in the manner of <style>.",
  "{{notes}}",
  "Nothing but [Product Name] is sharp.",
].join("\n");

/** A JSON prompt on one line, with numbers and escapes that a parser would rewrite. */
export const oneLineJson = String.raw`{"scene": "[product name] on a table", "light": ["window", "[time of day]"], "size": 1.0e0, "caf\u00e9": {"lens": {"mm": 50}, "empty": {}}, "again": "[product name]"}`;

/** A document in each layout, as its author would write it by hand. */
export const prettyJson = String.raw`{
  "scene": "[product name] on a table",
  "light": [
    "window",
    "[time of day]"
  ],
  "size": 1.0e0,
  "caf\u00e9": {
    "lens": {
      "mm": 50
    },
    "empty": {}
  },
  "again": "[product name]"
}`;
export const minifiedJson = String.raw`{"scene":"[product name] on a table","light":["window","[time of day]"],"size":1.0e0,"caf\u00e9":{"lens":{"mm":50},"empty":{}},"again":"[product name]"}`;

/** The beginning of JSON that a human did not finish. */
export const brokenJson = `{\n  "scene": "灯火",\n  "light": ["window",],\n}`;

/** Prompts of the tests' own, by slug, beside the repository's. */
export const prompts = {
  "plain-words": {
    front: `title.en = "Plain words"\ntitle.zh-CN = "平常的话"\nlanguage = "en"`,
    text: "A kitchen table by a window.\nMorning light, nobody there.",
  },
  "chinese-words": {
    front: `title.en = "The tide-watching pavilion"\ntitle.zh-CN = "望潮亭"\nlanguage = "zh-CN"`,
    text: "望潮亭下，灯火三更。江面很黑，潮头是一道白线。",
  },
  "json-plan": {
    front: `title.en = "A plan in JSON"\nlanguage = "en"`,
    text: JSON.stringify({ scene: "a kitchen table", light: ["window", "morning"], people: 0 }, null, 2),
  },
  "all-blanks": {
    front: `title.en = "A blank of every kind"
title.zh-CN = "各种空白"
language = "en"
[[blanks]]
name = "product name"
label.en = "Product"
label.zh-CN = "产品"
help.en = "What is sold."
help.zh-CN = "卖的是什么。"
[[blanks]]
name = "surface"
label.en = "Surface"
label.zh-CN = "台面"
[[blanks]]
name = "style"
label.en = "Style"
label.zh-CN = "风格"
options = ["film", "pencil & ink", "水墨"]
[[blanks]]
name = "notes"
label.en = "Notes"
label.zh-CN = "备注"
multiline = true
required = false`,
    text: blanksText,
  },
  "chinese-blanks": {
    front: `title.en = "Blanks in Chinese"\ntitle.zh-CN = "中文空白"\nlanguage = "zh-CN"`,
    text: `为【主题】画一张海报，地点在{{地点}}，季节是{argument name="季节" default="秋天"}。`,
  },
  "many-lines": {
    front: `title.en = "Many lines"\nlanguage = "en"`,
    text: [..."{{first}}{{last}}".split(/(?<=}})/).flatMap((blank) => [blank, ...Array(40).fill(`One more line, ${"rather long, ".repeat(5)}as it is.`)])].join("\n"),
  },
  "long-blanks": {
    front: `title.en = "A long text with a blank"\nlanguage = "en"`,
    text: `A {{thing}} here.\n${"Words and words. ".repeat(600)}\nThe {{thing}} again.`,
  },
  "json-blanks": { front: `title.en = "One line of JSON"\ntitle.zh-CN = "一行 JSON"\nlanguage = "en"`, text: oneLineJson },
  "json-broken": { front: `title.en = "Broken JSON"\nlanguage = "en"`, text: brokenJson },
  "hostile-text": { front: `title.en = "Hostile <text> & more"\nlanguage = "en"`, text: hostileText },
  "long-line": {
    front: `title.en = "One long line"\nlanguage = "en"`,
    model: ["nano_banana/text_to_image", "nano-banana-pro"],
    text: longLine,
  },
  "long-title": {
    front: `title.en = "${"Donaudampfschifffahrtsgesellschaft".repeat(4)}"\ntitle.zh-CN = "${"很长的标题".repeat(27)}"\nlanguage = "en"`,
    text: "Short, under a long title.",
  },
};

function makeGallery() {
  const folder = mkdtempSync(join(tmpdir(), "gallery-browser-"));
  const seeds = join(folder, "seeds");
  cpSync(join(root, "seeds"), seeds, { recursive: true });
  const shelf = join(seeds, "prompts", "of-the-browser-tests");
  mkdirSync(shelf);
  for (const [slug, { front, text, model = ["gpt_image_2/text_to_image", "gpt-image-2"] }] of Object.entries(prompts)) {
    const [endpoint, name] = model;
    const head = `category = "photography"\nendpoint = "${endpoint}"\nmodel = "${name}"\n${front}`;
    writeFileSync(join(shelf, `${slug}.md`), `+++\n${head}\n+++\n${text}\n`);
  }
  return { folder, seeds };
}

export const { folder, seeds } = makeGallery();

const server = spawn(program, ["serve", "--listen", "127.0.0.1:0"], {
  env: { PATH: process.env.PATH, GALLERY_DATABASE: join(folder, "gallery.db"), GALLERY_SEEDS: seeds },
  stdio: ["ignore", "pipe", "pipe"],
});
let log = "";
server.stderr.on("data", (chunk) => (log = (log + chunk).slice(-10_000)));
process.on("exit", () => {
  server.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Where the gallery is, as `http://127.0.0.1:PORT`. */
export const url = await new Promise((opened, failed) => {
  createInterface({ input: server.stdout }).on("line", (line) => {
    const found = /^Prompt Gallery is open: \d+ prompts at (http:\S+)$/.exec(line);
    if (found) opened(found[1]);
  });
  server.on("error", failed);
  server.on("exit", () => failed(new Error(`the program ended before it was open:\n${log}`)));
});

/** The same gallery under a name that browsers do not trust with the clipboard. */
export const plainUrl = url.replace("127.0.0.1", "gallery.test");

/** The first tag of the seeds. */
export const tag = /^slug = "(.+)"$/m.exec(readFileSync(join(seeds, "tags.toml"), "utf8"))[1];

/** What the server answers, byte for byte. */
export async function served(path) {
  const response = await fetch(url + path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer()).toString("utf8");
}

// --- The browser -------------------------------------------------------------------------

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
  "--host-resolver-rules=MAP gallery.test 127.0.0.1",
];

/**
 * A browser. Chromium itself crashes now and then before it shows anything; that is said and it is
 * begun again, for nothing of ours has been asked of it yet.
 */
async function launch(attempts = 3) {
  const userDataDir = join(folder, `profile-${attempts}`);
  try {
    return await puppeteer.launch({ executablePath: chrome, headless: true, userDataDir, args });
  } catch (error) {
    if (attempts === 1) throw error;
    console.error(`Chromium did not start, trying again: ${error.message}`);
    return launch(attempts - 1);
  }
}

export const browser = await launch();

after(async () => {
  await browser.close();
  server.removeAllListeners("exit");
  server.kill();
});

/** A test that may take a while, but not for ever. */
export const test = (name, body) => nodeTest(name, { timeout: 60_000 }, body);

/** A browser context of this test's own: no storage, no history, and the clipboard allowed. */
export async function newContext(t) {
  const context = await browser.createBrowserContext();
  t.after(() => context.close());
  await context.overridePermissions(url, ["clipboard-read", "clipboard-write", "clipboard-sanitized-write"]);
  return context;
}

/** What a visitor can ask of every page, as media features. */
export const still = { name: "prefers-reduced-motion", value: "reduce" };
export const moving = { name: "prefers-reduced-motion", value: "no-preference" };
export const light = { name: "prefers-color-scheme", value: "light" };
export const dark = { name: "prefers-color-scheme", value: "dark" };

/**
 * A page that has not been anywhere yet. What it complains about and where it sends requests is
 * collected in `page.complaints` and `page.requests`. Unless a test asks for motion there is
 * none, so that no test has to wait for it.
 */
export async function newPage(t, { context, javascript = true, width = 1280, height = 800, features = [still] } = {}) {
  const page = await (context ?? (await newContext(t))).newPage();
  page.setDefaultTimeout(patience);
  page.complaints = [];
  page.requests = [];
  page.on("console", (message) => {
    if (["error", "warn", "assert"].includes(message.type())) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("request", (request) => page.requests.push(request.url()));
  await page.setViewport({ width, height });
  await page.setJavaScriptEnabled(javascript);
  await page.emulateMediaFeatures(features);
  await page.evaluateOnNewDocument(colours);
  return page;
}

/** Gives a page's tests `rgba`, a colour of any notation as numbers up to 255, and `contrast`. */
function colours() {
  const kept = new Map();
  let canvas;
  window.rgba = (colour) => {
    if (!kept.has(colour)) {
      canvas ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      kept.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return kept.get(colour);
  };
  const light = (colour) => {
    const [r, g, b] = window.rgba(colour).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  window.contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
}

/**
 * A page that also collects what the content security policy stops, and lets a test wait until
 * nothing more is to come: `quiet` counts what the page's script still means to do. A message
 * that leaves after some seconds is not waited for.
 */
export async function newWatchedPage(t, options) {
  const page = await newPage(t, options);
  await page.exposeFunction("reportViolation", (text) => page.complaints.push(text));
  await page.evaluateOnNewDocument(() => {
    addEventListener("securitypolicyviolation", (event) => window.reportViolation(`${event.violatedDirective}: ${event.blockedURI}`));
    const timers = new Set();
    const [set, clear] = [setTimeout, clearTimeout];
    window.setTimeout = (act, delay, ...args) => {
      const timer = set(() => (timers.delete(timer), act(...args)), delay);
      if (delay < 1000) timers.add(timer);
      return timer;
    };
    window.clearTimeout = (timer) => (timers.delete(timer), clear(timer));
    window.asked = [];
    let underWay = 0;
    const send = XMLHttpRequest.prototype.send;
    const open = XMLHttpRequest.prototype.open;
    XMLHttpRequest.prototype.open = function (method, address) {
      this.asked = String(address);
      open.call(this, method, address);
    };
    XMLHttpRequest.prototype.send = function () {
      window.asked.push(this.asked);
      underWay += 1;
      this.addEventListener("loadend", () => set(() => (underWay -= 1)));
      send.call(this);
    };
    const ask = window.fetch;
    window.fetch = (...args) => {
      underWay += 1;
      const answer = ask(...args);
      answer.then((response) => response.clone().arrayBuffer()).catch(() => {}).finally(() => set(() => (underWay -= 1)));
      return answer;
    };
    window.isQuiet = () => timers.size === 0 && underWay === 0;
  });
  return page;
}

/** A watched page opened at a path. */
export async function openWatched(t, path, options) {
  const page = await newWatchedPage(t, options);
  await page.goto(url + path);
  await page.bringToFront();
  return page;
}

/** Waits until the page's script has done what it meant to do. */
export const quiet = (page) => until(page, () => window.isQuiet());

/** A page opened at a path of the gallery. */
export async function open(t, path, options = {}) {
  const page = await newPage(t, options);
  await page.goto((options.at ?? url) + path);
  await page.bringToFront();
  return page;
}

/** Aborts, or hands to `decide`, the page's requests whose address matches. */
export async function intercept(page, pattern, decide = (request) => request.abort()) {
  await page.setRequestInterception(true);
  page.on("request", (request) => (pattern.test(request.url()) ? decide(request) : request.continue()));
}

/** Waits until the page's own condition holds. */
export const until = (page, condition, ...args) =>
  page.waitForFunction(condition, { timeout: patience, polling: 50 }, ...args);

/** Clicks a link or submits something, and waits for the page it leads to. */
export async function follow(page, act) {
  await Promise.all([page.waitForNavigation(), act()]);
}

/** The text of one element, exactly. */
export const textOf = (page, selector) => page.$eval(selector, (element) => element.textContent);

/** Brings a page to the front, and waits until it knows: no other may use the clipboard. */
async function focus(page) {
  await page.bringToFront();
  await until(page, () => document.hasFocus());
}

/** The text on the clipboard, read in a page that may. */
export async function clipboard(page) {
  await focus(page);
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Puts something else on the clipboard, so that what a test finds there is its own. */
export async function emptyClipboard(page) {
  await focus(page);
  await page.evaluate(() => navigator.clipboard.writeText("nothing was copied"));
}

/** Waits until the live region says that something was copied, in this language. */
export const hearsCopied = (page, { copied }) =>
  until(page, (word) => document.querySelector("[role=status]").textContent.toLowerCase().split(". ")[0].endsWith(word), copied.toLowerCase());

/** The panel that a group of tabs shows; all of them must agree. */
export const chosen = (page, group) =>
  page.$eval(`[data-tabs="${group}"]`, (root) => {
    const tabs = [...root.querySelectorAll("[role=tab]")].filter((tab) => tab.getAttribute("aria-selected") === "true");
    const panels = [...root.querySelectorAll("[role=tabpanel]")].filter((panel) => panel.checkVisibility());
    const ids = [tabs.map((tab) => tab.getAttribute("aria-controls")).join(), panels.map((panel) => panel.id).join()];
    return ids[0] === ids[1] ? ids[0] : `tab ${ids[0]}, panel ${ids[1]}`;
  });

/** The slugs of a group's panels, in order. */
export const panels = (page, group) =>
  page.$$eval(`[data-tabs="${group}"] > .panel`, (all) => all.map((panel) => panel.id));

/** Chooses a tab with the mouse. */
export const choose = (page, panel) => page.click(`[role=tab][aria-controls="${panel}"]`);

// --- The languages -----------------------------------------------------------------------

/** The interface's languages, with the words the tests look for. */
export const languages = [
  {
    tag: "en",
    name: "English",
    at: "",
    copied: "Copied",
    copyFailed: "Your browser did not allow copying. The text is selected: press Ctrl+C or ⌘C.",
    copyPrompt: "Copy prompt",
    updateFailed: "The prompt could not be updated. Check your connection and try again.",
    linkCopied: "Link copied",
    blanks: { product_name: "Product", surface: "Surface", style: "Style", notes: "Notes" },
    missing: (...labels) => `Still to fill in: ${labels.join(", ")}.`,
    tooLong: "At most 4,000 characters; this has 4,001, so it was left out.",
    fillIn: "Fill in",
    layouts: ["As written", "Pretty", "Minified"],
    brokenJson: "This looks like JSON but breaks at line 3, character 22. It is shown and copied as written.",
    loadFailed: "Could not be loaded. Follow the link to open it.",
    agents: "Agents",
    codeLanguages: "Programming languages",
    skip: "Skip to content",
  },
  {
    tag: "zh-CN",
    name: "Chinese",
    at: "/zh-CN",
    copied: "已复制",
    copyFailed: "浏览器不允许复制。文本已选中，请按 Ctrl+C 或 ⌘C。",
    copyPrompt: "复制提示词",
    updateFailed: "提示词更新失败，请检查网络后再试。",
    linkCopied: "链接已复制",
    blanks: { product_name: "产品", surface: "台面", style: "风格", notes: "备注" },
    missing: (...labels) => `尚未填写：${labels.join("、")}。`,
    tooLong: "太长了：共 4,001 个字符，最多 4,000 个。未填入。",
    fillIn: "填入",
    layouts: ["原样", "格式化", "压缩"],
    brokenJson: "看起来像 JSON，但在第 3 行第 22 个字符处出错；这里按原文显示和复制。",
    loadFailed: "加载失败，请点击链接打开。",
    agents: "智能体",
    codeLanguages: "编程语言",
    skip: "跳到正文",
  },
];

/** Every kind of page there is, without its language. */
export const pages = {
  "home": "/",
  "all prompts": "/prompts",
  "a search": `/prompts?q=${encodeURIComponent("灯火")}`,
  "a search without results": "/prompts?q=qqqqqqqqqqqq",
  "categories": "/categories",
  "a category": "/categories/photography",
  "models": "/models",
  "a model": "/models/gpt-image-2",
  "a tag": `/tags/${tag}`,
  "a prompt": "/prompts/plain-words",
  "a Chinese prompt": "/prompts/chinese-words",
  "a JSON prompt": "/prompts/json-plan",
  "a prompt with blanks": "/prompts/all-blanks",
  "a prompt with blanks filled in": "/prompts/all-blanks?v.product_name=a+kettle&v.style=film",
  "a JSON prompt with blanks": "/prompts/json-blanks",
  "a broken JSON prompt": "/prompts/json-broken",
  "a hostile prompt": "/prompts/hostile-text",
  "a huge prompt": "/prompts/long-line",
  "a long title": "/prompts/long-title",
  "questions": "/faq",
  "favourites": "/favourites",
  "about": "/about",
  "the API": "/api",
  "a page that is not there": "/prompts/there-is-no-such-prompt",
};
