// Suggestions while one types a search: the keys of a combobox, the input method's own keys, and
// nothing on the page that nobody asked for any more.

import assert from "node:assert/strict";
import { browser, dark, follow, intercept, languages, light, newPage, newWatchedPage, open, openWatched, quiet, still, test, textOf, until, url } from "./support.mjs";

/** What the list says, in each language. */
const words = {
  en: { list: "Suggestions", groups: ["Prompts", "Tags"], count: (count) => (count === 1 ? "1 suggestion" : `${count} suggestions`), none: "No suggestions" },
  "zh-CN": { list: "搜索建议", groups: ["提示词", "标签"], count: (count) => `${count} 条搜索建议`, none: "没有搜索建议" },
};

const isOpen = (page) => page.$eval("#suggestions", (list) => list.checkVisibility());
const opens = (page) => page.waitForSelector("#suggestions", { visible: true });
const closes = (page) => page.waitForSelector("#suggestions", { hidden: true });
const value = (page) => page.$eval("#q", (field) => field.value);

/** The suggestions shown, by their labels. */
const labels = (page) => page.$$eval("#suggestions [role=option] > span", (all) => all.map((label) => label.textContent));

/** The address of every suggestion. */
const addresses = (page) => page.$$eval("#suggestions [role=option]", (all) => all.map((option) => option.getAttribute("href")));

/** Waits until the list is what this query suggests. */
const suggests = async (page, query, at = "") => {
  const { groups } = await (await fetch(`${url}${at}/suggest?q=${encodeURIComponent(query)}`)).json();
  const expected = groups.flatMap(({ suggestions }) => suggestions.map(({ label }) => label));
  assert.notDeepEqual(expected, []);
  await until(page, (expected) => {
    const shown = [...document.querySelectorAll("#suggestions:not([hidden]) [role=option] > span")].map((label) => label.textContent);
    return JSON.stringify(shown) === JSON.stringify(expected);
  }, expected);
  return expected;
};

/** Types into the empty search field and waits for what it suggests. */
async function search(page, query, at = "") {
  await page.focus("#q");
  await page.keyboard.sendCharacter(query);
  return suggests(page, query, at);
}

/** Which option is pointed to, in every way it is; -1: none. */
const pointed = (page) =>
  page.evaluate(() => {
    const options = [...document.querySelectorAll("#suggestions [role=option]")];
    const active = document.activeElement.getAttribute("aria-activedescendant");
    const selected = options.flatMap((option, at) => (option.getAttribute("aria-selected") === "true" ? [at] : []));
    const at = options.findIndex((option) => option.id === active);
    if (document.activeElement.id !== "q") return "the focus has left the field";
    if (active === null && selected.length === 0) return -1;
    const box = options[at]?.getBoundingClientRect();
    const inSight = box && options[at].contains(document.elementFromPoint(box.left + 8, box.top + box.height / 2));
    return selected.length === 1 && selected[0] === at && inSight ? at : `${active}, ${selected}, in sight: ${inSight}`;
  });

/** Has the page ask a server of the test's own: every question waits in `window.held`. */
async function openHeld(t, path) {
  const page = await newPage(t);
  await page.evaluateOnNewDocument(() => {
    window.held = [];
    window.fetch = (address, { signal }) =>
      new Promise((answered, failed) => {
        const query = new URL(address).searchParams.get("q");
        const suggestions = [{ label: `about ${query}`, lang: "en", href: "/about", note: null }];
        const body = { query, summary: `found ${query}`, groups: [{ kind: "prompt", name: "Prompts", suggestions }] };
        window.held.push({ query, signal, failed, answer: () => answered({ ok: true, json: async () => body }) });
      });
  });
  await page.goto(url + path);
  await page.bringToFront();
  return {
    page,
    reaches: (count) => until(page, (count) => window.held.length === count, count),
    /** Answers a question, and waits until the page has made of it what it does. */
    answer: (at) => page.evaluate(async (at) => (window.held[at].answer(), await new Promise((done) => setTimeout(done))), at),
    isGivenUp: (at) => page.evaluate((at) => window.held[at].signal.aborted, at),
    asked: () => page.evaluate(() => window.held.map(({ query }) => query)),
  };
}

// --- What is shown -----------------------------------------------------------------------

