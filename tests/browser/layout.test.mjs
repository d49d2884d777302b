// How pages look and feel: they can be used with fingers and with keys, and they follow what a
// visitor asked for: dark colours, no motion, paper.

import assert from "node:assert/strict";
import { dark, follow, languages, light, newPage, open, pages, still, test, url } from "./support.mjs";

for (const language of languages) {
  test(`buttons, tabs and fields are large enough for a finger, in ${language.name}`, async (t) => {
    const page = await newPage(t, { width: 360 });
    for (const path of [pages.home, pages["a prompt"], pages["all prompts"]]) {
      await page.goto(url + language.at + path);
      const small = await page.$$eval("button, [role=tab], summary, input, header nav a, .crumbs a", (all) =>
        all
          .filter((element) => element.checkVisibility())
          .map((element) => ({ element, box: element.getBoundingClientRect() }))
          .filter(({ box }) => box.width < 24 || box.height < 24)
          .map(({ element, box }) => `${element.outerHTML.slice(0, 100)}: ${box.width} × ${box.height}`),
      );
      assert.deepEqual(small, [], path);
    }
  });
}

// --- Keys --------------------------------------------------------------------------------

/** What the focus is on: its ring, and whether it is in sight. */
const focus = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (element === document.body) return null;
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    const paper = getComputedStyle(document.documentElement).backgroundColor;
    const box = element.getBoundingClientRect();
    const points = [[box.left + 2, box.top + 2], [box.right - 2, box.bottom - 2], [(box.left + box.right) / 2, (box.top + box.bottom) / 2], [box.left + 2, box.bottom - 2]];
    element.dataset.visited = "";
    return {
      html: element.outerHTML.slice(0, 120),
      className: element.className,
      href: element.getAttribute("href"),
      text: element.textContent,
      ring: outlineStyle === "solid" && parseFloat(outlineWidth) >= 2 && contrast(outlineColor, paper) >= 3,
      inSight: points.some(([x, y]) => element.contains(document.elementFromPoint(x, y))),
    };
  });

for (const scheme of [light, dark]) {
  for (const [name, language, path] of [
    ["home", languages[0], pages.home],
    ["a prompt", languages[0], pages["a prompt"]],
    ["a Chinese prompt", languages[1], pages["a Chinese prompt"]],
    ["all prompts", languages[1], pages["all prompts"]],
  ]) {
    test(`Tab walks through ${name} with a ring in sight at every stop, in ${scheme.value} colours`, async (t) => {
      const page = await open(t, language.at + path, { features: [still, scheme] });
      const without = [];
      for (let stop = 0; ; stop += 1) {
        assert.ok(stop < 500, "the focus is caught");
        await page.keyboard.press("Tab");
        const now = await focus(page);
        if (now === null) break;
        if (stop === 0) assert.deepEqual([now.href, now.text], ["#content", language.skip]);
        if (!now.ring || !now.inSight) without.push(`ring ${now.ring}, in sight ${now.inSight}: ${now.html}`);
      }
      assert.deepEqual(without, []);
      const missed = await page.$$eval("a[href], button, input, summary, [tabindex]", (all) =>
        all
          // A group of radio buttons is one stop.
          .filter((element) => element.type !== "radio" || element.checked)
          .filter((element) => element.tabIndex >= 0 && element.checkVisibility() && !("visited" in element.dataset))
          .map((element) => element.outerHTML.slice(0, 120)),
      );
      assert.deepEqual(missed, []);
    });
  }
}

for (const language of languages) {
  test(`the skip link appears when it has the focus and leads to the content, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/plain-words`);
    const top = () => page.$eval(`a[href="#content"]`, (link) => link.getBoundingClientRect().bottom);
    assert.ok((await top()) <= 0);
    await page.keyboard.press("Tab");
    assert.ok((await top()) > 0);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.id === "content");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.closest("main") !== null));
  });
}

// --- What a visitor asked for ------------------------------------------------------------

