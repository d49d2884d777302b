// Tabs: by mouse and by keyboard, remembered, shared between open pages, and linkable.

import assert from "node:assert/strict";
import { choose, chosen, follow, languages, newContext, open, panels, test, textOf, until } from "./support.mjs";

const groups = ["agent", "code"];

/** Which tab has the focus, by its panel. */
const focused = (page) =>
  page.evaluate(() => document.activeElement.getAttribute("role") === "tab" && document.activeElement.getAttribute("aria-controls"));

/** Waits until a group shows a panel. */
const shows = (page, group, panel) =>
  until(
    page,
    (group, panel) => document.querySelector(`[data-tabs="${group}"] [aria-selected="true"]`)?.getAttribute("aria-controls") === panel,
    group,
    panel,
  );

for (const language of languages) {
  for (const group of groups) {
    test(`the keyboard walks through the ${group} tabs and round the ends, in ${language.name}`, async (t) => {
      const page = await open(t, `${language.at}/prompts/plain-words`);
      const all = await panels(page, group);
      assert.ok(all.length > 2);
      const last = all.length - 1;
      assert.equal(await chosen(page, group), all[0]);
      await page.focus(`[data-tabs="${group}"] [role=tab][tabindex="0"]`);
      const steps = [
        ["ArrowRight", 1], ["ArrowRight", 2], ["ArrowLeft", 1], ["Home", 0], ["ArrowLeft", last],
        ["ArrowRight", 0], ["End", last], ["Home", 0],
      ];
      for (const [key, at] of steps) {
        await page.keyboard.press(key);
        assert.equal(await chosen(page, group), all[at], key);
        assert.equal(await focused(page), all[at], key);
      }
      // The other group has not moved.
      const other = groups.find((name) => name !== group);
      assert.equal(await chosen(page, other), (await panels(page, other))[0]);
    });

    test(`each ${group} tab names its panel, in ${language.name}`, async (t) => {
      const page = await open(t, `${language.at}/prompts/plain-words`);
      const said = await page.$eval(`[data-tabs="${group}"]`, (root) => ({
        list: root.querySelector("[role=tablist]").getAttribute("aria-label"),
        label: root.dataset.label,
        tabs: [...root.querySelectorAll("[role=tablist] [role=tab]")].map((tab) => {
          const panel = document.getElementById(tab.getAttribute("aria-controls"));
          return {
            inOrder: panel.closest("[data-tabs]") === root,
            role: panel.getAttribute("role"),
            labelled: panel.getAttribute("aria-labelledby") === tab.id,
            name: tab.textContent,
            heading: panel.querySelector("h3").textContent,
          };
        }),
      }));
      assert.equal(said.label, group === "agent" ? language.agents : language.codeLanguages);
      assert.equal(said.list, said.label);
      for (const { name, heading, ...right } of said.tabs) {
        assert.deepEqual(right, { inOrder: true, role: "tabpanel", labelled: true });
        assert.equal(name, heading);
      }
    });
  }

  test(`a choice is remembered over a reload and on other prompts, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/plain-words`);
    await choose(page, "cursor");
    await choose(page, "ruby");
    await page.reload();
    assert.deepEqual([await chosen(page, "agent"), await chosen(page, "code")], ["cursor", "ruby"]);
    await follow(page, () => page.click("main .cards h3 a"));
    assert.equal(new URL(page.url()).search, "");
    assert.deepEqual([await chosen(page, "agent"), await chosen(page, "code")], ["cursor", "ruby"]);
  });
}

test("one tab stop leads into the tabs and the next one into the panel", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  await choose(page, "ruby");
  assert.equal(await focused(page), "ruby");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.closest("#ruby") !== null));
  await page.keyboard.down("Shift");
  await page.keyboard.press("Tab");
  await page.keyboard.up("Shift");
  assert.equal(await focused(page), "ruby");
});

test("browser shortcuts with the arrow keys are left alone", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  const before = await chosen(page, "code");
  await page.focus(`[data-tabs="code"] [role=tab][tabindex="0"]`);
  await page.keyboard.down("Control");
  await page.keyboard.press("End");
  await page.keyboard.up("Control");
  assert.equal(await chosen(page, "code"), before);
});

