// Programs with the SDK and without: one choice for every language that offers both.

import assert from "node:assert/strict";
import { choose, clipboard, emptyClipboard, hearsCopied, languages, newContext, open, served, test, textOf, until } from "./support.mjs";

const form = (panel, slug) => `#${panel} a[data-form="${slug}"]`;

/** Waits until a panel shows the program behind an address. */
const shows = async (page, panel, address) => {
  const text = await served(address);
  await until(page, (panel, text) => document.querySelector(`#${panel} pre code`)?.textContent === text, panel, text);
  return text;
};

for (const language of languages) {
  test(`the form of a program can be chosen and copied, in ${language.name}`, async (t) => {
    const at = `${language.at}/prompts/plain-words`;
    const page = await open(t, `${at}?agent=cursor`);
    await choose(page, "ruby");
    await page.click(form("ruby", "http"));
    const text = await shows(page, "ruby", `${at}/snippets/ruby?form=http`);
    assert.ok(text.includes("net/http"));
    await emptyClipboard(page);
    await page.click("#ruby button.copy");
    await hearsCopied(page, language);
    assert.equal(await clipboard(page), text);
    assert.equal(await page.$eval("#ruby .raw a", (link) => new URL(link.href).search), "?form=http");
    const { searchParams } = new URL(page.url());
    assert.deepEqual([searchParams.get("agent"), searchParams.get("code"), searchParams.get("form")], ["cursor", "ruby", "http"]);
  });
}

test("the chosen form holds for other languages, other pages and whoever is given the link", async (t) => {
  const context = await newContext(t);
  const first = await open(t, "/prompts/plain-words", { context });
  await choose(first, "python");
  await first.click(form("python", "http"));
  await shows(first, "python", "/prompts/plain-words/snippets/python?form=http");
  await choose(first, "php");
  await shows(first, "php", "/prompts/plain-words/snippets/php?form=http");
  // A language with one form shows that.
  await choose(first, "go");
  await shows(first, "go", "/prompts/plain-words/snippets/go");
  await choose(first, "php");
  const second = await open(t, "/prompts/long-line", { context });
  await shows(second, "php", "/prompts/long-line/snippets/php?form=http");
  const link = new URL(first.url());
  const third = await open(t, link.pathname + link.search);
  await shows(third, "php", "/prompts/plain-words/snippets/php?form=http");
  await third.click(form("php", "sdk"));
  await shows(third, "php", "/prompts/plain-words/snippets/php?form=sdk");
});

test("what to install is shown with the form that needs it", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  await choose(page, "javascript");
  const install = "#javascript code[data-for=sdk]";
  assert.match(await textOf(page, install), /^npm install @runapi\.ai\//);
  assert.ok(await page.$eval(install, (element) => element.checkVisibility()));
  await page.click(form("javascript", "http"));
  await shows(page, "javascript", "/prompts/plain-words/snippets/javascript?form=http");
  assert.ok(!(await page.$eval(install, (element) => element.checkVisibility())));
});

test("without JavaScript the other form is a link", async (t) => {
  const page = await open(t, "/prompts/plain-words", { javascript: false });
  const text = await served("/prompts/plain-words/snippets/python?form=http");
  await Promise.all([page.waitForNavigation(), page.click(form("python", "http"))]);
  assert.equal(await page.$eval("body", (body) => body.textContent), text);
});
