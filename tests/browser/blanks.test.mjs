// Filling in a prompt's blanks: everything follows what is typed, nothing else moves, and what is
// copied is what the fields hold.

import assert from "node:assert/strict";
import {
  blanksText, choose, chosen, clipboard, emptyClipboard, follow, intercept, languages,
  newWatchedPage, open, openWatched, quiet, served, test, textOf, until, url,
} from "./support.mjs";

const [english] = languages;
const field = (key) => `[name="v.${key}"]`;
const button = (source) => `button[data-copy="${source}"]`;
const visibleCode = "[data-tabs=code] > .panel:not([hidden]) pre code";
const visibleCopy = "[data-tabs=code] > .panel:not([hidden]) button.copy";

/** The fields of that prompt, in their order. */
const fields = ["product_name", "surface", "style", "notes", "tone"];

/** What a form says in which somebody entered these values: its defaults, too. */
const entered = (values) => {
  const isForm = Object.keys(values).length > 0 && Object.keys(values).every((key) => fields.includes(key));
  const all = isForm ? { tone: "warm", ...values } : values;
  const keys = isForm ? fields.filter((key) => key in all) : Object.keys(all);
  return Object.fromEntries(keys.map((key) => [key, all[key]]));
};

/** The prompt with a blank of every kind, by hand. */
const filled = (values) => {
  const { product_name: product, surface, tone, style, notes } = entered(values);
  return blanksText
    .replace("[product name]", () => product || "[product name]")
    .replace("[Product Name]", () => product || "[Product Name]")
    .replace("{{surface}}", () => surface || "{{surface}}")
    .replace("${tone:warm}", () => tone || "${tone:warm}")
    .replace("<style>", () => style || "<style>")
    .replace("{{notes}}", () => notes || "{{notes}}");
};

/** The same as a query. */
const query = (values, more = {}) =>
  new URLSearchParams([...Object.entries(entered(values)).map(([key, value]) => [`v.${key}`, value]), ...Object.entries(more)]).toString();
const dataQuery = query;

/** Puts a text into a field at once, as a paste does. */
async function enter(page, key, value) {
  await page.focus(field(key));
  await page.$eval(field(key), (control) => control.select?.());
  const session = await page.createCDPSession();
  await session.send("Input.insertText", { text: value });
  await session.detach();
}

/** Waits until an element says exactly this. */
const says = (page, selector, text) =>
  until(page, (selector, text) => document.querySelector(selector)?.textContent === text, selector, text);

/** What a page without its script says at the same address. */
async function plainly(t, path, read) {
  const page = await open(t, path, { javascript: false });
  return read(page);
}

/** Copies by mouse and returns what the clipboard holds then. */
async function copied(page, selector) {
  await emptyClipboard(page);
  await page.click(selector);
  await until(page, async () => (await navigator.clipboard.readText().catch(() => "nothing was copied")) !== "nothing was copied");
  return clipboard(page);
}

/** Holds back what the page asks for while one types, until it is told to let go. */
async function hold(page) {
  const held = [];
  let isHolding = true;
  await intercept(page, /\/prompts\//, (request) =>
    isHolding && request.resourceType() === "xhr" ? held.push(request) : request.continue());
  return {
    held,
    /** Waits for this many questions. */
    async reaches(count) {
      while (held.length < count) await new Promise((done) => setTimeout(done, 10));
    },
    /** Answers them, the last first. */
    async release() {
      isHolding = false;
      for (const request of held.reverse()) await request.continue().catch(() => {});
    },
  };
}

// --- Following ---------------------------------------------------------------------------

