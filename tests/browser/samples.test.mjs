// Samples in a real browser: pictures come in the size that is needed, recordings are fetched
// and played only when somebody asks for them.

import assert from "node:assert/strict";
import { newWatchedPage, test, until, url } from "./support.mjs";

/** What a page has fetched of the samples' files. */
const fetched = (page) => page.requests.filter((address) => address.startsWith(`${url}/media/`));

test("a picture is fetched in one size, the one that is needed", async (t) => {
  const page = await newWatchedPage(t, { width: 390 });
  await page.goto(`${url}/prompts/canal-lock-six-panels`);
  const sample = "figure.sample img";
  await page.$eval(sample, (image) => image.decode());
  const { shown, candidates, natural } = await page.$eval(sample, (image) => ({
    shown: image.currentSrc,
    natural: image.naturalWidth,
    candidates: image.previousElementSibling.srcset.split(", ").map((candidate) => candidate.split(" ")),
  }));
  assert.deepEqual(fetched(page), [shown]);
  const [, width] = candidates.find(([file]) => shown.endsWith(file));
  assert.equal(width, "640w");
  assert.ok(natural > 0);
  assert.deepEqual(page.complaints, []);
});

test("the colour of a picture stands there before it is loaded", async (t) => {
  const page = await newWatchedPage(t);
  await page.goto(`${url}/prompts/canal-lock-six-panels`);
  const { said, seen } = await page.$eval("figure.sample img", (image) => {
    const probe = document.createElement("canvas").getContext("2d");
    probe.fillStyle = getComputedStyle(image).backgroundColor;
    return { said: image.dataset.colour, seen: probe.fillStyle };
  });
  assert.match(said, /^#[0-9a-f]{6}$/);
  assert.equal(seen, said);
});

for (const [path, name] of [["/prompts/one-peg-left", "video"], ["/zh-CN/prompts/tide-mill-chamber-cue", "audio"]]) {
  test(`the ${name} is not fetched until it is played, and can be played from its middle`, async (t) => {
    const page = await newWatchedPage(t);
    await page.goto(url + path);
    await until(page, () => document.readyState === "complete");
    const sources = await page.$$eval(`figure.sample ${name}`, (all) => all.map((one) => one.src));
    assert.equal(sources.length, 1);
    assert.ok(!fetched(page).includes(sources[0]));
    const [from, to] = await page.$eval(`figure.sample ${name}`, async (recording) => {
      const heard = (event) => new Promise((resolve, reject) => {
        recording.addEventListener(event, resolve, { once: true });
        recording.addEventListener("error", () => reject(recording.error), { once: true });
      });
      recording.muted = true;
      const playing = heard("playing");
      await recording.play();
      await playing;
      const sought = heard("seeked");
      recording.currentTime = 3;
      await sought;
      const from = recording.currentTime;
      const moved = heard("timeupdate");
      await moved;
      return [from, recording.currentTime];
    });
    assert.ok(from >= 2.9, `it stands at ${from} seconds`);
    assert.ok(to >= from);
    assert.ok(fetched(page).includes(sources[0]));
    assert.deepEqual(page.complaints, []);
  });
}