test("a choice in one open page is shown in the other", async (t) => {
  const context = await newContext(t);
  const first = await open(t, "/prompts/plain-words", { context });
  const second = await open(t, "/zh-CN/prompts/chinese-words", { context });
  await choose(second, "ruby");
  await choose(second, "cursor");
  await shows(first, "code", "ruby");
  await shows(first, "agent", "cursor");
  assert.deepEqual([await chosen(first, "agent"), await chosen(first, "code")], ["cursor", "ruby"]);
});

test("a choice stays in its own browser profile", async (t) => {
  const first = await open(t, "/prompts/plain-words");
  await choose(first, "ruby");
  const second = await open(t, "/prompts/plain-words");
  assert.notEqual(await chosen(second, "code"), "ruby");
});

test("an address can name both tabs", async (t) => {
  const page = await open(t, "/prompts/plain-words?agent=cursor&code=ruby");
  assert.deepEqual([await chosen(page, "agent"), await chosen(page, "code")], ["cursor", "ruby"]);
});

test("an address can end in a tab, and is stronger than what is remembered", async (t) => {
  const context = await newContext(t);
  const page = await open(t, "/prompts/plain-words#ruby", { context });
  assert.equal(await chosen(page, "code"), "ruby");
  assert.ok(await page.$eval("#ruby", (panel) => panel.getBoundingClientRect().top < innerHeight));
  await choose(page, "curl");
  const linked = await open(t, "/prompts/plain-words?code=ruby", { context });
  assert.equal(await chosen(linked, "code"), "ruby");
});

test("an address that names no tab shows the first", async (t) => {
  const page = await open(t, "/prompts/plain-words?agent=nobody&code=%22%3E%3Cb%3E#nowhere");
  assert.equal(await chosen(page, "agent"), (await panels(page, "agent"))[0]);
  assert.equal(await chosen(page, "code"), (await panels(page, "code"))[0]);
  assert.deepEqual(page.complaints, []);
});

test("choosing a tab keeps the rest of the address and adds no step to the history", async (t) => {
  const page = await open(t, "/prompts/plain-words?from=a%20friend&code=curl#about");
  const steps = await page.evaluate(() => history.length);
  await choose(page, "ruby");
  await choose(page, "cursor");
  const address = new URL(page.url());
  assert.deepEqual(Object.fromEntries(address.searchParams), { from: "a friend", code: "ruby", agent: "cursor" });
  assert.equal(address.hash, "#about");
  assert.equal(await page.evaluate(() => history.length), steps);
});

test("the address of a chosen tab shows it to somebody else", async (t) => {
  const page = await open(t, "/prompts/plain-words#curl");
  await choose(page, "ruby");
  const guest = await open(t, page.url().replace(/^http:\/\/[^/]+/, ""));
  assert.equal(await chosen(guest, "code"), "ruby");
});

test("back and forward find the tabs as they were left", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  const [title, path] = [await textOf(page, "h1"), new URL(page.url()).pathname];
  await choose(page, "ruby");
  await follow(page, () => page.click("main .cards h3 a"));
  const there = page.url();
  await page.goBack();
  assert.equal(new URL(page.url()).pathname, path);
  assert.equal(await textOf(page, "h1"), title);
  assert.equal(await chosen(page, "code"), "ruby");
  await page.goForward();
  assert.equal(page.url(), there);
  assert.equal(await chosen(page, "code"), "ruby");
  assert.deepEqual(page.complaints, []);
});

test("a link to a tab within the page shows it", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  await page.evaluate(() => (location.hash = "ruby"));
  await shows(page, "code", "ruby");
  await page.evaluate(() => (location.hash = "curl"));
  await shows(page, "code", "curl");
  await page.evaluate(() => history.back());
  await shows(page, "code", "ruby");
  assert.equal(await chosen(page, "code"), "ruby");
});

test("tabs work where storage is forbidden", async (t) => {
  const page = await open(t, "/about");
  await page.evaluateOnNewDocument(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("No.", "SecurityError"); } });
  });
  await page.goto(page.url().replace("/about", "/prompts/plain-words"));
  await choose(page, "ruby");
  assert.equal(await chosen(page, "code"), "ruby");
  assert.deepEqual(page.complaints, []);
});
