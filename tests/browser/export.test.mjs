// The gallery as files, served by nginx as the documentation says: what the server would do, a
// script does.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { after } from "node:test";
import { clipboard, emptyClipboard, folder, follow, hearsCopied, languages, newContext, newWatchedPage, program, root, seeds, served, test, textOf, until, url } from "./support.mjs";

const port = await new Promise((found) => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => found(port));
  });
});
const at = `http://127.0.0.1:${port}`;
const out = join(folder, "export");
const env = { PATH: `${process.env.PATH}:/usr/sbin`, GALLERY_DATABASE: join(folder, "gallery.db"), GALLERY_SEEDS: seeds };
const exported = spawnSync(program, ["export", "--no-seed", "--out", out, "--public-url", at], { env, encoding: "utf8" });
assert.equal(exported.status, 0, exported.stderr);

const nginx = join(folder, "nginx");
mkdirSync(nginx);
const site = readFileSync(join(root, "docs/export/nginx.conf"), "utf8").replaceAll("/srv/gallery", out).replace("listen 80;", `listen 127.0.0.1:${port};`);
const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${kind};`).join("\n");
writeFileSync(join(nginx, "nginx.conf"), `daemon off;\nmaster_process off;\npid pid;\nerror_log log;\nevents {}\nhttp {\ninclude /etc/nginx/mime.types;\naccess_log off;\n${temporary}\n${site}}\n`);
const server = spawn("nginx", ["-p", nginx, "-c", join(nginx, "nginx.conf")], { env, stdio: "inherit" });
process.on("exit", () => server.kill("SIGKILL"));
after(() => server.kill());
for (let listens = false; !listens; ) {
  assert.equal(server.exitCode, null, "nginx ended");
  listens = await new Promise((answer) => {
    const socket = connect(port, "127.0.0.1", () => (socket.destroy(), answer(true)));
    socket.on("error", () => setTimeout(() => answer(false), 20));
  });
}

/** A page of the export whose visitor may use the clipboard. */
async function open(t, path, options = {}) {
  const context = await newContext(t);
  await context.overridePermissions(at, ["clipboard-read", "clipboard-write", "clipboard-sanitized-write"]);
  const page = await newWatchedPage(t, { context, ...options });
  await page.goto(at + path);
  await page.bringToFront();
  return page;
}

/** The prompts a list shows, in order. */
const slugs = (page) => page.$$eval("main .cards > .card h3 a", (all) => all.map((link) => link.pathname.split("/").pop()));

/** Waits until a list shows what was asked for. */
const shown = (page) => until(page, () => document.querySelector("main .rows:not(.margin)").childElementCount > 0);

/** The same of the server, and how many there are. */
async function live(path) {
  const html = await served(path);
  const slugs = [...html.matchAll(/<h3[^>]*><a href="[^"]*\/prompts\/([^"]+)"/g)].map((found) => found[1]);
  return { slugs, count: /<p class="count">([^<·]*[^<· ])/.exec(html)[1] };
}

for (const language of languages) {
  test(`a visitor of an export searches in both languages and copies what is found, in ${language.name}`, async (t) => {
    for (const [query, slug] of [["灯火", "chinese-words"], ["qqqqqqqqqqqq", null], ["kitchen window", "plain-words"]]) {
      const page = await open(t, `${language.at}/`);
      await page.type("#q", query);
      await follow(page, () => page.keyboard.press("Enter"));
      assert.equal(new URL(page.url()).pathname, `${language.at}/prompts`);
      await shown(page);
      assert.ok((await textOf(page, "h1")).includes(query));
      assert.equal(await page.$eval("#q", (field) => field.value), query);
      if (!slug) {
        assert.deepEqual(await slugs(page), []);
        await page.waitForSelector("p.nothing");
        continue;
      }
      const marks = await page.$$eval(`main .card:has(a[href$="/${slug}"]) mark`, (all) => all.map((mark) => mark.textContent.toLowerCase()));
      for (const word of query.split(" ")) assert.ok(marks.includes(word), `${marks}`);
      await emptyClipboard(page);
      await follow(page, () => page.click(`main .cards a[href="${language.at}/prompts/${slug}"]:not([tabindex])`));
      await page.click(`button[data-copy="prompt-text"]`);
      await hearsCopied(page, language);
      assert.equal(await clipboard(page), await served(`/prompts/${slug}.txt`));
      assert.deepEqual(page.complaints, []);
    }
  });

  test(`an export narrows, sorts and turns pages as the server does, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/categories/photography`);
    for (const query of ["category=photography", "modality=image&sort=title", "sort=title", "sort=title&page=2", "lang=zh-CN&json=no", "tag=editorial&sort=featured", "blanks=yes&model=gpt-image-2", "q=灯火&sort=title", "q=window&category=photography&sort=newest"]) {
      const expected = await live(`${language.at}/prompts?${query}`);
      await page.goto(`${at}${language.at}/prompts?${query}`);
      await shown(page);
      assert.deepEqual(await slugs(page), expected.slugs, query);
      assert.equal((await textOf(page, ".lead .count")).split(" · ")[0], expected.count, query);
    }
    await page.goto(`${at}${language.at}/prompts?modality=image`);
    await shown(page);
    await page.$$eval("nav.facets details", (all) => (all[0].open = true));
    const [name, count] = await page.$eval("nav.facets details li a", (link) => [...link.children].map((part) => part.textContent));
    await follow(page, () => page.click("nav.facets details li a"));
    await shown(page);
    assert.equal((await page.$$("p.chosen a:not(.all)")).length, 2);
    assert.ok((await textOf(page, "p.chosen")).includes(name));
    assert.equal((await textOf(page, ".lead .count")).match(/[\d,]+/)[0], count);
    assert.deepEqual(page.complaints, []);
  });

  test(`an export shows code in every form, in ${language.name}`, async (t) => {
    const page = await open(t, `${language.at}/prompts/plain-words?code=ruby`);
    for (const form of ["http", "sdk"]) {
      await page.click(`#ruby a[data-form="${form}"]`);
      const code = await served(`/prompts/plain-words/snippets/ruby?form=${form}`);
      await until(page, (code) => document.querySelector("#ruby pre code")?.textContent === code, code);
    }
    await page.$$eval("details.ondemand", (all) => (all[0].open = true));
    await page.waitForSelector("details.ondemand[open] pre code");
    assert.deepEqual(page.complaints, []);
  });

  test(`without its script an export offers nothing that would not work, in ${language.name}`, async (t) => {
    for (const path of ["/", "/prompts", "/categories/photography", "/prompts/all-blanks", "/prompts/json-plan"]) {
      const page = await open(t, language.at + path, { javascript: false });
      const offered = await page.$$eval("form, nav.facets, nav.sorts, a[href^='/'][href*='?'], [data-layout]", (all) => all.filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 100)));
      assert.deepEqual(offered, [], path);
    }
  });
}
