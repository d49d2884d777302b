// From the door to a prompt on the clipboard, by clicking what a visitor clicks.

import assert from "node:assert/strict";
import { clipboard, emptyClipboard, follow, hearsCopied, languages, moving, open, served, test, textOf, until } from "./support.mjs";

for (const language of languages) {
  test(`a visitor walks from home to a category to a prompt and copies it, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/`);
    assert.equal(await page.$eval("html", (html) => html.lang), language.tag);
    await emptyClipboard(page);

    const path = `${language.at}/categories/photography`;
    const name = await textOf(page, `main a[href="${path}"]`);
    await follow(page, () => page.click(`main a[href="${path}"]`));
    assert.equal(new URL(page.url()).pathname, path);
    assert.equal(await textOf(page, "h1"), name);

    const card = await page.$("main .cards h3 a");
    const title = await card.evaluate((link) => link.textContent);
    await follow(page, () => card.click());
    assert.equal(await textOf(page, "h1"), title);

    await page.click(`button[data-copy="prompt-text"]`);
    await hearsCopied(page, language);
    assert.equal(await clipboard(page), await served(`${new URL(page.url()).pathname}.txt`));
    assert.deepEqual(page.complaints, []);
  });

  test(`the search finds a prompt by a Chinese word, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/`);
    await page.type("#q", "灯火");
    await follow(page, () => page.keyboard.press("Enter"));
    const address = new URL(page.url());
    assert.equal(address.pathname, `${language.at}/prompts`);
    assert.equal(address.searchParams.get("q"), "灯火");
    assert.equal(await page.$eval("#q", (field) => field.value), "灯火");
    await page.waitForSelector(`main a[href="${language.at}/prompts/chinese-words"]`);
  });

  test(`the breadcrumbs lead back, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/plain-words`);
    const crumb = `.crumbs a[href="${language.at}/categories/photography"]`;
    await follow(page, () => page.click(crumb));
    assert.equal(new URL(page.url()).pathname, `${language.at}/categories/photography`);
    await follow(page, () => page.click(`.crumbs a[href="${language.at}/"]`));
    assert.equal(new URL(page.url()).pathname, `${language.at}/`);
  });
}

test("the other language is one click away, and so is the way back", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  await follow(page, () => page.click(`header a[hreflang="zh-CN"]`));
  assert.equal(new URL(page.url()).pathname, "/zh-CN/prompts/plain-words");
  assert.equal(await textOf(page, "h1"), "平常的话");
  await follow(page, () => page.click(`header a[hreflang="en"]`));
  assert.equal(new URL(page.url()).pathname, "/prompts/plain-words");
  assert.equal(await textOf(page, "h1"), "Plain words");
});

test("a click right after arriving on a page is not lost", async (t) => {
  const page = await open(t, "/prompts/plain-words", { features: [moving] });
  for (const tag of ["zh-CN", "en", "zh-CN"]) {
    await follow(page, () => page.click(`header a[hreflang="${tag}"]`));
    assert.equal(await page.$eval("html", (html) => html.lang), tag);
  }
});

test("a link to an answer opens it", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  const id = await page.$eval("details[id]", (details) => details.id);
  assert.equal(await page.$eval(`#${id}`, (details) => details.open), false);
  await page.evaluate((id) => (location.hash = id), id);
  await until(page, (id) => document.getElementById(id).open, id);
  const fresh = await open(t, `/prompts/plain-words#${id}`);
  await until(fresh, (id) => document.getElementById(id).open, id);
});

for (const fragment of ["%", "%E4%BD", "no-such-place", ":~:text=kitchen"]) {
  test(`an address that ends in #${fragment} breaks nothing`, async (t) => {
    const page = await open(t, `/prompts/plain-words#${fragment}`);
    await page.click("details.ondemand summary");
    await page.waitForSelector("details.ondemand[open] pre code");
    assert.deepEqual(page.complaints, []);
  });
}