for (const language of languages) {
  test(`prompt, instruction, code and data follow what is typed, in ${language.name}`, async (t) => {
    const at = `${language.at}/prompts/all-blanks`;
    const values = { product_name: "茶壶 “No 5”", surface: "stone", notes: "one\ntwo", style: "pencil & ink", tone: "cold" };
    const page = await openWatched(t, at);
    assert.equal(await textOf(page, "#prompt-text"), filled({}));
    assert.deepEqual(
      await page.$$eval(".field label", (labels) => labels.slice(0, 4).map((label) => label.firstChild.textContent.trim())),
      Object.values(language.blanks),
    );
    await choose(page, "python");
    for (const key of ["product_name", "surface", "tone", "notes"]) await enter(page, key, values[key]);
    await page.select(field("style"), values.style);
    await says(page, "#prompt-text", filled(values));
    await quiet(page);
    assert.equal(await textOf(page, "#prompt-text"), await served(`${at}.txt?${query(values)}`));
    const instruction = await plainly(t, `${at}?${query(values)}`, (other) => textOf(other, "#instruction"));
    assert.equal(await textOf(page, "#instruction"), instruction);
    assert.ok(instruction.includes(filled(values)));
    for (const panel of await page.$$eval("[data-tabs=code] > .panel", (all) => all.map(({ id }) => id))) {
      const text = await served(`${at}/snippets/${panel}?${query(values)}`);
      assert.equal(await page.$eval(`#${panel} pre code`, (code) => code.textContent), text, panel);
      // The links beside it lead to the same.
      assert.equal(await page.$eval(`#${panel} .raw a`, (link) => link.href.slice(location.origin.length)).then(served), text, panel);
    }
    assert.ok((await textOf(page, visibleCode)).includes("茶壶"));
    const [first, ...others] = await page.$$eval("#formats a", (links) => links.map((link) => link.getAttribute("href")));
    assert.equal(await served(first), filled(values));
    for (const other of others) assert.ok((await served(other)).includes("pencil & ink"), other);
    const { searchParams } = new URL(page.url());
    assert.deepEqual(Object.fromEntries([...searchParams].filter(([name]) => name.startsWith("v."))), Object.fromEntries(new URLSearchParams(query(values))));
    assert.deepEqual(page.complaints, []);
    assert.deepEqual(page.requests.filter((address) => !address.startsWith(`${url}/`) && !address.startsWith("data:")), []);
  });

  test(`a Chinese prompt's blanks are found by their names, in ${language.name}`, async (t) => {
    const page = await openWatched(t, `${language.at}/prompts/chinese-blanks`);
    assert.equal(await textOf(page, "#prompt-text"), `为【主题】画一张海报，地点在{{地点}}，季节是{argument name="季节" default="秋天"}。`);
    await enter(page, "主题", "望潮亭");
    await enter(page, "地点", "江边");
    await enter(page, "季节", "");
    await page.focus(field("季节"));
    await page.keyboard.press("Backspace");
    await says(page, "#prompt-text", `为望潮亭画一张海报，地点在江边，季节是{argument name="季节" default="秋天"}。`);
    await enter(page, "季节", "冬天");
    await says(page, "#prompt-text", "为望潮亭画一张海报，地点在江边，季节是冬天。");
    assert.deepEqual(page.complaints, []);
  });
}

test("focus and caret stay while somebody types in the middle of a text", async (t) => {
  const page = await openWatched(t, `/prompts/all-blanks?${query({ product_name: "a pot" })}`);
  for (const [key, where] of [["product_name", 2], ["notes", 0]]) {
    await page.focus(field(key));
    await page.$eval(field(key), (control, where) => control.setSelectionRange(where, where), where);
    await page.keyboard.type("red ");
    await quiet(page);
    assert.deepEqual(
      await page.evaluate(() => [document.activeElement.name, document.activeElement.selectionStart, document.activeElement.selectionEnd]),
      [`v.${key}`, where + 4, where + 4],
    );
  }
  await says(page, "#prompt-text", filled({ product_name: "a red pot", notes: "red " }));
});

for (const width of [1280, 360]) {
  test(`the page and the code stay where they were scrolled to, ${width} pixels wide`, async (t) => {
    const page = await openWatched(t, "/prompts/many-lines?code=ruby&form=http", { width });
    await quiet(page);
    await page.$eval(visibleCode, (code) => (code.closest("pre").scrollTop = 120));
    await page.$eval(visibleCode, (code) => (code.closest("pre").scrollLeft = 30));
    await page.focus(field("last"));
    const where = () =>
      page.evaluate((code) => {
        const pre = document.querySelector(code).closest("pre");
        return { page: scrollY, field: document.activeElement.getBoundingClientRect().top, down: pre.scrollTop, right: pre.scrollLeft };
      }, visibleCode);
    const before = await where();
    assert.ok(before.down === 120 && (width > 400 || before.page > 400), JSON.stringify(before));
    await page.keyboard.type("the end");
    await until(page, (code) => document.querySelector(code).textContent.includes("the end"), visibleCode);
    assert.deepEqual(await where(), before);
  });

  test(`a text that grows does not push the field away, ${width} pixels wide`, async (t) => {
    const page = await openWatched(t, "/prompts/many-lines", { width });
    await quiet(page);
    await page.focus(field("last"));
    const top = () => page.evaluate(() => document.activeElement.getBoundingClientRect().top);
    const before = await top();
    await enter(page, "last", "many more words ".repeat(40));
    await until(page, () => document.querySelector("#prompt-text").textContent.includes("many more words"));
    await quiet(page);
    assert.ok(Math.abs((await top()) - before) < 2, `${before} ${await top()}`);
  });
}

