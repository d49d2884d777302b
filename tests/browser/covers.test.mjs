// The drawn covers: those of a list share a few requests, each shows its own, and the cover of a
// prompt is part of its page.

import assert from "node:assert/strict";
import { newPage, open, test, until, url } from "./support.mjs";

/** The addresses of covers a page asks for, from now on. */
function asked(page) {
  const addresses = [];
  page.on("request", (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith("/covers")) addresses.push(pathname + search);
  });
  return addresses;
}

/** The numbers of the first card on each sheet of a full list. */
const firsts = [0, 8, 16];

/** Goes to some of the pictures, one after the other, and waits for each. */
async function see(page, numbers) {
  for (const n of numbers) {
    await page.$$eval(".card img", (all, n) => all[n].scrollIntoView({ block: "center" }), n);
    await until(page, (n) => document.querySelectorAll(".card img")[n].complete, n);
  }
}

/** How much two screenshots differ: the mean distance of their colours, of 255. */
const distance = (page, one, other) =>
  page.evaluate(
    async (...shots) => {
      const [a, b] = await Promise.all(
        shots.map(async (shot) => {
          const image = new Image();
          image.src = `data:image/png;base64,${shot}`;
          await image.decode();
          const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
          canvas.drawImage(image, 0, 0);
          return { size: `${image.width}x${image.height}`, data: canvas.getImageData(0, 0, image.width, image.height).data };
        }),
      );
      if (a.size !== b.size) return 255;
      return a.data.reduce((sum, value, at) => sum + Math.abs(value - b.data[at]), 0) / a.data.length;
    },
    one,
    other,
  );

for (const javascript of [true, false]) {
  test(`the cards of a list show their covers from a few sheets, ${javascript ? "with" : "without"} JavaScript`, async (t) => {
    const page = await newPage(t, { javascript });
    const addresses = asked(page);
    await page.goto(`${url}/prompts`);
    assert.equal((await page.$$(".card img")).length, 24);
    await see(page, firsts);
    assert.equal(addresses.length, 3, addresses.join("\n"));
    assert.equal(new Set(addresses).size, 3);
    assert.deepEqual(page.complaints, []);
  });
}

test("every card shows the cover of its own prompt, as large as it is alone", async (t) => {
  const page = await newPage(t);
  const alone = await newPage(t);
  await page.goto(`${url}/prompts`);
  await alone.goto(`${url}/prompts`);
  const compared = [5, 7, 8, 11];
  await see(page, compared);
  const boxes = (page) => page.$$eval(".card img", (all) => all.map((image) => [image.clientWidth, image.clientHeight]));
  await alone.$$eval(".card img", (all) => {
    for (const image of all) image.src = `/covers/${image.src.split("#")[1]}.svg`;
  });
  await see(alone, compared);
  assert.deepEqual(await boxes(page), await boxes(alone));
  const shots = [[], []];
  for (const [which, on] of [page, alone].entries()) {
    const pictures = await on.$$(".card img");
    for (const n of compared) shots[which].push(await pictures[n].screenshot({ encoding: "base64" }));
  }
  for (const [n, shot] of shots[0].entries()) {
    for (const [m, other] of shots[1].entries()) {
      const far = await distance(page, shot, other);
      if (n === m) assert.ok(far < 1, `picture ${n} is not its own cover: ${far}`);
      else assert.ok(far > 4, `pictures ${n} and ${m} look the same: ${far}`);
    }
  }
});

test("covers far below are not asked for before somebody comes near", async (t) => {
  const page = await newPage(t, { width: 390 });
  const addresses = asked(page);
  await page.goto(`${url}/prompts`, { waitUntil: "networkidle0" });
  await see(page, [0]);
  assert.ok(addresses.length < 3, addresses.join("\n"));
  await see(page, firsts);
  assert.equal(addresses.length, 3, addresses.join("\n"));
});

test("the cover of a prompt is part of its page, under a name that says what it is", async (t) => {
  const page = await newPage(t, { javascript: false });
  const addresses = asked(page);
  await page.goto(`${url}/prompts/plain-words`);
  const cover = await page.$("svg.cover");
  const { width, height } = await cover.boundingBox();
  const [across, down] = await cover.evaluate((svg) => [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height]);
  assert.ok(width > 150, `${width} wide`);
  assert.ok(Math.abs(width / height - across / down) < 0.01, `${width} by ${height}`);
  const tree = await page.accessibility.snapshot({ root: cover });
  assert.equal(tree.role, "image");
  assert.match(tree.name, /^Generated drawing for .+, not a result of the prompt$/);
  assert.equal(tree.children, undefined);
  assert.deepEqual(addresses.filter((address) => address.includes("plain-words.svg")), []);
});

test("a cover looks the same in forced colours, in the dark and on paper", async (t) => {
  const page = await open(t, "/prompts/plain-words");
  const shot = async () => (await page.$("svg.cover")).screenshot({ encoding: "base64" });
  const usual = await shot();
  const devtools = await page.createCDPSession();
  for (const feature of [
    { name: "forced-colors", value: "active" },
    { name: "prefers-color-scheme", value: "dark" },
  ]) {
    await devtools.send("Emulation.setEmulatedMedia", { features: [feature] });
    assert.ok(await page.evaluate(({ name, value }) => matchMedia(`(${name}: ${value})`).matches, feature));
    const far = await distance(page, usual, await shot());
    assert.ok(far < 1, `${feature.name}: ${far}`);
  }
  await devtools.send("Emulation.setEmulatedMedia", { media: "print", features: [] });
  const printed = await page.$eval("svg.cover", (svg) => {
    const { width, height } = svg.getBoundingClientRect();
    return { shown: svg.checkVisibility(), area: width * height, fill: getComputedStyle(svg.querySelector(":scope > rect")).fill };
  });
  assert.ok(printed.shown && printed.area > 0, JSON.stringify(printed));
  assert.match(printed.fill, /^url\(/);
});
