// Single keys: what they do, when they are left alone, and the list that names them and turns
// them off.

import assert from "node:assert/strict";
import { clipboard, emptyClipboard, hearsCopied, languages, newContext, newPage, open, prompts, test, textOf, until, url } from "./support.mjs";

const path = "/prompts/all-blanks";
const activeId = (page) => page.evaluate(() => document.activeElement.id);
const isKept = (page) => page.$eval("#favourite", (button) => button.getAttribute("aria-pressed") === "true");
const isListed = (page) => page.$eval("#keys", (dialog) => dialog.open);
const announced = (page) => page.$$eval("[aria-keyshortcuts]", (all) => all.map((one) => [one.id || one.dataset.copy, one.getAttribute("aria-keyshortcuts")]));

/** Nothing that a key does has happened. */
async function assertNothing(page, why, { field } = {}) {
  assert.equal(await isKept(page), false, why);
  assert.equal(await isListed(page), false, why);
  if (field !== undefined) assert.equal(await activeId(page), field, why);
  assert.equal(await clipboard(page), "nothing was copied", why);
}

for (const language of languages) {
  test(`single keys search, copy, keep and list the keys, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/plain-words`);
    await emptyClipboard(page);
    await page.keyboard.press("/");
    assert.equal(await activeId(page), "q");
    assert.equal(await page.$eval("#q", (field) => field.value), "", "the key itself is not typed");
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("c");
    await hearsCopied(page, language);
    assert.equal(await clipboard(page), prompts["plain-words"].text);
    await page.keyboard.press("f");
    assert.ok(await isKept(page));
    await page.keyboard.press("f");
    assert.ok(!(await isKept(page)));
    await page.keyboard.press("?");
    assert.ok(await isListed(page));
    const named = await page.$$eval("#keys kbd", (all) => all.map((key) => key.textContent));
    for (const key of ["/", "c", "f", "?"]) assert.ok(named.includes(key), key);
    assert.deepEqual(page.complaints, []);
  });

  test(`the search key takes what was searched for, ready to be replaced, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts?q=window`);
    await page.keyboard.press("/");
    await page.keyboard.type("灯火");
    assert.equal(await page.$eval("#q", (field) => field.value), "灯火");
  });

  test(`the list of keys keeps the focus until it is closed, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/plain-words`);
    const button = "#show-keys";
    await page.focus(button);
    await page.keyboard.press("Enter");
    assert.ok(await isListed(page));
    assert.ok(await page.evaluate(() => document.activeElement.closest("#keys") !== null));
    for (let step = 0; step < 6; step += 1) {
      await page.keyboard.press("Tab");
      const where = await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("#keys") !== null);
      assert.ok(where, "behind the dialog nothing takes the focus");
    }
    await page.keyboard.press("Escape");
    assert.ok(!(await isListed(page)));
    assert.equal(await activeId(page), "show-keys");
    await page.click(button);
    await page.click("#keys button");
    assert.ok(!(await isListed(page)));
    assert.equal(await activeId(page), "show-keys");
    assert.equal(await page.$eval("#keys", (dialog) => document.getElementById(dialog.getAttribute("aria-labelledby")).textContent), await textOf(page, button));
  });
}

test("a page without a prompt leaves the keys of a prompt alone", async (t) => {
  const page = await open(t, "/about");
  await page.evaluate(() => addEventListener("keydown", (event) => (window.prevented = event.defaultPrevented)));
  for (const key of ["c", "f", "x"]) {
    await page.keyboard.press(key);
    assert.equal(await page.evaluate(() => window.prevented), false, key);
  }
  await page.keyboard.press("?");
  assert.ok(await isListed(page));
});