test("the chosen tabs and the form of the code stay, also in a tab shown after typing", async (t) => {
  const page = await openWatched(t, "/prompts/all-blanks");
  await choose(page, "cursor");
  await choose(page, "ruby");
  await page.click(`#ruby a[data-form="http"]`);
  const values = { surface: "ice" };
  const program = (panel, form, values) => served(`/prompts/all-blanks/snippets/${panel}?${dataQuery(values, form && { form })}`);
  await says(page, "#ruby pre code", await program("ruby", "http", {}));
  await enter(page, "surface", "ice");
  await says(page, "#ruby pre code", await program("ruby", "http", values));
  assert.deepEqual([await chosen(page, "agent"), await chosen(page, "code")], ["cursor", "ruby"]);
  assert.equal(await page.$eval("#ruby [aria-current]", (link) => link.dataset.form), "http");
  await choose(page, "python");
  await says(page, "#python pre code", await program("python", "http", values));
  await page.click(`#python a[data-form="sdk"]`);
  await says(page, "#python pre code", await program("python", "sdk", values));
  await choose(page, "go");
  await says(page, "#go pre code", await program("go", undefined, values));
  await enter(page, "surface", "snow");
  await choose(page, "python");
  await says(page, "#python pre code", await program("python", "sdk", { surface: "snow" }));
  await quiet(page);
  assert.equal(await copied(page, visibleCopy), await program("python", "sdk", { surface: "snow" }));
  const { searchParams } = new URL(page.url());
  assert.deepEqual(Object.fromEntries(searchParams), { agent: "cursor", code: "python", form: "sdk", "v.surface": "snow", "v.tone": "warm" });
});

test("the loaded code of the other form keeps its place while somebody types", async (t) => {
  const page = await openWatched(t, "/prompts/many-lines?code=ruby");
  await page.click(`#ruby a[data-form="http"]`);
  await says(page, "#ruby pre code", await served("/prompts/many-lines/snippets/ruby?form=http"));
  await page.$eval("#ruby pre", (pre) => (pre.scrollTop = 90));
  await enter(page, "last", "the end");
  await says(page, "#ruby pre code", await served("/prompts/many-lines/snippets/ruby?form=http&v.last=the+end"));
  assert.equal(await page.$eval("#ruby pre", (pre) => pre.scrollTop), 90);
});

test("the code of a long prompt follows, too, and keeps its place", async (t) => {
  const page = await openWatched(t, "/prompts/long-blanks?code=ruby");
  await says(page, "#ruby pre code", await served("/prompts/long-blanks/snippets/ruby"));
  await page.$eval("#ruby pre", (pre) => (pre.scrollLeft = 90));
  await enter(page, "thing", "kettle");
  const text = await served("/prompts/long-blanks/snippets/ruby?v.thing=kettle");
  await says(page, "#ruby pre code", text);
  assert.equal(await page.$eval("#ruby pre", (pre) => pre.scrollLeft), 90);
  await choose(page, "go");
  await says(page, "#go pre code", await served("/prompts/long-blanks/snippets/go?v.thing=kettle"));
});

test("several fields filled in one right after another all arrive", async (t) => {
  const page = await openWatched(t, "/prompts/all-blanks");
  await page.focus(field("product_name"));
  await page.keyboard.type("a kettle");
  await page.keyboard.press("Tab");
  await page.keyboard.type("slate");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.type("no steam");
  const values = { product_name: "a kettle", surface: "slate", style: "film", notes: "no steam" };
  await says(page, "#prompt-text", filled(values));
  assert.equal(await page.evaluate(() => document.activeElement.name), "v.notes");
});

test("the last text wins, whatever the order of the answers", async (t) => {
  const page = await newWatchedPage(t);
  const { reaches, release } = await hold(page);
  await page.goto(`${url}/prompts/all-blanks`);
  for (const [count, product] of ["one", "two", "three"].entries()) {
    await enter(page, "product_name", product);
    await reaches(count + 1);
  }
  assert.equal(await textOf(page, "#prompt-text"), filled({}));
  await release();
  await says(page, "#prompt-text", filled({ product_name: "three" }));
  await quiet(page);
  assert.equal(await textOf(page, "#prompt-text"), filled({ product_name: "three" }));
  assert.equal(new URL(page.url()).searchParams.get("v.product_name"), "three");
});

// --- Copying -----------------------------------------------------------------------------

