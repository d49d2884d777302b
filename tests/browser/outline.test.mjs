// What a screen reader finds: landmarks, names, headings and a language, on every page.

import assert from "node:assert/strict";
import { languages, newPage, open, pages, test, url } from "./support.mjs";

/** Every node of the accessibility tree. */
async function nodes(page) {
  const all = [];
  const walk = (node) => {
    all.push(node);
    node.children?.forEach(walk);
  };
  walk(await page.accessibility.snapshot({ interestingOnly: false }));
  return all;
}

for (const language of languages) {
  test(`every page has its landmarks, each with a name of its own, and an outline without gaps, in ${language.name}`, async (t) => {
    const page = await newPage(t);
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(url + language.at + path, { waitUntil: "domcontentloaded" });
      assert.equal(await page.$eval("html", (html) => html.lang), language.tag, name);
      const tree = await nodes(page);
      const all = (role) => tree.filter((node) => node.role === role);
      for (const role of ["main", "banner", "contentinfo", "search"]) {
        assert.equal(all(role).length, 1, `${name}: ${role}`);
      }
      for (const role of ["navigation", "region", "complementary", "tablist", "tabpanel"]) {
        const names = all(role).map((node) => node.name);
        assert.ok(names.every(Boolean), `${name}: ${role} ${names}`);
        assert.equal(new Set(names).size, names.length, `${name}: ${role} ${names}`);
      }
      assert.ok(all("navigation").length >= 2, name);
      for (const role of ["link", "button", "textbox", "searchbox", "image", "tab"]) {
        const nameless = all(role).filter((node) => !node.name?.trim());
        assert.deepEqual(nameless, [], `${name}: ${role}`);
      }
      const levels = all("heading").map((node) => node.level);
      assert.equal(levels.filter((level) => level === 1).length, 1, name);
      assert.equal(levels[0], 1, name);
      levels.forEach((level, at) => assert.ok(at === 0 || level <= levels[at - 1] + 1, `${name}: ${levels}`));
    }
  });

  test(`a prompt's tabs are named lists that know what is chosen, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/plain-words?agent=cursor&code=ruby`);
    const tree = await nodes(page);
    const lists = tree.filter((node) => node.role === "tablist");
    assert.deepEqual(lists.map((list) => list.name), [language.agents, language.codeLanguages]);
    const chosen = lists.map((list) => list.children.filter((tab) => tab.selected).map((tab) => tab.name));
    assert.deepEqual(chosen, [["Cursor"], ["Ruby"]]);
    assert.deepEqual(tree.filter((node) => node.role === "tabpanel").map((panel) => panel.name), ["Cursor", "Ruby"]);
    assert.equal(tree.filter((node) => node.role === "status").length, 1);
  });

  test(`foreign text says which language it is in, in ${language.name}`, async (t) => {
    const page = await newPage(t);
    for (const [slug, tag] of [["plain-words", "en"], ["chinese-words", "zh-CN"]]) {
      await page.goto(`${url}${language.at}/prompts/${slug}`);
      assert.equal(await page.$eval("#prompt-text", (text) => text.closest("[lang]").lang), tag);
    }
  });
}

test("pressing a copy button is announced", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  assert.equal((await nodes(page)).find((node) => node.role === "status").children?.length ?? 0, 0);
  await page.click(`button[data-copy="prompt-text"]`);
  await page.waitForFunction(() => document.querySelector("[role=status]").textContent !== "");
  const said = await page.$eval("[role=status]", (status) => status.textContent);
  const status = (await nodes(page)).find((node) => node.role === "status");
  assert.equal(status.children.map((child) => child.name).join(""), said);
});