for (const language of languages) {
  test(`what is typed is completed in groups, and their number is said, in ${language.name}`, async (t) => {
    const text = words[language.tag];
    const page = await openWatched(t, `${language.at}/about`);
    const found = await search(page, "light", language.at);
    const list = await page.$eval("#suggestions", (list) => ({
      role: list.getAttribute("role"),
      name: list.getAttribute("aria-label"),
      groups: [...list.children].map((group) => [group.getAttribute("role"), document.getElementById(group.getAttribute("aria-labelledby")).textContent]),
      stray: list.querySelectorAll(":scope > :not([role=group])").length,
    }));
    assert.deepEqual(list, { role: "listbox", name: text.list, groups: text.groups.map((name) => ["group", name]), stray: 0 });
    assert.equal(await textOf(page, ".search [aria-live=polite]"), text.count(found.length));
    const field = await page.$eval("#q", (field) => ["role", "aria-expanded", "aria-controls", "aria-autocomplete"].map((name) => field.getAttribute(name)));
    assert.deepEqual(field, ["combobox", "true", "suggestions", "list"]);
    assert.equal(await pointed(page), -1, "nothing is chosen for anybody");
    assert.ok((await addresses(page)).every((address) => address.startsWith(`${language.at}/`)));
    assert.deepEqual(page.complaints, []);
    // Nothing found is said, too.
    await page.keyboard.sendCharacter("zyxwvutsrq");
    await closes(page);
    await until(page, (none) => document.querySelector(".search [aria-live=polite]").textContent === none, text.none);
    assert.equal(await page.$eval("#q", (field) => field.getAttribute("aria-expanded")), "false");
  });
}

test("what was typed is marked in what is suggested", async (t) => {
  const page = await open(t, "/about");
  const marks = () => page.$$eval("#suggestions [role=option] > span", (all) => all.map((label) => label.innerHTML).filter((html) => html.includes("<mark>")));
  await search(page, "PLAIN wo");
  assert.deepEqual(await marks(), ["<mark>Plain</mark> <mark>wo</mark>rds"]);
  await page.goto(`${url}/zh-CN/about`);
  await search(page, "潮亭", "/zh-CN");
  assert.deepEqual(await marks(), ["望<mark>潮亭</mark>"]);
  await page.goto(`${url}/about`);
  await search(page, "gpt im");
  assert.ok((await marks()).includes("<mark>gpt</mark>-<mark>im</mark>age-2"));
  await page.goto(`${url}/about`);
  await search(page, "ｈóstile");
  assert.deepEqual(await marks(), ["<mark>Hostile</mark> &lt;text&gt; &amp; more"]);
});

test("an empty field suggests nothing", async (t) => {
  const page = await openWatched(t, "/about");
  await page.focus("#q");
  for (const key of ["ArrowDown", "ArrowUp", "Space"]) await page.keyboard.press(key);
  await quiet(page);
  assert.ok(!(await isOpen(page)));
  assert.deepEqual(page.requests.filter((address) => address.includes("/suggest")), []);
  await page.keyboard.press("Backspace");
  await search(page, "plain");
  await page.$eval("#q", (field) => field.select());
  await page.keyboard.press("Delete");
  await closes(page);
  assert.equal(await textOf(page, ".search [aria-live=polite]"), "");
});

test("without JavaScript the field is a field like any other", async (t) => {
  const page = await open(t, "/about", { javascript: false });
  assert.deepEqual(await page.$eval("#q", (field) => field.getAttributeNames().filter((name) => name === "role" || name.startsWith("aria-"))), []);
  assert.equal(await page.$("#suggestions"), null);
});

// --- Keys --------------------------------------------------------------------------------

test("arrows lead through all suggestions and round, and the focus stays in the field", async (t) => {
  const page = await open(t, "/about", { height: 420 });
  const { length } = await search(page, "light");
  assert.ok(length > 5);
  for (let at = 0; at < length; at += 1) {
    await page.keyboard.press("ArrowDown");
    assert.equal(await pointed(page), at);
  }
  await page.keyboard.press("ArrowDown");
  assert.equal(await pointed(page), 0);
  await page.keyboard.press("ArrowUp");
  assert.equal(await pointed(page), length - 1);
  await page.keyboard.press("ArrowUp");
  assert.equal(await pointed(page), length - 2);
  assert.equal(await value(page), "light");
});

test("up leads from the field to the last suggestion", async (t) => {
  const page = await open(t, "/about");
  const { length } = await search(page, "light");
  await page.keyboard.press("ArrowUp");
  assert.equal(await pointed(page), length - 1);
});

