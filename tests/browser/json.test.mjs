// JSON prompts: laid out, folded, filled in, and always copied exactly as shown.

import assert from "node:assert/strict";
import {
  brokenJson, clipboard, emptyClipboard, follow, intercept, languages, minifiedJson, newWatchedPage,
  oneLineJson, open, openWatched, prettyJson, prompts, quiet, served, test, textOf, until, url,
} from "./support.mjs";

const copyPrompt = `button[data-copy="prompt-text"]`;
const layouts = { written: oneLineJson, pretty: prettyJson, minified: minifiedJson };
const product = `[name="v.product_name"]`;

/** Waits until the prompt says exactly this. */
const says = (page, text) => until(page, (text) => document.querySelector("#prompt-text").textContent === text, text);

/** Chooses a layout by its name. */
const layOut = (page, name) => page.evaluate((name) => [...document.querySelectorAll("a[data-layout]")].find((link) => link.textContent === name).click(), name);

async function copied(page, selector = copyPrompt) {
  await emptyClipboard(page);
  await page.click(selector);
  await until(page, async () => (await navigator.clipboard.readText().catch(() => "nothing was copied")) !== "nothing was copied");
  return clipboard(page);
}

/** A document with values put in, as its author would: escaped within strings. */
const filled = (text, { product: name, time }) =>
  text
    .replaceAll("[product name]", () => (name === undefined ? "[product name]" : JSON.stringify(name).slice(1, -1)))
    .replaceAll("[time of day]", () => (time === undefined ? "[time of day]" : JSON.stringify(time).slice(1, -1)));

