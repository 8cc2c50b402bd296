// <message-list>: shows rows, keeps the reader's place, and says what the reader does: older, settle, retry, discard.

import { arrange, emit, find, make } from "./dom.js";
import { layout } from "./layout.js";
import { isMore, updateRow } from "./message-row.js";
import { day } from "./relative-time.js";

/** @import { DayItem, MessageItem } from "./layout.js" */
/** @import { Manner } from "./message-row.js" */
/** @import { Say } from "./text.js" */
/** @import { Row } from "./timeline.js" */

const BOTTOM_PX = 48;
const OLDER_PX = 240;

export class MessageList extends HTMLElement {
  /** @type {Map<string, HTMLLIElement>} */
  #nodes = new Map();
  #atBottom = true;
  #fresh = false;
  #complete = true;
  #newestKey = "";
  /** @type {Manner} */
  #manner = { say: (key) => key, locale: "en", staff: false };
  /** @type {{ rows: readonly Row[], state: { complete: boolean, loaded: boolean } }} */
  #shown = { rows: [], state: { complete: true, loaded: false } };
  #loadingMore = false;
  #leaving = new AbortController();
  /** @type {ResizeObserver | undefined} */
  #resizes;

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.#view.addEventListener("scroll", () => this.#onScroll(), { signal, passive: true });
    this.#list.addEventListener("click", (event) => this.#onClick(event), { signal });
    this.#pill.addEventListener("click", () => this.toBottom(), { signal });
    // A keyboard that opens or a picture that arrives must not push the newest out of sight.
    this.#resizes = new ResizeObserver(() => {
      if (this.#atBottom) this.#scrollToEnd();
      this.#askForOlder();
    });
    this.#resizes.observe(this.#view);
    this.#resizes.observe(this.#list);
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.#resizes?.disconnect();
  }

  get #view() {
    return find(this, "[data-part=view]", HTMLElement);
  }

  get #list() {
    return find(this, "ol", HTMLOListElement);
  }

  get #log() {
    return find(this, "[role=log]", HTMLElement);
  }

  get #pill() {
    return find(this, "[data-part=pill]", HTMLButtonElement);
  }

  get atBottom() {
    return this.#atBottom;
  }

  /** @param {Say} say @param {string} locale */
  speak(say, locale) {
    this.#manner = { say, locale, staff: "staff" in this.dataset };
  }

  clear() {
    this.#nodes.clear();
    this.#list.replaceChildren();
    this.#fresh = false;
    this.#newestKey = "";
    this.toBottom();
  }

  /** @param {readonly Row[]} rows @param {{ complete: boolean, loaded: boolean }} state */
  show(rows, state) {
    const { complete, loaded } = state;
    this.#shown = { rows, state };
    if (!this.#manner.draw && rows.some(isMore)) void this.#loadMore();
    this.#complete = complete || !loaded;
    const place = this.#atBottom ? null : this.#rememberPlace();
    const items = layout(rows);
    // What was said before this page was opened is not told.
    this.#log.ariaBusy = String(!this.#fresh);
    const nodes = items.map((item) => this.#node(item));
    arrange(this.#list, nodes);
    this.#forgetExcept(items);
    this.toggleAttribute("data-complete", complete);
    this.toggleAttribute("data-empty", rows.length === 0);
    if (place) place();
    else this.#scrollToEnd();
    this.#noticeNewest(rows.at(-1));
    this.#fresh = loaded;
    this.#log.ariaBusy = "false";
    this.#askForOlder();
  }

  /** What may be shown has changed: the shop has named another host of pictures. */
  redraw() {
    this.#nodes.clear();
    this.show(this.#shown.rows, this.#shown.state);
  }

  /** Rows show the name of their kind until what draws them is here; without it they keep the name until the next try. */
  async #loadMore() {
    if (this.#loadingMore) return;
    this.#loadingMore = true;
    try {
      const { draw } = await import("./message-parts.js");
      this.#manner = { ...this.#manner, draw };
    } catch {
      return;
    } finally {
      this.#loadingMore = false;
    }
    this.show(this.#shown.rows, this.#shown.state);
  }

  toBottom() {
    const was = this.#atBottom;
    this.#atBottom = true;
    this.#scrollToEnd();
    this.#updatePill();
    if (!was) emit(this, "settle");
  }

  /** @param {DayItem | MessageItem} item */
  #node(item) {
    const known = this.#nodes.get(item.key);
    const node = known ?? make("li", "row" in item ? {} : { "data-day": "" });
    this.#nodes.set(item.key, node);
    if (!("row" in item)) {
      const text = day(item.day, Date.now(), this.#manner.locale);
      // The same word set anew would be told anew.
      if (node.textContent !== text) node.textContent = text;
    } else {
      if (!known && this.#fresh) node.dataset.fresh = "";
      updateRow(node, item, this.#manner);
    }
    return node;
  }

  /** @param {readonly { key: string }[]} items */
  #forgetExcept(items) {
    if (this.#nodes.size === items.length) return;
    const keys = new Set(items.map((item) => item.key));
    for (const key of this.#nodes.keys()) if (!keys.has(key)) this.#nodes.delete(key);
  }

  /** What the eye rests on stays where it is, whatever is put above it. */
  #rememberPlace() {
    const edge = this.#view.getBoundingClientRect().top;
    const anchor = [...this.#list.children].find(
      (node) =>
        !("day" in /** @type {HTMLElement} */ (node).dataset) &&
        node.getBoundingClientRect().bottom > edge,
    );
    const before = anchor?.getBoundingClientRect().top ?? 0;
    return () => {
      if (!anchor?.isConnected) return;
      this.#view.scrollBy({ top: anchor.getBoundingClientRect().top - before });
    };
  }

  #scrollToEnd() {
    this.#view.scrollTo({ top: this.#view.scrollHeight });
  }

  #onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.#view;
    const was = this.#atBottom;
    this.#atBottom = scrollHeight - scrollTop - clientHeight < BOTTOM_PX;
    if (this.#atBottom !== was) this.#updatePill();
    if (this.#atBottom && !was) emit(this, "settle");
    this.#askForOlder();
  }

  #askForOlder() {
    // What is not laid out yet has no top to be near to.
    const { clientHeight, scrollTop } = this.#view;
    if (this.#complete || clientHeight === 0 || scrollTop > OLDER_PX) return;
    emit(this, "older");
  }

  /** @param {Row | undefined} newest */
  #noticeNewest(newest) {
    const key = newest?.key ?? "";
    const arrived = this.#fresh && key !== this.#newestKey && newest?.side === "theirs";
    this.#newestKey = key;
    if (arrived && !this.#atBottom) this.#pill.dataset.news = "";
    this.#updatePill();
  }

  #updatePill() {
    if (this.#atBottom) delete this.#pill.dataset.news;
    this.#pill.hidden = this.#atBottom;
    const key = "news" in this.#pill.dataset ? "chat.newMessages" : "chat.toBottom";
    const label = find(this.#pill, "span", HTMLElement);
    const text = this.#manner.say(key);
    if (label.textContent !== text) label.textContent = text;
  }

  /** @param {MouseEvent} event */
  #onClick({ target }) {
    const button = target instanceof Element ? target.closest("[data-action]") : null;
    const id = button?.closest("li")?.dataset.id;
    if (!(button instanceof HTMLElement) || !id) return;
    emit(this, String(button.dataset.action), { id });
  }
}

customElements.define("message-list", MessageList);