test("keys that move in the text, and text itself, lead back to the field", async (t) => {
  const page = await open(t, "/about");
  await search(page, "plain");
  const caret = () => page.$eval("#q", (field) => field.selectionStart);
  for (const [key, place] of [["Home", 0], ["ArrowRight", 1], ["End", 5], ["ArrowLeft", 4]]) {
    await page.keyboard.press("ArrowDown");
    assert.equal(await pointed(page), 0);
    await page.keyboard.press(key);
    assert.deepEqual([await pointed(page), await caret(), await isOpen(page)], [-1, place, true], key);
  }
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.type(" w");
  assert.deepEqual([await pointed(page), await value(page)], [-1, "plain w"]);
  await suggests(page, "plain w");
});

test("Enter on a suggestion goes where it leads", async (t) => {
  const page = await open(t, "/about");
  await search(page, "plain words");
  await page.keyboard.press("ArrowDown");
  await follow(page, () => page.keyboard.press("Enter"));
  assert.equal(page.url(), `${url}/prompts/plain-words`);
  // The way back leads to the page as it was, without a list in the way.
  await page.goBack();
  assert.ok(!(await isOpen(page)));
});

for (const language of languages) {
  test(`Enter searches unless a suggestion is chosen, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/about`);
    const searched = () => [new URL(page.url()).pathname, new URL(page.url()).searchParams.get("q")];
    await search(page, "light", language.at);
    await follow(page, () => page.keyboard.press("Enter"));
    assert.deepEqual(searched(), [`${language.at}/prompts`, "light"]);
    // Right after the last key, too, and after having looked at suggestions.
    await page.goto(`${url}${language.at}/about`);
    await page.focus("#q");
    await page.keyboard.sendCharacter("灯火");
    await follow(page, () => page.keyboard.press("Enter"));
    assert.deepEqual(searched(), [`${language.at}/prompts`, "灯火"]);
    await page.goto(`${url}${language.at}/about`);
    await search(page, "light", language.at);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await follow(page, () => page.keyboard.press("Enter"));
    assert.deepEqual(searched(), [`${language.at}/prompts`, "light"]);
  });
}

test("Escape closes the list and keeps the text; once more empties the field", async (t) => {
  const page = await openWatched(t, "/about");
  await search(page, "plain");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  assert.deepEqual([await isOpen(page), await value(page), await pointed(page)], [false, "plain", -1]);
  await page.keyboard.press("Escape");
  assert.equal(await value(page), "");
  await quiet(page);
  assert.ok(!(await isOpen(page)));
});

test("arrows open the list again: Down at its first, Up at its last, with Alt at none", async (t) => {
  const page = await open(t, "/about");
  const { length } = await search(page, "light");
  const reopen = async (key, { alt = false } = {}) => {
    await page.keyboard.press("Escape");
    assert.ok(!(await isOpen(page)));
    if (alt) await page.keyboard.down("Alt");
    await page.keyboard.press(key);
    if (alt) await page.keyboard.up("Alt");
    await opens(page);
    return pointed(page);
  };
  assert.equal(await reopen("ArrowDown"), 0);
  assert.equal(await reopen("ArrowUp"), length - 1);
  assert.equal(await reopen("ArrowDown", { alt: true }), -1);
  await page.keyboard.down("Alt");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.up("Alt");
  assert.ok(!(await isOpen(page)));
});

test("Tab goes on to the button and leaves no list behind", async (t) => {
  const page = await open(t, "/about");
  await search(page, "plain");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.matches("[role=search] button")), true);
  assert.ok(!(await isOpen(page)));
  assert.equal(page.url(), `${url}/about`);
});

// --- Mouse and touch ---------------------------------------------------------------------

test("a click on a suggestion goes where it leads, and one elsewhere closes the list", async (t) => {
  const page = await open(t, "/about");
  await search(page, "plain words");
  await page.click("h1");
  assert.ok(!(await isOpen(page)));
  await page.$eval("#q", (field) => (field.value = ""));
  await search(page, "plain words");
  await follow(page, () => page.click("#suggestions [role=option]"));
  assert.equal(page.url(), `${url}/prompts/plain-words`);
});