/** Text that stands out too little from what is behind it (WCAG 2.2, 1.4.3). */
const faint = (page) =>
  page.evaluate(() => {
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (rgba(backgroundColor)[3] > 0) return backgroundColor;
      }
      return "white";
    };
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
      const seen = contrast(getComputedStyle(element).color, behind(element));
      if (seen < 4.5) found.add(`${seen.toFixed(2)}: ${element.outerHTML.slice(0, 100)}`);
    }
    return [...found].slice(0, 5);
  });

test("dark mode changes the colours, and text is readable in both", async (t) => {
  const page = await newPage(t);
  for (const path of [pages.home, pages["a prompt"], pages["all prompts"], pages.models, pages.questions]) {
    await page.goto(url + path);
    const colours = [];
    for (const scheme of [light, dark]) {
      await page.emulateMediaFeatures([still, scheme]);
      colours.push(await page.$eval("html", (html) => [getComputedStyle(html).backgroundColor, getComputedStyle(html).color]));
      assert.deepEqual(await faint(page), [], `${path} in ${scheme.value}`);
    }
    assert.notEqual(colours[0][0], colours[1][0]);
    assert.notEqual(colours[0][1], colours[1][1]);
  }
});

test("whoever wants no motion gets none", async (t) => {
  const page = await newPage(t, { features: [still] });
  await page.evaluateOnNewDocument(() => addEventListener("pagereveal", (event) => (window.transition = event.viewTransition)));
  await page.goto(`${url}/`);
  await follow(page, () => page.click("main .cards h3 a"));
  await page.waitForSelector("[role=tab]");
  assert.ok(!(await page.evaluate(() => Boolean(window.transition))), "pages change without a transition");
  const moving = await page.$$eval("*", (all) => {
    const longest = (list) => Math.max(...list.split(",").map((time) => (parseFloat(time) || 0) * (time.trim().endsWith("ms") ? 1 : 1000)));
    return all.flatMap((element) =>
      [null, "::before", "::after"]
        .map((part) => getComputedStyle(element, part))
        .filter((style) => longest(style.transitionDuration) > 10 || longest(style.animationDuration) > 10 || style.scrollBehavior === "smooth")
        .map(() => element.outerHTML.slice(0, 100)),
    );
  });
  assert.deepEqual(moving, []);
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
});

test("on paper the chosen code shows under its heading, and what cannot be pressed is gone", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  await page.emulateMediaType("print");
  const printed = await page.$$eval("[data-tabs] > .panel", (all) =>
    all.filter((panel) => panel.checkVisibility()).map((panel) => {
      const height = (element) => (element.checkVisibility() ? element.getBoundingClientRect().height : 0);
      const code = panel.querySelector("pre");
      return { id: panel.id, panel: height(panel) > 40, heading: height(panel.querySelector("h3")) > 10, code: height(code) > 10, whole: code.scrollHeight <= code.clientHeight + 1 };
    }),
  );
  assert.deepEqual(printed, [{ id: "curl", panel: true, heading: true, code: true, whole: true }]);
  for (const part of ["#prompt-text", ".facts dl"]) assert.ok(await page.$eval(part, (element) => element.checkVisibility()), part);
  const pressed = await page.$$eval("button, [role=tab], [role=search], header nav", (all) => all.filter((element) => element.checkVisibility()).length);
  assert.equal(pressed, 0);
});

test("paper stays light for a visitor who likes the dark", async (t) => {
  const page = await open(t, "/prompts/plain-words", { features: [still, dark] });
  const paper = () => page.$eval("html", (html) => getComputedStyle(html).backgroundColor);
  const onScreen = await paper();
  const session = await page.createCDPSession();
  await session.send("Emulation.setEmulatedMedia", { media: "print", features: [dark] });
  const printed = await paper();
  assert.notEqual(printed, onScreen);
  await page.emulateMediaFeatures([still, light]);
  assert.equal(printed, await paper());
});