for (const language of languages) {
  for (const source of ["prompt-text", "instruction", "curl-code", "link"]) {
    test(`copying ${source} waits for what was typed, in ${language.name}`, async (t) => {
      const at = `${language.at}/prompts/all-blanks`;
      const values = { product_name: "ein Kessel", surface: "moss" };
      const page = await newWatchedPage(t);
      const { reaches, release } = await hold(page);
      await page.goto(`${url}${at}?code=curl`);
      await emptyClipboard(page);
      await enter(page, "product_name", values.product_name);
      await enter(page, "surface", values.surface);
      await page.click(button(source));
      await reaches(1);
      assert.equal(await clipboard(page), "nothing was copied");
      assert.notEqual(await textOf(page, button(source)), language.copied);
      await release();
      await until(page, async () => (await navigator.clipboard.readText().catch(() => "nothing was copied")) !== "nothing was copied");
      const expected = {
        "prompt-text": () => served(`${at}.txt?${dataQuery(values)}`),
        "instruction": () => plainly(t, `${at}?${query(values)}`, (other) => textOf(other, "#instruction")),
        "curl-code": () => served(`${at}/snippets/curl?${dataQuery(values)}`),
        "link": () => `${url}${at}?${query(values)}`.replaceAll("+", "%20"),
      };
      assert.equal((await clipboard(page)).replaceAll("+", source === "link" ? "%20" : "+"), await expected[source]());
    });
  }

  test(`a copy says which blanks are still open, and copies all the same, in ${language.name}`, async (t) => {
    const at = `${language.at}/prompts/all-blanks`;
    const page = await openWatched(t, at);
    const { product_name: product, surface, style } = language.blanks;
    const said = (...labels) =>
      until(page, (end) => document.querySelector("[role=status]").textContent.endsWith(end), labels.length ? language.missing(...labels) : language.copied.toLowerCase());
    assert.equal(await copied(page, button("prompt-text")), filled({}));
    // Its default is offered, but not put in before anything is filled in.
    await said(product, surface, style, "tone");
    assert.equal(await textOf(page, "#missing"), language.missing(product, surface, style, "tone"));
    await enter(page, "surface", "ice");
    for (const source of ["prompt-text", "instruction", visibleCopy]) {
      const selector = source === visibleCopy ? source : button(source);
      assert.ok((await copied(page, selector)).includes("ice"));
      await said(product, style);
    }
    // A command to install something holds no blank, and the optional one is nobody's worry.
    await copied(page, "[data-tabs=agent] > .panel:not([hidden]) button.copy");
    await said();
    await enter(page, "product_name", "a pot");
    await page.select(field("style"), "水墨");
    assert.equal(await copied(page, button("prompt-text")), filled({ product_name: "a pot", surface: "ice", style: "水墨" }));
    await said();
    assert.equal(await textOf(page, "#missing"), "");
  });

  test(`a server out of reach is told, nothing false is copied, and typing on works, in ${language.name}`, async (t) => {
    const at = `${language.at}/prompts/all-blanks`;
    const page = await newWatchedPage(t);
    let isAway = false;
    await intercept(page, /\/prompts\//, (request) => (isAway ? request.abort() : request.continue()));
    await page.goto(url + at);
    await emptyClipboard(page);
    isAway = true;
    await enter(page, "product_name", "a pot");
    const told = () => until(page, (text) => document.querySelector("[role=status]").textContent === text, language.updateFailed);
    await told();
    assert.ok(await page.$eval("[role=status]", (said) => said.checkVisibility() && said.getBoundingClientRect().height > 10));
    for (const source of ["prompt-text", "instruction", "link"]) {
      const before = await page.evaluate(() => window.asked.length);
      await page.click(button(source));
      await until(page, (before) => window.asked.length > before, before);
      await quiet(page);
      await told();
      assert.equal(await clipboard(page), "nothing was copied", source);
      assert.notEqual(await textOf(page, button(source)), language.copied);
    }
    assert.equal(await page.$eval(field("product_name"), (control) => control.value), "a pot");
    isAway = false;
    // Copying tries once more by itself.
    assert.equal(await copied(page, button("prompt-text")), filled({ product_name: "a pot" }));
    await page.focus(field("product_name"));
    await page.keyboard.press("End");
    await page.keyboard.type("!");
    await says(page, "#prompt-text", filled({ product_name: "a pot!" }));
    assert.equal(await copied(page, button("prompt-text")), filled({ product_name: "a pot!" }));
  });
}

test("the loaded code of the other form is copied with what was typed", async (t) => {
  const page = await newWatchedPage(t);
  const { reaches, release } = await hold(page);
  await page.goto(`${url}/prompts/all-blanks?code=ruby`);
  await page.click(`#ruby a[data-form="http"]`);
  await says(page, "#ruby pre code", await served(`/prompts/all-blanks/snippets/ruby?${dataQuery({}, { form: "http" })}`));
  await emptyClipboard(page);
  await enter(page, "surface", "moss");
  await page.click("#ruby button.copy");
  await reaches(1);
  await release();
  await until(page, async () => (await navigator.clipboard.readText().catch(() => "nothing was copied")) !== "nothing was copied");
  assert.equal(await clipboard(page), await served(`/prompts/all-blanks/snippets/ruby?${dataQuery({ surface: "moss" }, { form: "http" })}`));
});

test("the code of a long prompt is copied with what was typed, or not at all", async (t) => {
  const page = await newWatchedPage(t);
  const held = [];
  let mode = "open";
  await intercept(page, /\/snippets\//, (request) => {
    if (mode === "held") held.push(request);
    else if (mode === "away") request.abort();
    else request.continue();
  });
  await page.goto(`${url}/prompts/long-blanks?code=ruby`);
  await says(page, "#ruby pre code", await served("/prompts/long-blanks/snippets/ruby"));
  await emptyClipboard(page);
  mode = "held";
  await enter(page, "thing", "kettle");
  await until(page, () => document.querySelector("#prompt-text").textContent.includes("kettle"));
  await page.click("#ruby button.copy");
  while (!held.length) await new Promise((done) => setTimeout(done, 10));
  assert.equal(await clipboard(page), "nothing was copied");
  mode = "open";
  for (const request of held) await request.continue();
  await until(page, async () => (await navigator.clipboard.readText().catch(() => "nothing was copied")) !== "nothing was copied");
  assert.equal(await clipboard(page), await served("/prompts/long-blanks/snippets/ruby?v.thing=kettle"));
  await emptyClipboard(page);
  mode = "away";
  await page.focus(field("thing"));
  await page.keyboard.type("s");
  await page.click("#ruby button.copy");
  await until(page, (text) => document.querySelector("[role=status]").textContent === text, english.loadFailed);
  await quiet(page);
  assert.equal(await clipboard(page), "nothing was copied");
});

