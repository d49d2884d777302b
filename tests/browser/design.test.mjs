// What docs/design-language.md promises: every colour can be read on every ground, whatever hue a
// page takes from its cover; a prompt is set by its length; each language keeps its own marks.

import assert from "node:assert/strict";
import { dark, languages, light, newPage, open, pages, still, test, url } from "./support.mjs";

for (const scheme of [light, dark]) {
  test(`every hue and every colour of code can be read in ${scheme.value} colours`, async (t) => {
    const page = await newPage(t, { features: [still, scheme] });
    await page.goto(url + pages["a prompt"]);
    const least = await page.evaluate(() => {
      const probe = document.createElement("p");
      document.body.append(probe);
      // A custom property may hold light-dark(); a colour that uses it has been decided.
      const value = (name) => {
        probe.className = "";
        sheet.replaceSync(`p:last-child { color: var(--${name}) !important; }`);
        return getComputedStyle(probe).color;
      };
      const sheet = new CSSStyleSheet();
      document.adoptedStyleSheets.push(sheet);
      const found = {};
      const note = (name, on) => {
        const seen = contrast(value(name), value(on));
        const pair = `${name} on ${on}`;
        found[pair] = Math.min(found[pair] ?? Infinity, seen);
      };
      for (const ground of ["paper", "sheet"]) for (const name of ["ink", "quiet", "accent", "alert", "code-keyword", "code-string", "code-name", "code-value"]) note(name, ground);
      note("ink", "mark");
      for (let hue = 0; hue < 24; hue += 1) {
        document.body.dataset.hue = hue;
        const accent = value("accent");
        if (hue > 0 && accent === found.last) throw new Error(`hue ${hue} is like the one before`);
        found.last = accent;
        for (const ground of ["paper", "sheet", "tint"]) note("accent", ground);
        note("ink", "tint");
      }
      delete found.last;
      return found;
    });
    for (const [pair, seen] of Object.entries(least)) assert.ok(seen >= 4.5, `${pair}: ${seen.toFixed(2)}`);
    t.diagnostic(JSON.stringify(Object.fromEntries(Object.entries(least).map(([pair, seen]) => [pair, +seen.toFixed(1)]))));
  });
}

/** How the prompt of a page is set. */
const setting = (page) =>
  page.$eval("pre:has(> #prompt-text)", (pre) => {
    const { fontSize, fontFamily, lineHeight } = getComputedStyle(pre);
    return { size: parseFloat(fontSize), fontFamily, lineHeight: parseFloat(lineHeight), width: pre.clientWidth };
  });

for (const width of [360, 1280]) {
  test(`the shorter a prompt the larger it is set, and JSON in letters of one width, ${width} px wide`, async (t) => {
    const page = await newPage(t, { width });
    const seen = {};
    for (const [name, slug] of [["short", "plain-words"], ["medium", "clay-pot-lid-lift"], ["long", "long-blanks"], ["json", "json-plan"]]) {
      await page.goto(`${url}/prompts/${slug}`);
      seen[name] = await setting(page);
    }
    const { short, medium, long, json } = seen;
    assert.ok(short.size > medium.size && medium.size > long.size && long.size > 16, JSON.stringify(seen));
    assert.match(json.fontFamily, /monospace$/);
    for (const { fontFamily, size, width } of [short, medium, long]) {
      assert.match(fontFamily, /(?<!sans-)serif$/);
      assert.ok(width <= 37 * size, "a line is too long to read");
    }
  });
}

