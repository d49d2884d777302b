// What docs/design-language.md promises: every colour can be read on every ground, whatever hue a
// page takes from its cover.

import assert from "node:assert/strict";
import { dark, light, newPage, pages, still, test, url } from "./support.mjs";

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
