import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const assets = new URL("../../../assets/", import.meta.url);
const read = (path) => readFileSync(new URL(path, assets), "utf8");
test("no page has a script, a style or a handler inside its markup", () => {
  for (const page of ["member", "admin", "demo"]) {
    const html = read(`${page}/index.html`);
    // What a search engine reads of a product is no script.
    const markup = html.replace('<script type="application/ld+json">', "");
    assert.doesNotMatch(markup, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/i);
  }
});
