// Of a long history only what is near the reader is in the page, and room is kept for the rest: thousands of rows make every
// turn of the wheel slow. Loaded when there is that much.

import { indexBelow } from "./place.js";

/** @import { DayItem, MessageItem } from "./layout.js" */
/** @typedef {DayItem | MessageItem} Item */

/** Rows drawn above the first that is seen, and from there on down. The tallest screens, zoomed out, show some 170. */
const ABOVE = 100;
const BELOW = 240;
/** With so few of them left more are drawn. */
const NEAR_ABOVE = 40;
const NEAR_BELOW = 180;
/** A row's height while none was ever measured. */
const ROW_PX = 48;

export class MessageWindow {
  #view;
  #list;
  /** @type {readonly Item[]} */
  #items;
  /** The drawn ones are `#items` from here. */
  #from = 0;
  #to;
  /** Pixels, margin included, as each was when it was last drawn. @type {Map<string, number>} */
  #heights = new Map();
  #measured = 0;

  #many;

  /**
   * @param {HTMLElement} view what scrolls
   * @param {HTMLElement} list
   * @param {readonly Item[]} items all of which are drawn
   * @param {number} many up to so many are all drawn
   */
  constructor(view, list, items, many) {
    this.#many = many;
    this.#view = view;
    this.#list = list;
    this.#items = items;
    this.#to = items.length;
  }

  /**
   * Which of these are to be in the page now. When they are, `keepRoom` is called.
   * @param {readonly Item[]} items
   * @param {boolean} atEnd the newest are what is read
   */
  choose(items, atEnd) {
    this.#measure();
    const all = items.length;
    const seen = atEnd ? all : this.#placeIn(items);
    this.#items = items;
    this.#from = all <= this.#many ? 0 : Math.max(0, Math.min(seen - ABOVE, all - BELOW));
    this.#to = all <= this.#many ? all : Math.min(all, seen + BELOW);
    return items.slice(this.#from, this.#to);
  }

  /** Whether it was in the page once. @param {string} key */
  knows(key) {
    return this.#heights.has(key);
  }

  /** What is not drawn takes as much room as it took. */
  keepRoom() {
    const above = this.#sum(0, this.#from);
    const below = this.#sum(this.#to, this.#items.length);
    this.#list.style.setProperty("padding-block", `${above}px ${below}px`);
    this.#list.toggleAttribute("data-cut", this.#from > 0);
  }

  /** Whether the reader comes to where nothing is drawn. */
  isOutrun() {
    if (this.#view.clientHeight === 0) return false;
    const seen = this.#seen();
    const above = this.#from > 0 && seen - this.#from < NEAR_ABOVE;
    return above || (this.#to < this.#items.length && this.#to - seen < NEAR_BELOW);
  }

  /** Another conversation is to be shown: the next choice is among its items. */
  forget() {
    this.#items = [];
    this.#heights.clear();
    this.#measured = 0;
  }

  /** Where among these the reader is. @param {readonly Item[]} items */
  #placeIn(items) {
    const seen = this.#seen();
    // A line between days may be gone; the message after it stays.
    const near = this.#items.slice(seen).find((item) => "row" in item);
    const at = items.findIndex(({ key }) => key === near?.key);
    return at < 0 ? Math.min(seen, items.length) : at;
  }

  /** The first that is seen. */
  #seen() {
    // A hidden list has no places: it is where it was.
    if (this.#view.clientHeight === 0) return Math.min(this.#from + ABOVE, this.#items.length);
    const { children } = this.#list;
    const edge = this.#view.getBoundingClientRect().top;
    const { top } = this.#list.getBoundingClientRect();
    const first = children[0]?.getBoundingClientRect().top ?? edge;
    const last = children[children.length - 1]?.getBoundingClientRect().bottom ?? edge;
    if (first <= edge && edge < last) return this.#from + indexBelow(children, edge);
    // He has jumped to where nothing is drawn.
    let [at, rest] = edge < first ? [0, edge - top] : [this.#to, edge - last];
    for (; at < this.#items.length; at += 1) {
      const item = this.#items[at];
      rest -= item ? this.#heightOf(item) : 0;
      if (rest <= 0) break;
    }
    return at;
  }

  /** A hidden list has no heights. */
  #measure() {
    if (this.#view.clientHeight === 0) return;
    const { children } = this.#list;
    let above = this.#list.getBoundingClientRect().top + this.#sum(0, this.#from);
    for (const [at, item] of this.#items.slice(this.#from, this.#to).entries()) {
      const below = children[at]?.getBoundingClientRect().bottom ?? above;
      this.#setHeight(item.key, below - above);
      above = below;
    }
  }

  /** @param {string} key @param {number} height */
  #setHeight(key, height) {
    this.#measured += height - (this.#heights.get(key) ?? 0);
    this.#heights.set(key, height);
  }

  /** One that was never drawn is as high as they are on the average. @param {Item} item */
  #heightOf({ key }) {
    const average = this.#heights.size > 0 ? this.#measured / this.#heights.size : ROW_PX;
    return this.#heights.get(key) ?? average;
  }

  /** @param {number} from @param {number} to */
  #sum(from, to) {
    let sum = 0;
    for (const item of this.#items.slice(from, to)) sum += this.#heightOf(item);
    return sum;
  }
}
