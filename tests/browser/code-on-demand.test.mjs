// Code that is fetched when somebody asks for it: of related prompts, and of long ones.

import assert from "node:assert/strict";
import {
  choose, chosen, clipboard, emptyClipboard, follow, hearsCopied, intercept, languages, newPage, open, panels, patience, served, test, textOf, until, url,
} from "./support.mjs";

/** The first related prompt's box. */
const box = "details.ondemand";

/** Opens the first related prompt's code. */
const unfold = (page) => page.click(`${box} summary`);

/** Waits for the code of the language with this slug, and returns its address. */
async function loaded(page, slug) {
  const address = await page.$eval(`${box} a[data-language="${slug}"]`, (link) => new URL(link.href).pathname);
  const text = await served(address);
  await until(page, (box, text) => document.querySelector(`${box} pre code`)?.textContent === text, box, text);
  assert.equal(await page.$eval(`${box} [aria-current]`, (link) => link.dataset.language), slug);
  return { address, text };
}

for (const language of languages) {
  test(`a related prompt unfolds its code in the language chosen above, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/plain-words`);
    await choose(page, "ruby");
    assert.deepEqual(page.requests.filter((address) => address.includes("/snippets/")), [], "nothing is fetched before it is asked for");
    await unfold(page);
    const { text } = await loaded(page, "ruby");
    await emptyClipboard(page);
    await page.click(`${box} button.copy`);
    await hearsCopied(page, language);
    assert.equal(await clipboard(page), text);
    assert.equal(await textOf(page, `${box} button.copy`), language.copied);
  });

  test(`the code of a related prompt can be had in every language, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/plain-words`);
    const before = page.url();
    await unfold(page);
    for (const slug of (await panels(page, "code")).reverse()) {
      await page.click(`${box} a[data-language="${slug}"]`);
      const { text } = await loaded(page, slug);
      await emptyClipboard(page);
      await page.click(`${box} button.copy`);
      await until(page, async () => (await navigator.clipboard.readText().catch(() => "nothing was copied")) !== "nothing was copied");
      assert.equal(await clipboard(page), text);
    }
    assert.equal(page.url(), before);
  });

  test(`code that cannot be loaded says so and leaves the link, in ${language.name}`, async (t) => {
    const page = await newPage(t);
    let broken = true;
    await intercept(page, /\/snippets\//, (request) => (broken ? request.abort() : request.continue()));
    await page.goto(`${url}${language.at}/prompts/plain-words`);
    await unfold(page);
    await until(page, (box, text) => document.querySelector(box).textContent.includes(text), box, language.loadFailed);
    broken = false;
    // Asking again works, and so does the link itself.
    const slug = await page.$eval(`${box} a[data-language]`, (link) => link.dataset.language);
    await page.click(`${box} a[data-language="${slug}"]`);
    const { address, text } = await loaded(page, slug);
    await page.goto(url + address);
    assert.equal(await page.evaluate(() => document.body.textContent), text);
  });

  test(`the code of a long prompt is loaded when its tab shows, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/long-line`);
    for (const slug of await panels(page, "code")) {
      await choose(page, slug);
      await page.waitForSelector(`#${slug} pre code`);
      assert.equal(await chosen(page, "code"), slug);
      const text = await served(`${language.at}/prompts/long-line/snippets/${slug}`);
      assert.ok((await textOf(page, `#${slug} pre code`)) === text, slug);
      await emptyClipboard(page);
      await page.click(`#${slug} button.copy`);
      await until(page, async () => (await navigator.clipboard.readText().catch(() => "nothing was copied")) !== "nothing was copied");
      assert.ok((await clipboard(page)) === text, slug);
    }
    const fetched = page.requests.filter((address) => address.includes("/snippets/"));
    assert.equal(new Set(fetched).size, fetched.length, "nothing is fetched twice");
  });
}

test("the code of a long prompt that cannot be loaded says so and leaves the link", async (t) => {
  const page = await newPage(t);
  let broken = true;
  await intercept(page, /\/snippets\//, (request) => (broken ? request.abort() : request.continue()));
  await page.goto(`${url}/prompts/long-line?code=ruby`);
  await until(page, (text) => document.querySelector("#ruby").textContent.includes(text), languages[0].loadFailed);
  broken = false;
  const link = await page.$("#ruby .raw a");
  await follow(page, () => link.click());
  assert.equal(new URL(page.url()).pathname, "/prompts/long-line/snippets/ruby");
});

test("an answer that comes late does not replace the language chosen after it", async (t) => {
  const page = await newPage(t);
  let late;
  await intercept(page, /\/snippets\/curl\.json$/, (request) => (late = request));
  // The page may also give up the question it no longer has.
  const ended = new Promise((done) => {
    for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => request === late && done());
  });
  await page.goto(`${url}/prompts/plain-words?code=curl`);
  await unfold(page);
  await page.click(`${box} a[data-language="ruby"]`);
  const { text } = await loaded(page, "ruby");
  await late.continue().catch(() => {});
  await ended;
  // Whatever the page does with the late answer, it has done after a fetch of its own.
  await page.evaluate(async (address) => {
    await (await fetch(address)).text();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }, late.url().replace("/curl", "/ruby"));
  assert.equal(await textOf(page, `${box} pre code`), text);
});

test("a link to code can be opened in a page of its own", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  await unfold(page);
  await loaded(page, (await panels(page, "code"))[0]);
  await page.keyboard.down("Control");
  await page.click(`${box} a[data-language="ruby"]`);
  await page.keyboard.up("Control");
  await page.browserContext().waitForTarget((target) => target.url().endsWith("/snippets/ruby"), { timeout: patience });
  assert.notEqual(await page.$eval(`${box} [aria-current]`, (link) => link.dataset.language), "ruby");
});