// --- Input methods -----------------------------------------------------------------------

for (const language of languages) {
  test(`text in the making is left to the input method, in ${language.name}`, async (t) => {
    const page = await openWatched(t, `${language.at}/prompts/chinese-blanks`);
    const session = await page.createCDPSession();
    const before = page.url();
    await page.focus(field("主题"));
    for (const text of ["w", "wang", "wang chao"]) {
      await session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
      assert.equal(await page.$eval(field("主题"), (control) => control.value), text);
    }
    await page.keyboard.press("Enter");
    await quiet(page);
    assert.deepEqual(await page.evaluate(() => window.asked), []);
    assert.equal(page.url(), before);
    await session.send("Input.insertText", { text: "望潮" });
    await says(page, "#prompt-text", "为望潮画一张海报，地点在{{地点}}，季节是秋天。");
    // More of the same, in the middle of what is there.
    await page.keyboard.press("Home");
    await session.send("Input.imeSetComposition", { text: "ye", selectionStart: 2, selectionEnd: 2 });
    await session.send("Input.insertText", { text: "夜" });
    await says(page, "#prompt-text", "为夜望潮画一张海报，地点在{{地点}}，季节是秋天。");
    assert.deepEqual(
      await page.evaluate(() => [document.activeElement.name, document.activeElement.value, document.activeElement.selectionStart]),
      ["v.主题", "夜望潮", 1],
    );
    assert.equal(await page.evaluate(() => window.asked.length), 2);
  });
}

test("what was typed right before a composition is not sent half-made", async (t) => {
  const page = await newWatchedPage(t);
  const { held, reaches, release } = await hold(page);
  await page.goto(`${url}/prompts/chinese-blanks`);
  const session = await page.createCDPSession();
  await page.focus(field("主题"));
  await page.evaluate(() => {
    // A letter, and a composition before the page had time to ask.
    const control = document.activeElement;
    control.value = "夜";
    control.dispatchEvent(new InputEvent("input", { bubbles: true }));
    control.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
    control.value = "夜w";
    control.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
  });
  await quiet(page);
  assert.deepEqual(await page.evaluate(() => window.asked), []);
  await page.evaluate(() => {
    const control = document.activeElement;
    control.value = "夜晚";
    control.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
  });
  await reaches(1);
  assert.equal(new URL(held[0].url()).searchParams.get("v.主题"), "夜晚");
  // An answer that comes during the next composition leaves it alone.
  await session.send("Input.imeSetComposition", { text: "ting", selectionStart: 4, selectionEnd: 4 });
  await release();
  await says(page, "#prompt-text", "为夜晚画一张海报，地点在{{地点}}，季节是秋天。");
  await session.send("Input.imeSetComposition", { text: "ting'", selectionStart: 5, selectionEnd: 5 });
  assert.equal(await page.$eval(field("主题"), (control) => control.value), "夜晚ting'");
  await session.send("Input.insertText", { text: "亭" });
  await says(page, "#prompt-text", "为夜晚亭画一张海报，地点在{{地点}}，季节是秋天。");
});

test("Enter that ends a composition never sends the form, whatever a browser makes of it", async (t) => {
  const page = await openWatched(t, "/prompts/chinese-blanks");
  const prevented = await page.$eval(field("主题"), (control) => {
    const press = (init) => {
      const event = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init });
      control.dispatchEvent(event);
      return event.defaultPrevented;
    };
    const during = press({ isComposing: true });
    const safari = press({ keyCode: 229 });
    control.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
    const marked = press({});
    control.form.requestSubmit();
    control.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
    return [during, safari, marked, press({})];
  });
  assert.deepEqual(prevented, [true, true, true, false]);
  await quiet(page);
  assert.equal(page.url(), `${url}/prompts/chinese-blanks`);
});

// --- Keys and clicks ---------------------------------------------------------------------

