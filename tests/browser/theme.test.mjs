// The theme: the system's or a chosen one, from the first frame, in every open page.

import assert from "node:assert/strict";
import { dark, languages, light, newContext, newPage, open, pages, still, test, until, url } from "./support.mjs";

/** Whether a page is light or dark, whether the browser around it is told its colour, and the choice. */
const looks = (page) =>
  page.evaluate(() => {
    const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    // However a colour is written, as the screen shows it.
    const shown = (color) => {
      pen.fillStyle = color;
      pen.fillRect(0, 0, 1, 1);
      return [...pen.getImageData(0, 0, 1, 1).data];
    };
    const paper = shown(getComputedStyle(document.documentElement).backgroundColor);
    const told = [...document.querySelectorAll("meta[name=theme-color]")].filter((meta) => matchMedia(meta.media).matches);
    const around = told.map((meta) => shown(meta.content));
    const isSame = around.length === 1 && around[0].every((part, at) => Math.abs(part - paper[at]) <= 1);
    return {
      theme: paper[0] > 127 ? "light" : "dark",
      around: isSame ? "the same" : `${around.join(" and ")}, not ${paper}`,
      chosen: document.querySelector("[name=theme]:checked")?.value ?? null,
    };
  });

const look = (theme, chosen = theme) => ({ theme, around: "the same", chosen });

const pick = (page, theme) => page.click(`#theme-${theme}`);

for (const language of languages) {
  test(`the theme follows the system until one is chosen, and again when asked, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/`, { features: [still, light] });
    assert.deepEqual(await looks(page), look("light", ""));
    await page.emulateMediaFeatures([still, dark]);
    assert.deepEqual(await looks(page), look("dark", ""));
    await pick(page, "light");
    assert.deepEqual(await looks(page), look("light"));
    await page.emulateMediaFeatures([still, light]);
    await pick(page, "dark");
    assert.deepEqual(await looks(page), look("dark"));
    await pick(page, "system");
    assert.deepEqual(await looks(page), look("light", ""));
  });

  test(`a chosen theme is that of every page, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/`, { features: [still, light] });
    await pick(page, "dark");
    for (const path of Object.values(pages)) {
      await page.goto(url + language.at + path, { waitUntil: "domcontentloaded" });
      assert.deepEqual(await looks(page), look("dark"), path);
    }
  });
}

test("the theme is set before there is a body to paint", async (t) => {
  const page = await open(t, "/", { features: [still, light] });
  await pick(page, "dark");
  await page.evaluateOnNewDocument(() => {
    new MutationObserver((changes, observer) => {
      if (!document.body) return;
      observer.disconnect();
      window.atBody = [document.documentElement.dataset.theme, document.querySelector("meta[name=color-scheme]").content];
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${url}/prompts/long-line`);
  assert.deepEqual(await page.evaluate(() => window.atBody), ["dark", "dark"]);
});

test("the theme chosen in one page is that of the other open one, also after coming back", async (t) => {
  const context = await newContext(t);
  const first = await open(t, "/", { context, features: [still, light] });
  const second = await open(t, "/zh-CN/prompts/chinese-words", { context, features: [still, light] });
  await pick(second, "dark");
  await until(first, () => document.querySelector("[name=theme]:checked").value === "dark");
  assert.deepEqual(await looks(first), look("dark"));
  await first.bringToFront();
  await first.goto(`${url}/about`);
  await pick(first, "light");
  await first.goBack();
  assert.deepEqual(await looks(first), look("light"));
  assert.deepEqual(await looks(second), look("light"));
});

test("arrows move through the themes, which have a name together", async (t) => {
  const page = await open(t, "/", { features: [still, light] });
  await page.focus("#theme-system");
  await page.keyboard.press("ArrowRight");
  assert.deepEqual(await looks(page), look("light"));
  await page.keyboard.press("ArrowRight");
  assert.deepEqual(await looks(page), look("dark"));
  assert.equal(await page.$eval(".theme legend", (legend) => legend.textContent), "Theme");
});

test("where storage is forbidden a theme lasts as long as the page, which says so", async (t) => {
  const page = await newPage(t, { features: [still, light] });
  await page.evaluateOnNewDocument(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("No.", "SecurityError"); } });
  });
  await page.goto(`${url}/prompts/plain-words`);
  assert.deepEqual(await looks(page), look("light", ""));
  await pick(page, "dark");
  assert.deepEqual(await looks(page), look("dark"));
  await until(page, () => document.querySelector("[role=status]").textContent.includes("does not allow keeping"));
  await page.reload();
  assert.deepEqual(await looks(page), look("light", ""));
  assert.deepEqual(page.complaints, []);
});

test("a stored theme that does not exist is the system's", async (t) => {
  const page = await open(t, "/", { features: [still, dark] });
  await page.evaluate(() => localStorage.setItem("theme", `"><img src=x>`));
  await page.reload();
  assert.deepEqual(await looks(page), look("dark", ""));
  assert.deepEqual(page.complaints, []);
});

test("without JavaScript nothing offers a theme, and the system's is followed", async (t) => {
  const page = await open(t, "/", { javascript: false, features: [still, dark] });
  assert.ok(await page.$eval(".theme", (fieldset) => !fieldset.checkVisibility()));
  assert.deepEqual(await looks(page), look("dark", null));
});