for (const language of languages) {
  test(`every layout is shown and copied exactly, and the address keeps it, in ${language.name}`, async (t) => {
    const at = `${language.at}/prompts/json-blanks`;
    const page = await openWatched(t, at);
    assert.equal(await textOf(page, "#prompt-text"), oneLineJson);
    assert.deepEqual(await page.$$eval("a[data-layout]", (links) => links.map((link) => link.textContent)), language.layouts);
    for (const [index, slug] of ["pretty", "minified", "written"].entries()) {
      const name = language.layouts[Object.keys(layouts).indexOf(slug)];
      await layOut(page, name);
      await says(page, layouts[slug]);
      await quiet(page);
      assert.deepEqual(
        await page.$$eval("a[data-layout][aria-current]", (links) => links.map((link) => [link.textContent, link === document.activeElement])),
        [[name, true]],
        String(index),
      );
      assert.equal(page.url(), url + at + (slug === "written" ? "" : `?layout=${slug}`));
      assert.equal(await copied(page), layouts[slug]);
      assert.equal(await served(`${at}.txt?layout=${slug}`), layouts[slug]);
      assert.ok((await copied(page, `button[data-copy="instruction"]`)).includes(layouts[slug]));
      assert.equal(await textOf(page, "#curl-code"), await served(`${at}/snippets/curl?layout=${slug}`));
      const guest = await open(t, page.url().slice(url.length));
      assert.equal(await textOf(guest, "#prompt-text"), layouts[slug]);
    }
    assert.deepEqual(page.complaints, []);
  });

  test(`values survive a change of layout, and the layout survives typing, in ${language.name}`, async (t) => {
    const at = `${language.at}/prompts/json-blanks`;
    const values = { product: `a "pot" \\ & <b> $&`, time: "夜晚" };
    const page = await openWatched(t, at);
    await page.type(product, values.product);
    // A change of layout takes along what has not been asked for yet.
    await layOut(page, language.layouts[1]);
    await says(page, filled(prettyJson, { product: values.product }));
    assert.deepEqual(JSON.parse(await textOf(page, "#prompt-text")).scene, `${values.product} on a table`);
    await page.type(`[name="v.time_of_day"]`, values.time);
    await says(page, filled(prettyJson, values));
    assert.equal(await copied(page), filled(prettyJson, values));
    await layOut(page, language.layouts[2]);
    await says(page, filled(minifiedJson, values));
    assert.equal(await page.$eval(product, (control) => control.value), values.product);
    const { searchParams } = new URL(page.url());
    assert.deepEqual(Object.fromEntries(searchParams), { "v.product_name": values.product, "v.time_of_day": values.time, layout: "minified" });
    await page.reload();
    assert.equal(await textOf(page, "#prompt-text"), filled(minifiedJson, values));
    await page.click(".reset");
    await until(page, () => !document.querySelector("#prompt-text").textContent.includes("夜晚"));
    assert.equal(await page.$eval(product, (control) => control.value), "");
    assert.deepEqual(page.complaints, []);
  });

  test(`broken JSON says where it breaks and is copied as written, in ${language.name}`, async (t) => {
    const page = await openWatched(t, `${language.at}/prompts/json-broken`);
    assert.equal(await textOf(page, "#remarks"), language.brokenJson);
    assert.equal(await textOf(page, "#prompt-text"), brokenJson);
    assert.equal(await copied(page), brokenJson);
    assert.equal(await page.$("a[data-layout], .fold"), null);
    assert.deepEqual(page.complaints, []);
  });

  test(`without JavaScript layouts are links that keep what was filled in, in ${language.name}`, async (t) => {
    const at = `${language.at}/prompts/json-blanks`;
    const page = await open(t, at, { javascript: false });
    const name = async (index) => (await page.$$("a[data-layout]"))[index];
    await page.type(product, `a "pot"`);
    await follow(page, () => page.keyboard.press("Enter"));
    assert.equal(await textOf(page, "#prompt-text"), filled(oneLineJson, { product: `a "pot"` }));
    for (const [index, text] of Object.values(layouts).entries()) {
      await follow(page, async () => (await name(index)).click());
      assert.equal(await textOf(page, "#prompt-text"), filled(text, { product: `a "pot"` }));
      assert.equal(await page.$eval(product, (control) => control.value), `a "pot"`);
      assert.equal(await textOf(page, "a[data-layout][aria-current]"), language.layouts[index]);
    }
    // And the other way round.
    await page.type(`[name="v.time_of_day"]`, "夜晚");
    await follow(page, () => page.click("#blanks-form button[type=submit]"));
    assert.equal(await textOf(page, "#prompt-text"), filled(minifiedJson, { product: `a "pot"`, time: "夜晚" }));
    assert.deepEqual(page.complaints, []);
  });

  test(`without JavaScript nothing offers to fold, in ${language.name}`, async (t) => {
    for (const slug of ["json-blanks", "json-plan"]) {
      const page = await open(t, `${language.at}/prompts/${slug}`, { javascript: false });
      assert.equal(await page.$$eval(".fold", (all) => all.filter((button) => button.checkVisibility()).length), 0);
      assert.equal(await textOf(page, "#prompt-text"), prompts[slug].text);
    }
  });

  test(`parts fold by mouse and are copied all the same, in ${language.name}`, async (t) => {
    const page = await openWatched(t, `${language.at}/prompts/json-blanks?layout=pretty`);
    const folds = await page.$$("#prompt-text .fold");
    assert.deepEqual(
      await Promise.all(folds.map((button) => button.evaluate((one) => one.getAttribute("aria-label")))),
      ["light", "café", "lens"],
    );
    const shown = () => page.$eval("#prompt-text", (text) => text.innerText);
    const state = () => page.$$eval("#prompt-text .fold", (all) => all.map((button) => button.getAttribute("aria-expanded")).join());
    assert.ok((await shown()).includes("window"));
    await folds[0].click();
    assert.equal(await state(), "false,true,true");
    assert.ok(!(await shown()).includes("window") && (await shown()).includes("mm"));
    await folds[1].click();
    assert.equal(await state(), "false,false,true");
    assert.ok(!(await shown()).includes("mm"));
    assert.equal(await textOf(page, "#prompt-text"), prettyJson);
    assert.equal(await copied(page), prettyJson);
    await folds[1].click();
    await folds[0].click();
    assert.equal(await state(), "true,true,true");
    assert.ok((await shown()).includes("window") && (await shown()).includes("mm"));
    assert.deepEqual(page.complaints, []);
  });
}

test("JSON written by hand in many lines is shown so, and copied so", async (t) => {
  const page = await openWatched(t, "/prompts/json-plan");
  const { text } = prompts["json-plan"];
  assert.equal(await textOf(page, "#prompt-text"), text);
  assert.equal(await copied(page), text);
  assert.equal(await page.$eval("#prompt-text", (code) => code.className), "");
});

test("one line of JSON is shown on many, and its text holds no line end", async (t) => {
  const page = await openWatched(t, "/prompts/json-blanks");
  const lines = () =>
    page.$eval("#prompt-text", (code) => new Set([...code.querySelectorAll(".member")].map((member) => Math.round(member.getBoundingClientRect().top))).size);
  assert.ok((await lines()) >= 8);
  assert.ok(!(await textOf(page, "#prompt-text")).includes("\n"));
  assert.equal(await copied(page), oneLineJson);
  await page.type(product, "a pot");
  await says(page, filled(oneLineJson, { product: "a pot" }));
  assert.ok((await lines()) >= 8);
  await page.$eval("#prompt-text .fold", (button) => button.click());
  assert.equal(await copied(page), filled(oneLineJson, { product: "a pot" }));
  // In another layout nothing is laid out twice.
  await layOut(page, "Minified");
  await says(page, filled(minifiedJson, { product: "a pot" }));
  assert.equal(await page.$(".soft, .member"), null);
});

