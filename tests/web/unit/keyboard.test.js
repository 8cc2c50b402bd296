import assert from "node:assert/strict";
import { test } from "node:test";
import { stayAbove } from "../../../assets/member/keyboard.js";

/** A phone whose keyboard lies over the page. */
function phone() {
  const view = Object.assign(new EventTarget(), { height: 800, offsetTop: 0, scale: 1 });
  const style = { blockSize: "", transform: "" };
  const scrolled = [];
  const page = {
    innerHeight: 800,
    visualViewport: view,
    scrollTo: (...to) => scrolled.push(to),
  };
  stayAbove(style, page);
  const change = (next) => {
    Object.assign(view, next);
    view.dispatchEvent(new Event("resize"));
  };
  return { page, style, scrolled, change };
}

test("the page is what is left above the keyboard, wherever the browser has pushed it", () => {
  const { style, scrolled, change } = phone();
  change({ height: 460 });
  assert.deepEqual(style, { blockSize: "460px", transform: "translateY(0px)" });
  change({ offsetTop: 180 });
  assert.equal(style.transform, "translateY(180px)");
  assert.deepEqual(scrolled, []);
});

test("when the keyboard has gone the page stands as before", () => {
  const { style, scrolled, change } = phone();
  change({ height: 460, offsetTop: 180 });
  change({ height: 800, offsetTop: 40 });
  assert.deepEqual(style, { blockSize: "", transform: "" });
  assert.deepEqual(scrolled, [[0, 0]]);
});

test("bars of the browser, browsers that make room, and somebody who zooms in change nothing", () => {
  const { page, style, scrolled, change } = phone();
  change({ height: 740 });
  assert.equal(style.blockSize, "");
  page.innerHeight = 460;
  change({ height: 460 });
  assert.equal(style.blockSize, "");
  page.innerHeight = 800;
  change({ height: 300, scale: 2 });
  assert.equal(style.blockSize, "");
  assert.deepEqual(scrolled, []);
});