test("Enter in a field brings everything up to date and stays on the page", async (t) => {
  const page = await openWatched(t, "/prompts/all-blanks");
  await page.evaluate(() => (window.isSame = true));
  const steps = await page.evaluate(() => history.length);
  await enter(page, "product_name", "a pot");
  await page.keyboard.press("Enter");
  await says(page, "#prompt-text", filled({ product_name: "a pot" }));
  await page.focus(field("notes"));
  await page.keyboard.type("one");
  await page.keyboard.press("Enter");
  await page.keyboard.type("two");
  await says(page, "#prompt-text", filled({ product_name: "a pot", notes: "one\ntwo" }));
  await page.focus(field("style"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await says(page, "#prompt-text", filled({ product_name: "a pot", notes: "one\ntwo", style: "pencil & ink" }));
  await page.click("#blanks-form button[type=submit]");
  await quiet(page);
  assert.deepEqual(await page.evaluate(() => [window.isSame, history.length]), [true, steps]);
  assert.equal(await textOf(page, "#prompt-text"), filled({ product_name: "a pot", notes: "one\ntwo", style: "pencil & ink" }));
});

test("a click on a blank leads to its field, wherever the blank stands", async (t) => {
  const page = await openWatched(t, `/prompts/all-blanks?${query({ surface: "ice" })}`);
  const spots = await page.$$("#prompt-text a.blank");
  const active = () => page.evaluate(() => [document.activeElement.name, getSelection().toString() || document.activeElement.value]);
  for (const [at, name] of ["product_name", "surface", "tone", "style", "notes", "product_name"].entries()) {
    await spots[at].click();
    assert.equal((await active())[0], `v.${name}`);
    assert.ok(await page.evaluate(() => {
      const box = document.activeElement.getBoundingClientRect();
      return document.activeElement.contains(document.elementFromPoint(box.left + 5, box.top + 5));
    }), `${name} is in sight`);
  }
  await spots[1].click();
  await page.keyboard.type("snow");
  await says(page, "#prompt-text", filled({ surface: "snow" }));
  assert.equal(page.url().split("#")[1], undefined);
});

test("Tab stops once at each blank, and Enter goes to its field", async (t) => {
  const page = await openWatched(t, "/prompts/all-blanks");
  for (const isFilled of [false, true]) {
    if (isFilled) {
      await enter(page, "product_name", "a pot");
      await says(page, "#prompt-text", filled({ product_name: "a pot" }));
    }
    await page.focus(".text pre");
    const stops = [];
    for (;;) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(() => document.activeElement.closest("#prompt-text") && document.activeElement.textContent);
      if (stop === null) break;
      stops.push(stop);
    }
    assert.deepEqual(stops, [isFilled ? "a pot" : "[product name]", "{{surface}}", isFilled ? "warm" : "${tone:warm}", "<style>", "{{notes}}"]);
    for (const [at, key] of ["product_name", "surface", "tone", "style", "notes"].entries()) {
      await page.focus(".text pre");
      for (let stop = 0; stop <= at; stop += 1) await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement.name), `v.${key}`);
    }
  }
});

// --- Addresses ---------------------------------------------------------------------------

/** What the fields hold. */
const held = (page) =>
  page.$$eval("#blanks-form :is(input, select, textarea)", (all) =>
    Object.fromEntries(all.filter(({ name }) => name.startsWith("v.")).map(({ name, value }) => [name.slice(2), value])));

for (const language of languages) {
  test(`a copied link shows the same to somebody else, and starting over forgets it, in ${language.name}`, async (t) => {
    const at = `${language.at}/prompts/all-blanks`;
    const values = { product_name: "茶 & <b>", surface: "", style: "水墨", notes: "a\n b", tone: "cold?#=+%41" };
    const page = await openWatched(t, at);
    for (const key of ["product_name", "notes", "tone"]) await enter(page, key, values[key]);
    await page.select(field("style"), values.style);
    const link = await copied(page, button("link"));
    await until(page, (text) => document.querySelector("[role=status]").textContent.startsWith(text), language.linkCopied);
    assert.ok(link.startsWith(`${url}${at}?`), link);
    const guest = await open(t, link.slice(url.length));
    const { surface, ...entered } = values;
    assert.deepEqual(await held(guest), values);
    for (const one of [page, guest]) assert.equal(await textOf(one, "#prompt-text"), filled(entered));
    assert.equal(await textOf(guest, "#instruction"), await textOf(page, "#instruction"));
    for (const one of [page, guest]) {
      await one.bringToFront();
      await one.click(".reset");
      await says(one, "#prompt-text", filled({}));
      assert.deepEqual(await held(one), { product_name: "", surface: "", style: "", notes: "", tone: "warm" });
      assert.equal(one.url(), url + at);
    }
  });

  test(`going back, a reload and the other language keep what was typed, in ${language.name}`, async (t) => {
    const at = `${language.at}/prompts/all-blanks`;
    const other = languages.find((one) => one !== language);
    const values = { product_name: "a 茶壶", notes: "one\ntwo", tone: "" };
    const expected = filled({ product_name: "a 茶壶", notes: "one\ntwo", tone: "${tone:warm}" });
    const page = await openWatched(t, at);
    await enter(page, "product_name", values.product_name);
    await enter(page, "notes", values.notes);
    await page.focus(field("tone"));
    await page.$eval(field("tone"), (control) => control.select());
    await page.keyboard.press("Delete");
    await says(page, "#prompt-text", expected);
    const all = { surface: "", style: "", ...values };
    await page.reload();
    assert.deepEqual([await held(page), await textOf(page, "#prompt-text")], [all, expected]);
    await follow(page, () => page.click("header .name"));
    await page.goBack();
    assert.deepEqual([await held(page), await textOf(page, "#prompt-text")], [all, expected]);
    await page.focus(field("surface"));
    await page.keyboard.type("ice");
    await until(page, () => document.querySelector("#prompt-text").textContent.includes("ice"));
    await follow(page, () => page.click(`header a[hreflang="${other.tag}"]`));
    assert.equal(new URL(page.url()).pathname, `${other.at}/prompts/all-blanks`);
    assert.deepEqual(await held(page), { ...all, surface: "ice" });
    assert.equal(await textOf(page, "#prompt-text"), expected.replace("{{surface}}", "ice"));
  });
}

