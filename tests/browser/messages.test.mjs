// What the page says in passing: in sight, in nobody's way, and still of use without a network.

import assert from "node:assert/strict";
import { clipboard, emptyClipboard, hearsCopied, intercept, languages, moving, newPage, open, panels, prompts, test, textOf, until, url } from "./support.mjs";

const offline = { en: ["You are offline. Nothing could be loaded.", "Try again"], "zh-CN": ["你已离线，无法加载。", "重试"] };
const isSaid = (page) => until(page, () => document.querySelector("[role=status]").textContent);

for (const language of languages) {
  test(`without a network a prompt is copied all the same, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/plain-words`);
    await emptyClipboard(page);
    await page.setOfflineMode(true);
    await page.click(`[data-copy="prompt-text"]`);
    await hearsCopied(page, language);
    assert.equal(await clipboard(page), prompts["plain-words"].text);
  });

  test(`code that cannot be loaded without a network says so, and is loaded when asked again, in ${language.name}`, async (t) => {
    const [message, again] = offline[language.tag];
    const page = await open(t, `${language.at}/prompts/long-line`);
    const [shown, other] = await panels(page, "code");
    await page.waitForSelector(`#${shown} pre code`);
    await page.setOfflineMode(true);
    await page.click(`[role=tab][aria-controls="${other}"]`);
    await page.waitForSelector(`#${other} .again`);
    assert.ok((await textOf(page, `#${other}-program`)).includes(message));
    assert.equal(await textOf(page, `#${other} .again`), again);
    // Asking in vain leaves the keyboard where it can ask again.
    await page.focus(`#${other} .again`);
    await page.keyboard.press("Enter");
    await until(page, (other) => document.activeElement.matches(`#${other} .again`), other);
    await page.setOfflineMode(false);
    await page.keyboard.press("Enter");
    await page.waitForSelector(`#${other} pre code`);
    assert.ok(await page.evaluate((other) => document.activeElement.closest(`#${other}`) !== null, other));
    assert.equal(await page.$(`#${other} .again`), null);
  });
}

test("code of a related prompt is loaded when asked again", async (t) => {
  const page = await newPage(t);
  let broken = true;
  await intercept(page, /\/snippets\//, (request) => (broken ? request.abort() : request.continue()));
  await page.goto(`${url}/prompts/plain-words`);
  await page.click("details.ondemand summary");
  await page.waitForSelector("details.ondemand .again");
  assert.ok((await textOf(page, "details.ondemand .place")).includes(languages[0].loadFailed));
  broken = false;
  await page.click("details.ondemand .again");
  await page.waitForSelector("details.ondemand pre code");
});

test("a message is in sight and lets clicks through", async (t) => {
  for (const width of [320, 1280]) {
    const page = await open(t, "/prompts/plain-words", { width });
    await page.click(`[data-copy="prompt-text"]`);
    await isSaid(page);
    const [box, hit] = await page.$eval("[role=status]", (said) => {
      const box = said.getBoundingClientRect();
      return [[box.left >= 0, box.right <= innerWidth, box.bottom <= innerHeight, box.height > 20], said.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2))];
    });
    assert.deepEqual(box, [true, true, true, true], `${width}`);
    assert.equal(hit, false);
  }
});

test("a message is not over the button that it is about", async (t) => {
  const page = await open(t, "/prompts/plain-words", { width: 390 });
  for (const at of ["start", "end", "end", "center"]) {
    await page.$eval(`[data-copy="instruction"]`, (button, block) => {
      button.scrollIntoView({ block });
      button.focus({ preventScroll: true });
      document.querySelector("[role=status]").textContent = "";
    }, at);
    await page.keyboard.press("Enter");
    await isSaid(page);
    const apart = await page.evaluate(() => {
      const [note, button] = ["[role=status]", `[data-copy="instruction"]`].map((one) => document.querySelector(one).getBoundingClientRect());
      return note.bottom <= button.top || note.top >= button.bottom || note.right <= button.left || note.left >= button.right;
    });
    assert.ok(apart, at);
  }
});

test("a message that something failed looks another way than one that it is done", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  const looks = () => page.$eval("[role=status]", (said) => [getComputedStyle(said).backgroundColor, getComputedStyle(said, "::before").content]);
  await page.click(`[data-copy="prompt-text"]`);
  await isSaid(page);
  const done = await looks();
  await page.evaluate(() => {
    document.querySelector("[role=status]").textContent = "";
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("No.", "NotAllowedError"));
    document.execCommand = () => false;
  });
  await page.click(`[data-copy="prompt-text"]`);
  await isSaid(page);
  const failed = await looks();
  assert.notEqual(failed[0], done[0]);
  assert.notEqual(failed[1], done[1]);
});

test("a message moves only where motion is welcome, and has an edge in forced colours", async (t) => {
  const page = await open(t, "/prompts/plain-words", { features: [moving] });
  const style = (name) => page.$eval("[role=status]", (said, name) => getComputedStyle(said)[name], name);
  await page.click(`[data-copy="prompt-text"]`);
  await isSaid(page);
  assert.notEqual(await style("animationName"), "none");
  await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
  assert.equal(await style("animationName"), "none");
  const session = await page.createCDPSession();
  await session.send("Emulation.setEmulatedMedia", { features: [{ name: "forced-colors", value: "active" }] });
  assert.equal(await style("borderTopStyle"), "solid");
  assert.notEqual(await style("borderTopColor"), await style("backgroundColor"));
});