test("a prompt keeps the marks of its own language on the pages of the other", async (t) => {
  const page = await newPage(t);
  for (const [slug, wide] of [["clay-pot-lid-lift", null], ["chinese-words", "zh-CN"], ["plain-words", "en"]]) {
    const seen = [];
    for (const { at } of languages) {
      await page.goto(`${url}${at}/prompts/${slug}`);
      seen.push((await setting(page)).fontFamily);
    }
    assert.equal(seen[0], seen[1], slug);
    if (wide) assert.equal(seen[0].startsWith('"Wide Serif Marks"'), wide === "zh-CN", slug);
  }
  await page.goto(`${url}/zh-CN/prompts`);
  const excerpts = await page.$$eval(".card .excerpt", (all) => all.map((one) => [one.lang, getComputedStyle(one).fontFamily.startsWith('"Wide Marks"')]));
  assert.deepEqual(new Set(excerpts.map(String)), new Set(["en,false", "zh-CN,true"]));
});

test("a prompt's page takes its one colour from its cover, and a list has none", async (t) => {
  const page = await newPage(t, { features: [still, light] });
  const accents = new Map();
  for (const slug of ["clay-pot-lid-lift", "snowplough-on-the-pass", "shadow-tells-the-use", "truing-the-wheel", "tea-cake-wrapper-board"]) {
    await page.goto(`${url}/prompts/${slug}`);
    const { hue, accent, ink } = await page.evaluate(() => ({
      hue: document.querySelector("main").dataset.hue ?? null,
      accent: getComputedStyle(document.querySelector(".text")).borderTopColor,
      ink: getComputedStyle(document.body).color,
    }));
    assert.equal(accent === ink, hue === null, `${slug}: ${hue} ${accent}`);
    accents.set(hue, accent);
  }
  assert.ok(accents.size > 1, "all have the same hue");
  assert.equal(new Set(accents.values()).size, accents.size);
  await page.goto(url + pages["all prompts"]);
  const accent = await page.$eval("[aria-current]", (link) => getComputedStyle(link).boxShadow);
  const ink = await page.evaluate(() => getComputedStyle(document.body).color);
  assert.ok(accent.startsWith(ink), accent);
});

for (const scheme of [light, dark]) {
  test(`who asks for more contrast gets ink on paper and nothing between, in ${scheme.value} colours`, async (t) => {
    // Chromium knows this preference only through its own protocol.
    const page = await open(t, "/prompts/all-blanks");
    const devtools = await page.createCDPSession();
    const features = [still, scheme, { name: "prefers-contrast", value: "more" }];
    await devtools.send("Emulation.setEmulatedMedia", { features });
    const pale = await page.evaluate(() => {
      const paper = getComputedStyle(document.documentElement).backgroundColor;
      const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
          const { backgroundColor } = getComputedStyle(at);
          if (rgba(backgroundColor)[3] === 255) return backgroundColor;
        }
        return paper;
      };
      return [...document.querySelectorAll("body *")]
        .filter((one) => one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .filter((one) => !one.closest("svg, .code, .visually-hidden"))
        .filter((one) => contrast(getComputedStyle(one).color, ground(one)) < 7)
        .map((one) => one.outerHTML.slice(0, 100));
    });
    assert.deepEqual(pale, []);
    const rule = await page.$eval(".facts h2", (heading) => contrast(getComputedStyle(heading).borderTopColor, getComputedStyle(document.documentElement).backgroundColor));
    assert.ok(rule >= 7);
  });
}

test("on paper a sample is the picture and its words, without anything to press", async (t) => {
  const page = await newPage(t);
  for (const [slug, picture] of [["canal-lock-six-panels", "img"], ["one-peg-left", "video"], ["tide-mill-chamber-cue", null]]) {
    await page.goto(`${url}/prompts/${slug}`);
    await page.emulateMediaType("print");
    const seen = await page.$$eval("figure.sample", (all) =>
      all.map((figure) => ({
        picture: figure.querySelector("img, video")?.checkVisibility() ?? false,
        audio: figure.querySelector("audio")?.checkVisibility() ?? false,
        caption: figure.querySelector("figcaption").checkVisibility(),
      })),
    );
    assert.deepEqual(seen, [{ picture: picture !== null, audio: false, caption: true }], slug);
    assert.deepEqual(await page.$$eval("button, input, select, textarea", (all) => all.filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 100))), []);
    await page.emulateMediaType("screen");
  }
});