test("a suggestion opens beside the page like any link", async (t) => {
  const page = await open(t, "/about");
  await search(page, "plain words");
  const opened = browser.waitForTarget((target) => target.url() === `${url}/prompts/plain-words`);
  await page.keyboard.down("Control");
  await page.click("#suggestions [role=option]");
  await page.keyboard.up("Control");
  await (await opened).page();
  assert.equal(page.url(), `${url}/about`);
});

test("the name of a group can be pressed without any effect", async (t) => {
  const page = await open(t, "/about");
  await search(page, "light");
  await page.click("#suggestions [role=presentation]");
  assert.deepEqual([await isOpen(page), await pointed(page), page.url()], [true, -1, `${url}/about`]);
});

for (const language of languages) {
  test(`fingers find every suggestion on a small screen, in ${language.name}`, async (t) => {
    const page = await newPage(t);
    await page.setViewport({ width: 320, height: 640, hasTouch: true, isMobile: true });
    await page.goto(`${url}${language.at}/about`);
    await page.tap("#q");
    await page.keyboard.sendCharacter("a");
    await suggests(page, "a", language.at);
    const wrong = await page.evaluate(() => {
      const small = [...document.querySelectorAll("#suggestions [role=option]")].filter((option) => {
        const box = option.getBoundingClientRect();
        return box.height < 44 || box.left < 0 || box.right > document.documentElement.clientWidth || option.scrollWidth > option.clientWidth;
      });
      const { scrollWidth, clientWidth } = document.documentElement;
      return [...small.map((option) => option.outerHTML), ...(scrollWidth > clientWidth ? [`${scrollWidth} > ${clientWidth}`] : [])];
    });
    assert.deepEqual(wrong, []);
    const [first] = await addresses(page);
    await follow(page, () => page.tap("#suggestions [role=option]"));
    assert.equal(page.url(), url + first);
  });
}

for (const scheme of [light, dark]) {
  test(`the suggestion pointed to looks different, in ${scheme.value} colours and in the visitor's own`, async (t) => {
    const page = await open(t, "/about", { features: [still, scheme] });
    const looks = () => page.$$eval("#suggestions [role=option]", (all) => all.slice(0, 2).map((option) => ["backgroundColor", "boxShadow", "color"].map((name) => getComputedStyle(option)[name]).join()));
    await search(page, "light");
    await page.keyboard.press("ArrowDown");
    const [here, other] = await looks();
    assert.notEqual(here, other);
    const session = await page.createCDPSession();
    await session.send("Emulation.setEmulatedMedia", { features: [scheme, { name: "forced-colors", value: "active" }] });
    const [forced, plain] = (await looks()).map((look) => look.split(/,(?=rgb|none)/)[0]);
    assert.notEqual(forced, plain);
  });
}

// --- Text in the making ------------------------------------------------------------------

for (const language of languages) {
  test(`nothing is asked or chosen while an input method writes, and then it is, in ${language.name}`, async (t) => {
    const page = await openWatched(t, `${language.at}/about`);
    const asked = () => page.requests.filter((address) => address.includes("/suggest")).length;
    const session = await page.createCDPSession();
    await page.focus("#q");
    for (const text of ["w", "wang", "wang chao"]) {
      await session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
      assert.equal(await value(page), text);
    }
    for (const key of ["ArrowDown", "ArrowUp"]) await page.keyboard.press(key);
    await quiet(page);
    assert.deepEqual([asked(), await isOpen(page), page.url()], [0, false, `${url}${language.at}/about`]);
    await session.send("Input.insertText", { text: "望潮" });
    await suggests(page, "望潮", language.at);
    assert.equal(asked(), 1);
    // What follows closes the list it does not belong to.
    await page.keyboard.press("ArrowDown");
    await session.send("Input.imeSetComposition", { text: "ting", selectionStart: 4, selectionEnd: 4 });
    assert.deepEqual([await isOpen(page), await pointed(page)], [false, -1]);
    await session.send("Input.insertText", { text: "亭" });
    await suggests(page, "望潮亭", language.at);
  });
}

test("keys of an input method choose nothing, whatever a browser makes of them", async (t) => {
  const page = await open(t, "/about");
  await search(page, "plain words");
  await page.keyboard.press("ArrowDown");
  const prevented = await page.$eval("#q", (field) =>
    ["Enter", "ArrowDown", "Escape"].flatMap((key) =>
      [{ isComposing: true }, { keyCode: 229 }].map((init) => !field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }))),
    ),
  );
  assert.ok(!prevented.includes(true));
  assert.deepEqual([await pointed(page), await isOpen(page), page.url()], [0, true, `${url}/about`]);
});

