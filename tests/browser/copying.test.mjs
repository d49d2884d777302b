// Copying: the exact text reaches the clipboard, with and without the clipboard API, and when
// nothing works, the page says so and leaves the text selected.

import assert from "node:assert/strict";
import {
  clipboard, choose, emptyClipboard, hearsCopied, hostileText, languages, longLine, newContext, open, plainUrl,
  panels, served, test, textOf, until,
} from "./support.mjs";

const button = (source) => `button[data-copy="${source}"]`;

/** Waits until a button says that it has copied, and the live region too. */
async function saysCopied(page, selector, language = languages[0]) {
  await until(page, (selector, word) => document.querySelector(selector).textContent === word, selector, language.copied);
  await hearsCopied(page, language);
}

for (const language of languages) {
  test(`the prompt is copied to the last blank, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/hostile-text`);
    await emptyClipboard(page);
    assert.equal(await textOf(page, button("prompt-text")), language.copyPrompt);
    await page.click(button("prompt-text"));
    await saysCopied(page, button("prompt-text"), language);
    assert.equal(await clipboard(page), hostileText);
    assert.equal(await served(`${language.at}/prompts/hostile-text.txt`), hostileText);
  });

  test(`every agent's set-up is copied as it stands, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/hostile-text`);
    const agents = await panels(page, "agent");
    assert.ok(agents.length > 1);
    for (const agent of agents) {
      await choose(page, agent);
      await emptyClipboard(page);
      await page.click(button(`${agent}-install`));
      await saysCopied(page, button(`${agent}-install`), language);
      assert.equal(await clipboard(page), await textOf(page, `#${agent}-install`));
    }
  });

  test(`the instruction is copied with the whole prompt in it, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/hostile-text`);
    await emptyClipboard(page);
    await page.click(button("instruction"));
    await saysCopied(page, button("instruction"), language);
    const copied = await clipboard(page);
    assert.equal(copied, await textOf(page, "#instruction"));
    assert.ok(copied.includes(hostileText));
  });

  test(`every snippet is copied as it is served, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/hostile-text`);
    const codes = await panels(page, "code");
    assert.ok(codes.length > 1);
    for (const code of codes) {
      await choose(page, code);
      await emptyClipboard(page);
      await page.click(button(`${code}-code`));
      await saysCopied(page, button(`${code}-code`), language);
      assert.equal(await clipboard(page), await served(`${language.at}/prompts/hostile-text/snippets/${code}`));
    }
  });

  test(`when nothing can copy, the text is selected and the page says so, in ${language.name}`, async (t) => {
    const context = await newContext(t);
    const page = await open(t, `${language.at}/prompts/hostile-text`, { context });
    await emptyClipboard(page);
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new DOMException("No.", "NotAllowedError"));
      document.execCommand = () => false;
    });
    await page.click(button("prompt-text"));
    await until(page, (text) => document.querySelector("[role=status]").textContent === text, language.copyFailed);
    assert.ok(await page.$eval("[role=status]", (said) => said.checkVisibility() && said.getBoundingClientRect().height > 10));
    assert.equal(await page.evaluate(() => getSelection().getRangeAt(0).cloneContents().textContent), hostileText);
    assert.equal(await textOf(page, button("prompt-text")), language.copyPrompt);
    assert.equal(await clipboard(page), "nothing was copied");
  });
}

test("a prompt of 150 kB is copied whole", async (t) => {
  const page = await open(t, "/prompts/long-line");
  await emptyClipboard(page);
  await page.click(button("prompt-text"));
  await saysCopied(page, button("prompt-text"));
  assert.ok((await clipboard(page)) === longLine);
});

test("copying works from the keyboard and leaves the focus on the button", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  for (const key of ["Enter", "Space"]) {
    await emptyClipboard(page);
    await page.focus(button("prompt-text"));
    await page.keyboard.press(key);
    await until(page, async () => (await navigator.clipboard.readText().catch(() => "nothing was copied")) !== "nothing was copied");
    assert.equal(await clipboard(page), await served("/prompts/plain-words.txt"));
    assert.ok(await page.evaluate((selector) => document.activeElement.matches(selector), button("prompt-text")));
  }
});

test("copying keeps what the visitor had selected", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  await page.evaluate(() => getSelection().selectAllChildren(document.querySelector("h1")));
  await page.click(button("prompt-text"));
  await saysCopied(page, button("prompt-text"));
  assert.equal(await page.evaluate(() => getSelection().toString()), await textOf(page, "h1"));
});

test("copying twice is said twice, and then offered again", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  await page.click(button("prompt-text"));
  await saysCopied(page, button("prompt-text"));
  await page.evaluate(() => {
    window.heard = [];
    const said = document.querySelector("[role=status]");
    new MutationObserver(() => window.heard.push(said.textContent)).observe(said, { childList: true, characterData: true, subtree: true });
  });
  await page.click(button("prompt-text"));
  await until(page, () => window.heard.some((text) => /copied$/i.test(text)));
  // After a while the button offers to copy again.
  await until(page, (selector) => document.querySelector(selector).textContent === "Copy prompt", button("prompt-text"));
});

for (const source of ["prompt-text", "instruction", "curl-code"]) {
  test(`over plain http, without the clipboard API, ${source} is copied exactly`, async (t) => {
    const context = await newContext(t);
    const reader = await open(t, "/about", { context });
    await emptyClipboard(reader);
    const page = await open(t, "/prompts/hostile-text?code=curl", { context, at: plainUrl });
    assert.deepEqual(await page.evaluate(() => [isSecureContext, typeof navigator.clipboard]), [false, "undefined"]);
    await page.click(button(source));
    await saysCopied(page, button(source));
    const expected = await textOf(page, `#${source}`);
    assert.ok(source !== "prompt-text" || expected === hostileText);
    assert.equal(await clipboard(reader), expected);
  });
}

test("where the clipboard API refuses, the older way copies exactly", async (t) => {
  const page = await open(t, "/prompts/hostile-text");
  await emptyClipboard(page);
  await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new DOMException("No.", "NotAllowedError"))));
  await page.click(button("prompt-text"));
  await saysCopied(page, button("prompt-text"));
  assert.equal(await clipboard(page), hostileText);
});

test("the commands of the API's reference are copied as they stand", async (t) => {
  const page = await open(t, "/api");
  const commands = await page.$$eval("[id$=-example]", (all) => all.map((command) => command.id));
  assert.ok(commands.length > 8);
  for (const id of commands.slice(0, 3)) {
    await emptyClipboard(page);
    await page.click(button(id));
    await saysCopied(page, button(id));
    assert.equal(await clipboard(page), await textOf(page, `#${id}`));
  }
});
