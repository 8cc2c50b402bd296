import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const assets = new URL("../../../assets/", import.meta.url);
const read = (path) => readFileSync(new URL(path, assets), "utf8");
const all = (text, pattern) => [...text.matchAll(pattern)].map((found) => found[1]);

/** Every module a page needs before it runs, by its path below assets/. */
function modules(path, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const next of all(read(path), /^(?:import|\} from|export) .*?"(\.[^"]+)";$/gm)) {
    modules(new URL(next, new URL(path, assets)).href.slice(assets.href.length), seen);
  }
  return seen;
}

const below = (page) => (href) =>
  new URL(href, new URL(page, assets)).href.slice(assets.href.length);

for (const page of ["member", "admin"]) {
  test(`${page}: every module is asked for at once, not one after the other`, () => {
    const html = read(`${page}/index.html`);
    const named = all(html, /rel="modulepreload" href="([^"]+)"/g).map(below(`${page}/`));
    const needed = [...modules(`${page}/main.js`)].filter((path) => path !== `${page}/main.js`);
    assert.deepEqual(named.sort(), needed.sort());
  });
}

test("no page has a script, a style or a handler inside its markup", () => {
  for (const page of ["member", "admin", "demo"]) {
    const html = read(`${page}/index.html`);
    // What a search engine reads of a product is no script.
    const markup = html.replace('<script type="application/ld+json">', "");
    assert.doesNotMatch(markup, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/i);
  }
});
