// The pages without their script: forbidden by the visitor, or lost on the way.

import assert from "node:assert/strict";
import { follow, hostileText, intercept, languages, newPage, open, prompts, served, test, textOf, url } from "./support.mjs";

/** What can be seen of every panel. */
const seen = (page) =>
  page.$$eval("[data-tabs] > .panel", (panels) =>
    panels.map((panel) => {
      const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      const heading = panel.querySelector("h3");
      const inside = (element) => element.getBoundingClientRect().bottom <= panel.getBoundingClientRect().bottom + 1;
      return {
        id: panel.id,
        panel: visible(panel) && panel.getBoundingClientRect().height > 40,
        heading: visible(heading) && heading.getBoundingClientRect().height > 10,
        whole: [...panel.children].every(inside),
      };
    }),
  );

const allSeen = (all) => all.length > 4 && all.every(({ panel, heading, whole }) => panel && heading && whole);

for (const language of languages) {
  test(`without JavaScript every panel shows under its heading, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/plain-words`, { javascript: false });
    const all = await seen(page);
    assert.ok(allSeen(all), JSON.stringify(all));
    assert.equal(await page.$("[role=tablist]"), null);
    assert.deepEqual(page.complaints, []);
  });

  test(`without JavaScript everything can be read exactly, and nothing offers to copy, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/hostile-text`, { javascript: false });
    assert.equal(await textOf(page, "#prompt-text"), hostileText);
    assert.ok((await textOf(page, "#instruction")).includes(hostileText));
    for (const code of await page.$$eval(`[data-tabs="code"] > .panel`, (panels) => panels.map((panel) => panel.id))) {
      assert.equal(await textOf(page, `#${code}-code`), await served(`${language.at}/prompts/hostile-text/snippets/${code}`));
    }
    for (const source of ["#prompt-text", "#instruction"]) {
      assert.ok(await page.$eval(source, (element) => element.checkVisibility() && element.getBoundingClientRect().height > 20));
    }
    const offered = await page.$$eval("button", (buttons) => buttons.filter((button) => button.checkVisibility() && button.type !== "submit").length);
    assert.equal(offered, 0);
  });

  test(`without JavaScript the code of related prompts is reached by links, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/plain-words`, { javascript: false });
    await page.click("details.ondemand summary");
    const link = await page.$("details.ondemand[open] a[data-language]");
    const path = await link.evaluate((link) => new URL(link.href).pathname);
    await follow(page, () => link.click());
    assert.equal(new URL(page.url()).pathname, path);
    assert.equal(await textOf(page, "body"), await served(path));
  });

  test(`without JavaScript the code of a long prompt is reached by a link, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/long-line`, { javascript: false });
    await follow(page, () => page.click(`#ruby a[href$="/snippets/ruby"]`));
    assert.ok((await textOf(page, "body")) === (await served(`${language.at}/prompts/long-line/snippets/ruby`)));
  });

  test(`without JavaScript the search finds a Chinese word, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/about`, { javascript: false });
    await page.type("#q", "灯火");
    await follow(page, () => page.click("[role=search] button"));
    const address = new URL(page.url());
    assert.deepEqual([address.pathname, address.searchParams.get("q")], [`${language.at}/prompts`, "灯火"]);
    await page.waitForSelector(`main a[href="${language.at}/prompts/chinese-words"]`);
  });

  test(`without JavaScript the other language is a link, in ${language.name}`, async (t) => {
    const other = languages.find((one) => one !== language);
    const page = await open(t, `${language.at}/prompts/plain-words`, { javascript: false });
    await follow(page, () => page.click(`header a[hreflang="${other.tag}"]`));
    assert.equal(new URL(page.url()).pathname, `${other.at}/prompts/plain-words`);
    assert.equal(await page.$eval("html", (html) => html.lang), other.tag);
  });
}

test("without JavaScript an answer unfolds all the same", async (t) => {
  const page = await open(t, "/prompts/plain-words", { javascript: false });
  await page.click("details[id] > summary");
  assert.ok(await page.$eval("details[id]", (details) => details.open && details.lastElementChild.checkVisibility()));
});

test("when the script does not arrive, every panel appears after a few seconds", async (t) => {
  const page = await newPage(t);
  let lost = 0;
  await intercept(page, /\.js$/, (request) => {
    lost += 1;
    return request.abort();
  });
  await page.goto(`${url}/prompts/plain-words`);
  assert.equal(lost, 1);
  const first = await seen(page);
  assert.ok(first.some(({ panel }) => panel), "the first panels show at once");
  const deadline = Date.now() + 6_000;
  let all = first;
  while (!allSeen(all) && Date.now() < deadline) {
    await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
    all = await seen(page);
  }
  assert.ok(allSeen(all), JSON.stringify(all));
  assert.equal(await textOf(page, "#prompt-text"), prompts["plain-words"].text);
});
