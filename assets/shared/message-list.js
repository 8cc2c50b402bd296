// <message-list>: shows rows, keeps the reader's place, and says what the reader does: older, settle, again, retry, discard.

import { nameDay, renewDays } from "./day-lines.js";
import { arrange, emit, find, loadModule, make } from "./dom.js";
import { layout } from "./layout.js";
import { isMore, plainText, updateRow } from "./message-row.js";
import { rememberPlace } from "./place.js";
import { newestOf, newFrom, speaker } from "./spoken.js";

/** @import { DayItem, MessageItem } from "./layout.js" */
/** @import { Manner } from "./message-row.js" */
/** @import { MessageWindow } from "./message-window.js" */
/** @import { Say } from "./text.js" */
/** @import { Row } from "./timeline.js" */

/** @typedef {"" | "chat.loading" | "chat.loadingOlder" | "chat.loadFailed"} Wait */

const BOTTOM_PX = 48;
const OLDER_PX = 240;
/** With more than this only those near the reader are drawn. */
const MANY = 400;

export class MessageList extends HTMLElement {
  /** @type {Map<string, HTMLLIElement>} */
  #nodes = new Map();
  #atBottom = true;
  /** Whether there was room to see anything. */
  #laidOut = false;
  #fresh = false;
  #complete = true;
  /** The newest of the other side. */
  #newestKey = "";
  /** @type {Manner} */
  #manner = { say: (key) => key, locale: "en", staff: false };
  /** @type {{ rows: readonly Row[], state: { complete: boolean, loaded: boolean } }} */
  #shown = { rows: [], state: { complete: true, loaded: false } };
  #loadingMore = false;
  /** @type {MessageWindow | undefined} */
  #window;
  #loadingWindow = false;
  /** @type {(DayItem | MessageItem)[]} */
  #items = [];
  #leaving = new AbortController();
  /** @type {ResizeObserver | undefined} */
  #resizes;
  /** @type {ReturnType<typeof speaker> | undefined} */
  #speak;
  #waiting = make("p", { "data-part": "waiting", role: "status" });

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.#log.setAttribute("aria-live", "off");
    this.#log.before(this.#waiting);
    this.#speak ??= speaker(this);
    this.#view.addEventListener("scroll", () => this.#onScroll(), { signal, passive: true });
    this.addEventListener("click", (event) => this.#onClick(event), { signal });
    this.#pill.addEventListener("click", () => this.toBottom(), { signal });
    renewDays(this.#list, () => this.#manner.locale, signal);
    // A keyboard that opens or a picture that arrives must not push the newest out of sight.
    this.#resizes = new ResizeObserver(() => this.#onResize());
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

  /** Whether the newest is seen: not while the list has no room on the screen. */
  get atBottom() {
    return this.#atBottom && this.#view.clientHeight > 0;
  }

  /** @param {Say} say @param {string} locale */
  speak(say, locale) {
    this.#manner = { say, locale, staff: "staff" in this.dataset };
  }

  clear() {
    this.#nodes.clear();
    this.#list.replaceChildren();
    this.#window?.forget();
    this.#items = [];
    this.#fresh = false;
    this.#newestKey = "";
    this.wait("");
    this.toBottom();
  }

  /** What is being fetched, or could not be. @param {Wait} key */
  wait(key) {
    if (this.#waiting.dataset.key === key) return;
    this.#waiting.dataset.key = key;
    this.#waiting.replaceChildren();
    if (key === "") return;
    const { say } = this.#manner;
    const box = make("span", {}, say(key));
    this.#waiting.append(box);
    if (key !== "chat.loadFailed") return;
    box.append(make("button", { type: "button", "data-action": "again" }, say("message.retry")));
  }

  /** @param {readonly Row[]} rows @param {{ complete: boolean, loaded: boolean }} state */
  show(rows, state) {
    const { complete, loaded } = state;
    this.#shown = { rows, state };
    if (!this.#manner.draw && rows.some(isMore)) void this.#loadMore();
    this.#complete = complete || !loaded;
    this.#items = layout(rows);
    if (!this.#window && this.#items.length > MANY) void this.#loadWindow();
    this.toggleAttribute("data-complete", complete);
    this.toggleAttribute("data-empty", rows.length === 0);
    this.#draw();
    this.#noticeNew(rows);
    this.#fresh = loaded;
    this.#askForOlder();
  }

  /** @param {boolean} [moved] only the reader has: he stays where he is, at the end too */
  #draw(moved = false) {
    const atEnd = this.#atBottom && !moved;
    const place = atEnd ? null : rememberPlace(this.#view, this.#list);
    const items = this.#window?.choose(this.#items, atEnd) ?? this.#items;
    const held = this.#list.contains(document.activeElement);
    arrange(
      this.#list,
      items.map((item) => this.#node(item)),
    );
    this.#forgetExcept(items);
    this.#window?.keepRoom();
    if (held) this.#holdFocus();
    if (place) place();
    else this.#scrollToEnd();
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
      const { draw, dressed } = await loadModule(() => import("./message-parts.js"));
      await dressed();
      this.#manner = { ...this.#manner, draw };
    } catch {
      return;
    } finally {
      this.#loadingMore = false;
    }
    this.show(this.#shown.rows, this.#shown.state);
  }

  /** Until it is here, and without it, all rows are in the page. */
  async #loadWindow() {
    if (this.#loadingWindow) return;
    this.#loadingWindow = true;
    try {
      const { MessageWindow } = await loadModule(() => import("./message-window.js"));
      this.#window = new MessageWindow(this.#view, this.#list, this.#items, MANY);
    } catch {
      return;
    } finally {
      this.#loadingWindow = false;
    }
    this.#draw();
  }

  toBottom() {
    const was = this.#atBottom;
    this.#atBottom = true;
    // Where the newest are not in the page they come first.
    if (this.#window) this.#draw();
    else this.#scrollToEnd();
    this.#updatePill();
    if (!was) emit(this, "settle");
  }

  /** @param {DayItem | MessageItem} item */
  #node(item) {
    const known = this.#nodes.get(item.key);
    const node = known ?? make("li");
    this.#nodes.set(item.key, node);
    if (!("row" in item)) {
      node.dataset.day = String(item.day);
      nameDay(node, this.#manner.locale);
      return node;
    }
    if (!known && this.#fresh && !this.#window?.knows(item.key)) node.dataset.fresh = "";
    try {
      updateRow(node, item, this.#manner);
    } catch {
      // One that cannot be drawn must not end the chat: those after it are still to come.
      node.replaceChildren(plainText(item.row, this.#manner.say));
    }
    return node;
  }

  /** @param {readonly { key: string }[]} items */
  #forgetExcept(items) {
    if (this.#nodes.size === items.length) return;
    const keys = new Set(items.map((item) => item.key));
    for (const key of this.#nodes.keys()) if (!keys.has(key)) this.#nodes.delete(key);
  }

  #scrollToEnd() {
    this.#view.scrollTo({ top: this.#view.scrollHeight });
  }

  #onResize() {
    const was = this.#laidOut;
    this.#laidOut = this.#view.clientHeight > 0;
    if (this.#atBottom) this.#scrollToEnd();
    this.#follow();
    // What came while nothing could be seen is seen now.
    if (this.#laidOut && !was && this.#atBottom) emit(this, "settle");
    this.#askForOlder();
  }

  #onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.#view;
    if (clientHeight === 0) return;
    const was = this.#atBottom;
    this.#atBottom = scrollHeight - scrollTop - clientHeight < BOTTOM_PX;
    if (this.#atBottom !== was) this.#updatePill();
    if (this.#atBottom && !was) emit(this, "settle");
    this.#follow();
    this.#askForOlder();
  }

  /** Where the reader goes rows are drawn. */
  #follow() {
    if (this.#window?.isOutrun()) this.#draw(true);
  }

  #askForOlder() {
    // What is not laid out yet has no top to be near to.
    const { clientHeight, scrollTop } = this.#view;
    if (this.#complete || clientHeight === 0 || scrollTop > OLDER_PX) return;
    emit(this, "older");
  }

  /** What was said before this page was opened is no news. @param {readonly Row[]} rows */
  #noticeNew(rows) {
    const news = this.#fresh ? newFrom(rows, this.#newestKey) : [];
    this.#newestKey = newestOf(rows);
    this.#speak?.(news, this.#manner.say);
    if (news.length > 0 && !this.#atBottom) this.#pill.dataset.news = "";
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
    if (!(button instanceof HTMLElement)) return;
    emit(this, String(button.dataset.action), { id: button.closest("li")?.dataset.id ?? "" });
    this.#holdFocus();
  }

  /** A button that is gone must not take the keyboard's place with it. */
  #holdFocus() {
    if (document.activeElement === document.body) this.#view.focus({ preventScroll: true });
  }
}

customElements.define("message-list", MessageList);