// --- The way to the server ---------------------------------------------------------------

test("an answer to what is no longer typed is not wanted and never shown", async (t) => {
  const { page, reaches, answer, isGivenUp, asked } = await openHeld(t, "/about");
  await page.focus("#q");
  await page.keyboard.sendCharacter("one");
  await reaches(1);
  await page.keyboard.sendCharacter(" two");
  // The very key gives it up, before anything new is asked.
  assert.ok(await isGivenUp(0));
  await reaches(2);
  await answer(0);
  assert.ok(!(await isOpen(page)), "the first answer comes too late");
  await answer(1);
  await opens(page);
  assert.deepEqual(await labels(page), ["about one two"]);
  await page.keyboard.sendCharacter(" three");
  await reaches(3);
  await page.keyboard.sendCharacter(" four");
  await reaches(4);
  await answer(3);
  await answer(2);
  assert.deepEqual(await labels(page), ["about one two three four"]);
  assert.equal(await textOf(page, ".search [aria-live=polite]"), "found one two three four");
  assert.deepEqual(await asked(), ["one", "one two", "one two three", "one two three four"]);
});

test("quick typing asks once", async (t) => {
  const { page, reaches, asked } = await openHeld(t, "/about");
  await page.focus("#q");
  await page.$eval("#q", (field) => {
    for (const value of ["l", "li", "lig", "light"]) {
      field.value = value;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  });
  await reaches(1);
  assert.deepEqual(await asked(), ["light"]);
});

for (const [name, act] of [
  ["emptying the field", async (page) => (await page.$eval("#q", (field) => field.select()), await page.keyboard.press("Delete"))],
  ["Escape", (page) => page.$eval("#q", (field) => void field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })))],
  ["leaving the field", (page) => page.keyboard.press("Tab")],
  ["the beginning of a composition", (page) => page.$eval("#q", (field) => void field.dispatchEvent(new CompositionEvent("compositionstart")))],
]) {
  test(`no list opens after ${name}`, async (t) => {
    const { page, reaches, answer, isGivenUp } = await openHeld(t, "/about");
    await page.focus("#q");
    await page.keyboard.sendCharacter("one");
    await reaches(1);
    await act(page);
    assert.ok(await isGivenUp(0));
    await answer(0);
    assert.ok(!(await isOpen(page)));
  });
}

test("nobody steps through a list that is about to be another one", async (t) => {
  const { page, reaches, answer } = await openHeld(t, "/about");
  await page.focus("#q");
  await page.keyboard.sendCharacter("one");
  await reaches(1);
  await answer(0);
  await opens(page);
  await page.keyboard.sendCharacter(" two");
  await page.keyboard.press("ArrowDown");
  assert.equal(await pointed(page), -1);
  await page.waitForFunction(() => window.held.at(-1).query === "one two");
  await answer(await page.evaluate(() => window.held.length - 1));
  await until(page, () => document.activeElement.hasAttribute("aria-activedescendant"));
  assert.deepEqual([await labels(page), await pointed(page)], [["about one two"], 0]);
});

test("a question that fails shows nothing, and the next one is asked all the same", async (t) => {
  const page = await newWatchedPage(t);
  const answers = [
    (request) => request.abort(),
    (request) => request.respond({ status: 500, contentType: "application/problem+json", body: "{}" }),
    (request) => request.respond({ status: 200, contentType: "text/html", body: "<p>Sign in to the network" }),
    (request) => request.respond({ status: 200, contentType: "application/json", body: "null" }),
  ];
  await intercept(page, /\/suggest\?/, (request) => (answers.shift() ?? ((request) => request.continue()))(request));
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(`${url}/about`);
  await page.focus("#q");
  for (const letter of "plai") {
    await page.keyboard.sendCharacter(letter);
    await quiet(page);
    assert.ok(!(await isOpen(page)), letter);
  }
  await page.keyboard.sendCharacter("n");
  await suggests(page, "plain");
  // A list that is there goes when what replaces it fails.
  answers.push((request) => request.abort());
  await page.keyboard.sendCharacter(" wo");
  await closes(page);
  assert.deepEqual(errors, []);
  // And a search is a search.
  await follow(page, () => page.keyboard.press("Enter"));
  assert.equal(new URL(page.url()).searchParams.get("q"), "plain wo");
});