// --- Values ------------------------------------------------------------------------------

const hostile = {
  "replacement patterns": "$& $1 $$ $` $' \\1 \\g<0> \\n \\",
  "other blanks": "{{surface}} [product name] ${tone:x} <style>",
  "markup": `<img src=x onerror=alert(1)><script>alert(1)</script></textarea>&amp;&lt;`,
  "quotation marks": `"double" 'single' \`back\` “curly” '''`,
  "emoji": "👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 e\u0301 \u00e9 👍🏽",
  "right to left": "שלום עולם \u202eabc\u202c مرحبا",
  "blanks of another kind": "  two before, two after, no-break\u00a0space, tab\tinside  ",
  "an address": "a=b&c=d;e#f?g%20%zz+h/i",
  "code": "'; rm -rf / #\" $(id) `id` #{exit} %s {0}",
};
for (const [name, value] of Object.entries(hostile)) {
  test(`${name} arrive exactly in prompt, clipboard and code`, async (t) => {
    const page = await openWatched(t, "/prompts/all-blanks?code=php");
    const values = { product_name: value, notes: `${value}\n\n${value}` };
    await enter(page, "product_name", value);
    await enter(page, "notes", values.notes);
    await says(page, "#prompt-text", filled(values));
    await quiet(page);
    assert.equal(await copied(page, button("prompt-text")), filled(values));
    assert.equal(await served(`/prompts/all-blanks.txt?${dataQuery(values)}`), filled(values));
    assert.ok((await copied(page, button("instruction"))).includes(filled(values)));
    assert.equal(await copied(page, visibleCopy), await served(`/prompts/all-blanks/snippets/php?${dataQuery(values)}`));
    assert.equal(await page.$(`#prompt-text :not(.blank, .hidden), #instruction :not(.hidden), img[src="x"]`), null);
    await page.reload();
    assert.deepEqual([await held(page), await textOf(page, "#prompt-text")], [{ surface: "", style: "", tone: "warm", ...values }, filled(values)]);
    assert.deepEqual(page.complaints, []);
  });
}

// --- Without JavaScript ------------------------------------------------------------------

for (const language of languages) {
  test(`without JavaScript the form fills in the prompt, in ${language.name}`, async (t) => {
    const at = `${language.at}/prompts/all-blanks`;
    const page = await open(t, `${at}?form=http`, { javascript: false });
    const values = { product_name: "茶 & $&", surface: "ice", style: "pencil & ink", notes: "one\ntwo", tone: "cold" };
    await page.type(field("product_name"), values.product_name);
    await page.type(field("surface"), values.surface);
    await page.type(field("notes"), values.notes);
    await page.select(field("style"), values.style);
    await page.click(field("tone"), { count: 3 });
    await page.type(field("tone"), values.tone);
    assert.equal(await textOf(page, "#blanks-form button[type=submit]"), language.fillIn);
    await follow(page, () => page.click("#blanks-form button[type=submit]"));
    assert.equal(new URL(page.url()).pathname, at);
    assert.equal(new URL(page.url()).searchParams.get("form"), "http");
    assert.equal(await textOf(page, "#prompt-text"), filled(values));
    assert.equal(await textOf(page, "#prompt-text"), await served(`${at}.txt?${query(values)}`));
    assert.ok((await textOf(page, "#instruction")).includes(filled(values)));
    assert.equal(await textOf(page, "#ruby-code"), await served(`${at}/snippets/ruby?${query(values, { form: "http" })}`));
    assert.deepEqual(await held(page), values);
    assert.equal(await textOf(page, "#missing"), "");
    const offered = await page.$$eval("button", (all) => all.filter((button) => button.checkVisibility() && button.type !== "submit").length);
    assert.equal(offered, 0);
    // Enter in a field does the same, and a blank leads to its field.
    await page.click(field("surface"), { count: 3 });
    await page.type(field("surface"), "snow");
    await follow(page, () => page.keyboard.press("Enter"));
    assert.equal(await textOf(page, "#prompt-text"), filled({ ...values, surface: "snow" }));
    await page.click("#prompt-text a.blank");
    assert.equal(new URL(page.url()).hash, "#blank-1");
    await follow(page, () => page.click(".reset"));
    assert.equal(page.url(), url + at);
    assert.equal(await textOf(page, "#prompt-text"), filled({}));
    assert.equal(await textOf(page, "#missing"), language.missing(language.blanks.product_name, language.blanks.surface, language.blanks.style, "tone"));
    assert.deepEqual(page.complaints, []);
  });

  test(`a value that is too long stays in its field and is told, in ${language.name}`, async (t) => {
    const long = "long".repeat(1001).slice(3);
    const path = `${language.at}/prompts/all-blanks?${query({ product_name: long, surface: "ice" })}`;
    for (const javascript of [true, false]) {
      const page = await open(t, path, { javascript });
      assert.equal((await held(page)).product_name, long);
      assert.equal(await textOf(page, "#blank-1-fault"), language.tooLong);
      assert.ok(await page.$eval("#blank-1-fault", (fault) => fault.checkVisibility()));
      assert.equal(await page.$eval(field("product_name"), (control) => control.getAttribute("aria-invalid")), "true");
      assert.equal(await textOf(page, "#prompt-text"), filled({ surface: "ice" }));
      assert.equal(await page.$(".field:nth-of-type(2) [aria-invalid]"), null);
      if (!javascript) continue;
      // Another field does not mend it, a shorter value does.
      await page.focus(field("surface"));
      await page.keyboard.press("End");
      await page.keyboard.type("berg");
      await until(page, () => document.querySelector("#prompt-text").textContent.includes("iceberg"));
      assert.equal((await held(page)).product_name, long);
      assert.equal(await textOf(page, "#blank-1-fault"), language.tooLong);
      await page.focus(field("product_name"));
      await page.keyboard.press("End");
      await page.keyboard.press("Backspace");
      await says(page, "#prompt-text", filled({ product_name: long.slice(0, -1), surface: "iceberg" }));
      assert.equal(await textOf(page, "#blank-1-fault"), "");
      assert.equal(await page.$("[aria-invalid]"), null);
    }
  });
}