test("typing is never taken for a key", async (t) => {
  const page = await open(t, path);
  await emptyClipboard(page);
  for (const [selector, typed] of [["#q", "cf?/"], ["#blanks-form input:not([type=hidden])", "cf?/"], ["#blanks-form textarea", "cf?/"]]) {
    await page.$eval(selector, (field) => (field.value = ""));
    await page.focus(selector);
    await page.keyboard.type(typed);
    assert.equal(await page.$eval(selector, (field) => field.value), typed, selector);
    await assertNothing(page, selector, { field: await page.$eval(selector, (field) => field.id) });
  }
  const select = await page.$eval("#blanks-form select", (field) => (field.focus(), field.id));
  for (const key of ["c", "f", "?", "/"]) await page.keyboard.press(key);
  await assertNothing(page, "a list to choose from", { field: select });
  await page.evaluate(() => {
    const place = document.createElement("div");
    place.id = "editable";
    place.contentEditable = "true";
    place.append(document.createElement("b"));
    document.querySelector("main").append(place);
    place.focus();
  });
  await page.keyboard.type("cf?/");
  assert.equal(await textOf(page, "#editable"), "cf?/");
  await assertNothing(page, "an editable element", { field: "editable" });
});

test("a radio button or a check box does not count as typing", async (t) => {
  const page = await open(t, path);
  await page.focus("#theme-system");
  await page.keyboard.press("f");
  assert.ok(await isKept(page));
});

test("keys that belong to the browser, to an input method or to a dialog are left alone", async (t) => {
  const page = await open(t, path);
  await emptyClipboard(page);
  for (const modifier of ["Control", "Alt", "Meta"]) {
    for (const key of ["c", "f", "/"]) {
      await page.evaluate(
        (modifier, key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ctrlKey: modifier === "Control", altKey: modifier === "Alt", metaKey: modifier === "Meta" })),
        modifier,
        key,
      );
    }
    await assertNothing(page, modifier, { field: "" });
  }
  for (const how of [{ isComposing: true }, { keyCode: 229 }, { repeat: true }]) {
    for (const key of ["c", "f", "?", "/"]) {
      await page.evaluate((init) => document.body.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init })), { key, ...how });
    }
    await assertNothing(page, JSON.stringify(how), { field: "" });
  }
  await page.keyboard.press("?");
  assert.ok(await isListed(page));
  for (const key of ["c", "f", "/", "?"]) await page.keyboard.press(key);
  assert.ok(await isListed(page));
  await page.keyboard.press("Escape");
  await assertNothing(page, "in the dialog");
});

test("a key is announced where it works", async (t) => {
  const page = await open(t, path);
  assert.deepEqual(await announced(page), [["q", "/"], ["prompt-text", "c"], ["favourite", "f"], ["show-keys", "?"]]);
});

test("the keys can be turned off, for later pages and other open ones too, and on again", async (t) => {
  const context = await newContext(t);
  const other = await open(t, path, { context });
  const page = await open(t, path, { context });
  await page.click("#show-keys");
  await page.click("#use-keys");
  await page.keyboard.press("Escape");
  await until(other, () => !document.querySelector("#use-keys").checked);
  for (const where of [page, other]) {
    await where.bringToFront();
    await emptyClipboard(where);
    for (const key of ["c", "f", "/", "?"]) await where.keyboard.press(key);
    await assertNothing(where, "turned off");
    assert.deepEqual(await announced(where), []);
  }
  await page.bringToFront();
  await page.reload();
  await page.keyboard.press("f");
  assert.ok(!(await isKept(page)));
  await page.click("#show-keys");
  await page.click("#use-keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("f");
  assert.ok(await isKept(page));
});

test("keys work where storage is forbidden, and can be turned off for the page", async (t) => {
  const page = await newPage(t);
  await page.evaluateOnNewDocument(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("No.", "SecurityError"); } });
  });
  await page.goto(url + path);
  await page.keyboard.press("f");
  assert.ok(await isKept(page));
  await page.click("#show-keys");
  await page.click("#use-keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("f");
  assert.ok(await isKept(page));
  assert.deepEqual(page.complaints, []);
});

test("without JavaScript nothing speaks of keys", async (t) => {
  const page = await open(t, path, { javascript: false });
  assert.ok(await page.$$eval("#show-keys, #keys, #favourite", (all) => all.length === 3 && all.every((one) => !one.checkVisibility())));
  assert.deepEqual(await announced(page), []);
});
