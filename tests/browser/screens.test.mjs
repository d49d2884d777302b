// Every page fits every screen: nothing sticks out sideways, whatever its text and whichever tab
// is chosen.

import assert from "node:assert/strict";
import { choose, languages, newPage, open, pages, panels, test, url } from "./support.mjs";

const widths = [320, 360, 768, 1280, 1920];

/**
 * What sticks out of the page sideways, with every answer unfolded and, unless told otherwise,
 * every tab chosen in turn; nothing, if the page does not scroll.
 */
const overflow = (page, { tabs = true } = {}) =>
  page.evaluate((tabs) => {
    const stickingOut = () => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (Math.max(scrollWidth, document.body.scrollWidth) <= clientWidth) return null;
      const wide = [...document.body.querySelectorAll("*")].find((element) => element.getBoundingClientRect().right > clientWidth + 1);
      return `${scrollWidth} > ${clientWidth}: ${wide?.outerHTML.slice(0, 120)}`;
    };
    document.querySelectorAll("details[id]").forEach((details) => (details.open = true));
    const found = [stickingOut()];
    for (const tab of document.querySelectorAll(tabs ? "[role=tab]" : "no-tab")) {
      tab.click();
      found.push(stickingOut());
    }
    return [...new Set(found.filter(Boolean))];
  }, tabs);

for (const language of languages) {
  test(`no page scrolls sideways on any screen, in ${language.name}`, async (t) => {
    const page = await newPage(t);
    const wrong = {};
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(url + language.at + path, { waitUntil: "domcontentloaded" });
      for (const width of widths) {
        await page.setViewport({ width, height: 800 });
        // Laying out 150 kB again for every tab would take longer than everything else here.
        const found = await overflow(page, { tabs: name !== "a huge prompt" });
        if (found.length) wrong[`${name} at ${width}`] = found;
      }
    }
    assert.deepEqual(wrong, {});
  });
}

test("the code of a long prompt fits the smallest screen in every tab", async (t) => {
  const page = await open(t, "/prompts/long-line", { width: 320 });
  for (const code of await panels(page, "code")) {
    await choose(page, code);
    await page.waitForSelector(`#${code} pre code`);
    assert.deepEqual(await overflow(page, { tabs: false }), [], code);
  }
});

test("code of related prompts fits the smallest screen", async (t) => {
  const page = await open(t, "/prompts/plain-words", { width: 320 });
  await page.$$eval("details.ondemand", (all) => all.forEach((details) => (details.open = true)));
  await page.waitForFunction(() => [...document.querySelectorAll("details.ondemand")].every((details) => details.querySelector("pre code")));
  assert.deepEqual(await overflow(page), []);
});
