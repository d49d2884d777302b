// Prompts on other sites: their frame and their picture are shown there, our pages are not; and the
// HTML that shows them is copied from their page.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after } from "node:test";
import { dark, light, newContext, newPage, served, still, test, until, url } from "./support.mjs";

const slug = "hostile-text";

// Another site, with a prompt in a frame of ours and what a bad one would try.
const html = (JSON.parse(await served(`/oembed?url=${encodeURIComponent(`${url}/prompts/${slug}`)}`))).html;
const host = createServer((request, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end(`<!doctype html><title>Another site</title>${html}
<iframe id="page" src="${url}/prompts/${slug}"></iframe>
<img src="${url}/og/${slug}.png">`);
});
await new Promise((listening) => host.listen(0, "127.0.0.1", listening));
after(() => host.close());
const elsewhere = `http://gallery.test:${host.address().port}`;

/** What is in the frames of the other site: their first headings. */
const headings = async (page) =>
  Promise.all(
    page
      .frames()
      .slice(1)
      .map((frame) => frame.evaluate(() => document.querySelector("h1")?.textContent ?? "").catch(() => "")),
  );

test("another site shows the frame and the picture of a prompt, but no page of ours", async (t) => {
  const page = await newPage(t);
  // Asked again the second time, and answered that nothing changed.
  for (const visit of ["first", "second"]) {
    await page.goto(elsewhere, { waitUntil: "load" });
    const [shown, blocked] = await headings(page);
    assert.equal(shown, "Hostile <text> & more", visit);
    assert.notEqual(blocked, shown, visit);
    assert.deepEqual(await page.$eval("img", (image) => [image.naturalWidth, image.naturalHeight]), [1200, 630], visit);
  }
  const frame = page.frames()[1];
  assert.equal(await frame.$eval("pre code", (code) => code.textContent), await served(`/prompts/${slug}.txt`));
});

for (const feature of [light, dark]) {
  test(`a frame is readable from 240 pixels on, ${feature.value}`, async (t) => {
    for (const width of [240, 360, 600]) {
      const page = await newPage(t, { width, height: 420, features: [still, feature], javascript: false });
      for (const path of [`/embed/${slug}`, "/zh-CN/embed/long-title", "/embed/long-line", "/embed/json-plan"]) {
        await page.goto(url + path);
        assert.deepEqual(page.complaints, [], path);
      }
      await page.setJavaScriptEnabled(true);
      for (const path of [`/embed/${slug}`, "/zh-CN/embed/long-title", "/embed/long-line", "/embed/json-plan"]) {
        await page.goto(url + path);
        const found = await page.evaluate(() => ({
          sideways: document.documentElement.scrollWidth - innerWidth,
          below: document.documentElement.scrollHeight - innerHeight,
          text: document.querySelector("pre").clientHeight,
          contrast: [...document.querySelectorAll("h1, header p, pre, footer a")].map((one) =>
            contrast(getComputedStyle(one).color, getComputedStyle(document.body).backgroundColor),
          ),
        }));
        assert.ok(found.sideways <= 0, `${path} at ${width}: ${found.sideways}`);
        assert.ok(found.below <= 0, `${path} at ${width}: ${found.below}`);
        assert.ok(found.text > 90, `${path} at ${width}: ${found.text}`);
        assert.ok(Math.min(...found.contrast) >= 4.5, `${path}: ${found.contrast}`);
      }
    }
  });
}

test("the HTML of the frame is copied from the page of its prompt", async (t) => {
  const context = await newContext(t);
  const page = await newPage(t, { context });
  await page.goto(`${url}/prompts/${slug}`);
  assert.equal(await page.$eval("details.embed", (panel) => panel.open), false);
  await page.click("details.embed summary");
  await page.click("[data-copy=embed]");
  await until(page, () => document.getElementById("said").textContent !== "");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), html);
  assert.deepEqual(page.complaints, []);
});
