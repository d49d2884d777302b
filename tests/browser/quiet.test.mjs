// What pages must not do: contact anybody else, set cookies, or complain.

import assert from "node:assert/strict";
import { choose, dark, languages, light, newWatchedPage, open, pages, panels, plainUrl, still, test, until, url } from "./support.mjs";

/** Chromium reports every error status as a complaint; on the page that is not there it is right. */
const expected = (name) => (name === "a page that is not there" ? [/status of 404/] : []);

/** Presses and opens whatever makes a page fetch more. */
async function useEverything(page) {
  for (const group of ["agent", "code"]) {
    for (const panel of await panels(page, group)) await choose(page, panel);
  }
  await page.$$eval("details", (all) => all.forEach((details) => (details.open = true)));
  await until(page, () => [...document.querySelectorAll("details.ondemand")].every((details) => details.querySelector("pre code")));
}

for (const language of languages) {
  test(`no page contacts anybody else, sets a cookie or complains in either colour scheme, in ${language.name}`, async (t) => {
    const page = await newWatchedPage(t, { features: [still, light] });
    const cookies = [];
    page.on("response", (response) => {
      if ("set-cookie" in response.headers()) cookies.push(response.url());
    });
    for (const [name, path] of Object.entries(pages)) {
      page.complaints.length = 0;
      await page.emulateMediaFeatures([still, light]);
      await page.goto(url + language.at + path);
      await page.emulateMediaFeatures([still, dark]);
      if (name === "a prompt" || name === "a huge prompt") await useEverything(page);
      const broken = await page.$$eval("img", (all) => all.filter((image) => image.complete && image.naturalWidth === 0).map((image) => image.src));
      assert.deepEqual(broken, [], name);
      const wrong = page.complaints.filter((text) => !expected(name).some((pattern) => pattern.test(text)));
      assert.deepEqual(wrong, [], name);
    }
    const elsewhere = page.requests.filter((address) => !address.startsWith(`${url}/`) && !address.startsWith("data:"));
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(cookies, []);
    assert.deepEqual(await page.browserContext().cookies(), []);
  });
}

test("the policy stops a script written into a page", async (t) => {
  const page = await newWatchedPage(t);
  await page.goto(`${url}/prompts/plain-words`);
  await page.evaluate(() => {
    const script = document.createElement("script");
    const policy = trustedTypes.createPolicy("test", { createScript: (text) => text });
    script.text = policy.createScript("window.ran = true");
    document.head.append(script);
  });
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.notDeepEqual(page.complaints, []);
});

test("over plain http pages do not complain either", async (t) => {
  for (const path of ["/", "/prompts/plain-words"]) {
    const page = await open(t, path, { at: plainUrl });
    assert.deepEqual(page.complaints, [], path);
  }
});

test("hostile text is shown, not run", async (t) => {
  const page = await newWatchedPage(t);
  await page.goto(`${url}/prompts?q=${encodeURIComponent(`"><img src=x onerror=alert(1)><script>alert(1)</script>`)}`);
  assert.equal(await page.$eval("#q", (field) => field.value), `"><img src=x onerror=alert(1)><script>alert(1)</script>`);
  assert.equal(await page.$(`img[src="x"]`), null);
  await page.goto(`${url}/prompts/hostile-text`);
  assert.equal(await page.$("#prompt-text :not(.hidden, .blank), #instruction :not(.hidden)"), null);
  assert.deepEqual(page.complaints, []);
});