test("a value that is none of the options is told, with JavaScript and without", async (t) => {
  for (const javascript of [true, false]) {
    const page = await open(t, `/prompts/all-blanks?${query({ style: "oil" })}`, { javascript });
    assert.notEqual(await textOf(page, `${field("style")} ~ .fault`), "");
    assert.equal(await textOf(page, "#prompt-text"), filled({ tone: "warm" }));
  }
});

// --- Screens and paper -------------------------------------------------------------------

for (const language of languages) {
  test(`on a telephone the form fits and the hint leads to it, in ${language.name}`, async (t) => {
    const page = await openWatched(t, `${language.at}/prompts/all-blanks`, { width: 360 });
    const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok((await sideways()) <= 0);
    await page.click(".below a");
    await until(page, () => {
      const box = document.getElementById("fill").getBoundingClientRect();
      return location.hash === "#fill" && box.top >= 0 && box.bottom < innerHeight;
    });
    await enter(page, "product_name", "Donaudampfschifffahrt".repeat(40));
    await enter(page, "notes", `${"很长".repeat(300)}\n${"w".repeat(300)}`);
    await until(page, () => document.querySelector("#prompt-text").textContent.includes("很长"));
    await quiet(page);
    assert.ok((await sideways()) <= 0);
    const outside = await page.$$eval(".blanks *", (all) =>
      all.filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth).map((element) => element.outerHTML.slice(0, 100)));
    assert.deepEqual(outside, []);
  });
}

test("on a wide screen no hint is needed: the form stands beside the text", async (t) => {
  const page = await open(t, "/prompts/all-blanks");
  const [text, form] = await page.$$eval(".text, .blanks", (all) => all.map((one) => one.getBoundingClientRect().toJSON()));
  assert.ok(form.left >= text.right && form.top < text.bottom && form.top < 800);
  assert.ok(!(await page.$eval(".below", (below) => below.checkVisibility())));
});

test("the form beside the text covers nothing and is covered by nothing, wherever the page is scrolled to", async (t) => {
  for (const slug of ["all-blanks", "many-lines"]) {
    const page = await open(t, `/prompts/${slug}`, { height: 500 });
    for (const goal of await page.$$("#blanks-form :is(input, select, textarea, button, a), .facts img")) {
      for (const block of ["start", "center", "end"]) {
        const found = await goal.evaluate((goal, block) => {
          goal.scrollIntoView({ block });
          const box = goal.getBoundingClientRect();
          const top = document.elementFromPoint(box.left + box.width / 2, Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1));
          return goal.contains(top) ? "" : `${goal.outerHTML.slice(0, 80)} lies under ${top?.outerHTML.slice(0, 80)}`;
        }, block);
        assert.equal(found, "");
      }
    }
  }
});

test("on paper the prompt stands as it was filled in, without the form's buttons", async (t) => {
  const page = await openWatched(t, "/prompts/all-blanks");
  await enter(page, "product_name", "a pot");
  await says(page, "#prompt-text", filled({ product_name: "a pot" }));
  await page.emulateMediaType("print");
  const seen = await page.$$eval(".actions *, .share, .below, button, .reset", (all) => all.filter((element) => element.checkVisibility()).map((element) => element.outerHTML.slice(0, 100)));
  assert.deepEqual(seen, []);
  assert.ok(await page.$eval("#prompt-text", (text) => text.checkVisibility()));
});
