import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inkOn, luminance } from "../../../assets/shared/colour.js";
import { withoutLayers } from "../../../assets/shared/layers.js";

const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

test("what is written on any colour of a shop can be read", () => {
  for (let grey = 0; grey < 256; grey += 1) {
    const ground = luminance([grey, grey, grey]);
    const ink = inkOn(ground).slice(1).match(/../g);
    const seen = ratio(ground, luminance(ink.map((part) => Number.parseInt(part, 16))));
    assert.ok(seen >= 4.5, `${inkOn(ground)} on ${grey}: ${seen}`);
  }
});

test("without layers the rules stand in the order of the layers", () => {
  const css = `@layer tokens, base, elements, page, motion;
    @layer page { a { color: red } }
    /* @layer base { never {} } */
    @layer tokens { @media print { :root { --a: 1 } } }
    @layer elements { b {} }
    @keyframes c { from { opacity: 0 } }
    @layer elements { d {} }`;
  const flat = withoutLayers(css).replace(/\s+/g, " ").trim();
  assert.equal(
    flat,
    "@media print { :root { --a: 1 } } b {} d {} a { color: red } @keyframes c { from { opacity: 0 } }",
  );
});

test("of our own sheets nothing is lost without layers", () => {
  const read = (name) =>
    readFileSync(new URL(`../../../assets/${name}`, import.meta.url), "utf8").replace(
      /\/\*[\s\S]*?\*\//g,
      "",
    );
  const names = ["base", "message-list", "message-composer", "message-parts", "sheets"];
  const css = [...names.map((name) => read(`shared/${name}.css`)), read("member/member.css")];
  const rules = (text) => text.match(/[^{};]+(?=;)/g).length;
  const flat = withoutLayers(css.join("\n"));
  assert.doesNotMatch(flat, /@layer/);
  // The one that goes names the layers.
  assert.equal(rules(flat), rules(css.join("\n")) - 1);
  assert.equal(flat.split("{").length, flat.split("}").length);
});