test("a prompt selected by hand is copied exactly, however it is laid out and folded", async (t) => {
  for (const [path, text] of [["/prompts/json-blanks", oneLineJson], ["/prompts/json-blanks?layout=pretty", prettyJson]]) {
    const page = await openWatched(t, path);
    await emptyClipboard(page);
    await page.click("#prompt-text .fold");
    await page.evaluate(() => {
      getSelection().selectAllChildren(document.querySelector("#prompt-text"));
      document.execCommand("copy");
    });
    assert.equal(await clipboard(page), text);
    // A part of it, and something else, are what they are.
    await page.evaluate(() => {
      const names = document.querySelectorAll("#prompt-text .hl-n");
      getSelection().setBaseAndExtent(names[0], 0, names[1], 1);
      document.execCommand("copy");
    });
    assert.equal(await clipboard(page), text.slice(text.indexOf(`"scene"`), text.indexOf(`"light"`) + 7));
    await page.evaluate(() => {
      getSelection().selectAllChildren(document.querySelector("h1"));
      document.execCommand("copy");
    });
    assert.equal(await clipboard(page), await textOf(page, "h1"));
  }
});

test("parts fold by keyboard", async (t) => {
  const page = await openWatched(t, "/prompts/json-blanks?layout=pretty");
  const now = () => page.evaluate(() => [document.activeElement.getAttribute("aria-label"), document.activeElement.getAttribute("aria-expanded")]);
  await page.focus("#prompt-text .fold");
  const steps = [
    ["ArrowDown", "café", "true"], ["ArrowDown", "lens", "true"], ["ArrowDown", "lens", "true"], ["Home", "light", "true"],
    ["ArrowUp", "light", "true"], ["End", "lens", "true"], ["ArrowUp", "café", "true"], ["ArrowLeft", "café", "false"],
    // What is folded away is passed over.
    ["ArrowDown", "café", "false"], ["End", "café", "false"], ["ArrowLeft", "café", "false"], ["ArrowRight", "café", "true"],
    ["ArrowDown", "lens", "true"], ["Enter", "lens", "false"], ["Space", "lens", "true"], ["Space", "lens", "false"], ["Home", "light", "true"],
  ];
  for (const [step, [key, name, open]] of steps.entries()) {
    await page.keyboard.press(key);
    assert.deepEqual(await now(), [name, open], `step ${step}: ${key}`);
  }
  assert.equal(await copied(page), prettyJson);
});

test("what was folded stays folded while somebody types", async (t) => {
  const page = await openWatched(t, "/prompts/json-blanks?layout=pretty");
  await page.click("#prompt-text .fold");
  await page.type(product, "a pot");
  await says(page, filled(prettyJson, { product: "a pot" }));
  assert.deepEqual(await page.$$eval("#prompt-text .fold", (all) => all.map((button) => button.getAttribute("aria-expanded"))), ["false", "true", "true"]);
  assert.equal(await copied(page), filled(prettyJson, { product: "a pot" }));
});

test("a layout opens in a page of its own where that is asked for", async (t) => {
  const page = await openWatched(t, "/prompts/json-blanks");
  const links = await page.$$("a[data-layout]");
  await page.keyboard.down("Control");
  await links[1].click();
  await page.keyboard.up("Control");
  await page.browserContext().waitForTarget((target) => target.url().endsWith("?layout=pretty"));
  await page.bringToFront();
  assert.equal(await textOf(page, "#prompt-text"), oneLineJson);
});

test("a layout that cannot be fetched is told, and what is copied is what is shown", async (t) => {
  const page = await newWatchedPage(t);
  let isAway = false;
  await intercept(page, /layout=/, (request) => (isAway ? request.abort() : request.continue()));
  await page.goto(`${url}/prompts/json-blanks`);
  await page.bringToFront();
  isAway = true;
  await layOut(page, "Pretty");
  await until(page, (text) => document.querySelector("[role=status]").textContent === text, languages[0].updateFailed);
  assert.equal(await textOf(page, "#prompt-text"), oneLineJson);
  isAway = false;
  const text = await copied(page);
  assert.equal(text, await textOf(page, "#prompt-text"));
});

test("on paper folded parts are printed, and no fold is offered", async (t) => {
  const page = await openWatched(t, "/prompts/json-blanks?layout=pretty");
  await page.click("#prompt-text .fold");
  await page.emulateMediaType("print");
  assert.ok(await page.$eval("#prompt-text .folds", (part) => part.getClientRects().length > 0));
  assert.equal(await page.$$eval(".fold", (all) => all.filter((button) => button.checkVisibility()).length), 0);
});
