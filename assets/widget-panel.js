// The panel with the chat's frame: where it stands, the ways to close it, and what is shown until the frame has drawn itself.
// A frame that never does (a site that may not carry the chat, a policy, a blocker, a server that is down) leaves a sentence
// and a way out. Loaded by widget.js together with the frame.

/** A slow network takes its time, */
const START_MS = 15_000;
/** a frame that was there before us is being read, */
const COMMITTED_MS = 8000;
/** and one that is loaded and has nothing to say is not the chat. */
const LOADED_MS = 3000;
/** Who opens it again after this wants another try. */
const AGAIN_MS = 8000;
const CLOSE = "m6.5 6.5 11 11m0-11-11 11";
const WORDS = {
  zh: { chat: "在线客服", close: "关闭", failed: "聊天窗口没有加载成功。", again: "重试" },
  en: { chat: "Chat", close: "Close", failed: "The chat could not be loaded.", again: "Try again" },
};
// On a phone it is all there is to see, above the keyboard, and the page behind it rests.
const SMALL = "(max-width: 480px), (max-height: 480px)";
// What is to get the focus is visible at once, without a transition.
const STYLE = `
div { margin-bottom: 72px; width: 392px; height: min(680px, 100vh - 112px); height: min(680px, 100dvh - 112px); overflow: hidden; border-radius: 18px; background: Canvas; color: CanvasText; color-scheme: light dark; font: 15px/1.6 system-ui, sans-serif; box-shadow: 0 8px 48px #141b2d44; opacity: 0; transform: translateY(8px) }
.open { visibility: visible; opacity: 1; transform: none; transition-property: opacity, transform }
iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: light dark; transition: opacity .15s }
.wait iframe, .fail iframe { visibility: hidden; opacity: 0 }
.wait::before { content: ""; position: absolute; inset: 0; margin: auto; width: 26px; height: 26px; border-radius: 50%; border: 3px solid var(--c); border-top-color: #0000; animation: turn 1s linear infinite }
@keyframes turn { to { transform: rotate(1turn) } }
p { display: none; position: absolute; inset: 0; margin: auto; padding: 0 24px; height: 96px; text-align: center }
.fail p { display: block }
strong { font-weight: 400 }
div button { all: unset; cursor: pointer; border-radius: 22px }
div > button { display: none; position: absolute; top: calc(10px + env(safe-area-inset-top)); inset-inline-end: calc(8px + env(safe-area-inset-right)); padding: 11px }
.wait > button, .fail > button { display: block }
div > button svg { width: 22px }
p button { display: block; margin: 10px auto 0; padding: 8px 22px; border: 1px solid }
@media ${SMALL} { div { inset: 0; margin: 0; width: auto; height: 100vh; height: 100dvh; border-radius: 0; box-sizing: border-box; padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left); overscroll-behavior: contain } .open:not(.wait):not(.fail) + button { display: none } }
@media (prefers-reduced-motion: reduce) { iframe { transition: none } .wait::before { animation: none } }
@media print { div { display: none } }`;

/** @template {keyof HTMLElementTagNameMap} Tag @param {Tag} tag @param {...(Node | string)} children */
function make(tag, ...children) {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
}

function cross() {
  const space = "http://www.w3.org/2000/svg";
  const [svg, path] = ["svg", "path"].map((name) => document.createElementNS(space, name));
  svg?.setAttribute("viewBox", "0 0 24 24");
  path?.setAttribute("d", CLOSE);
  if (svg && path) svg.append(path);
  return svg ?? "";
}

export class Panel {
  /** The frame has drawn itself, with a way to close of its own. */
  #up = false;
  /** The frame is alive. */
  #heard = false;
  #began = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #words = WORDS.en;
  #small = matchMedia(SMALL);
  /** What the page had before it rested. @type {[CSSStyleDeclaration, string, string][]} */
  #rested = [];
  /** @type {{ onclose: (() => void) | null, destroy(): void } | undefined} */
  #watcher;
  #failed = make("strong");
  #close = make("button");
  #again = make("button");

  /** @param {KefuParts} it @param {() => void} again gets a new frame */
  constructor(it, again) {
    this.it = it;
    this.again = again;
    it.panel.setAttribute("role", "dialog");
    const sentence = make("p", this.#failed, this.#again);
    sentence.setAttribute("role", "alert");
    this.#close.append(cross());
    it.panel.append(sentence, this.#close);
    it.style(STYLE);
    this.#close.addEventListener("click", () => it.show(false));
    this.#again.addEventListener("click", () => {
      again();
      this.#focus();
    });
    const fit = () => this.#fit();
    for (const name of ["resize", "scroll"]) window.visualViewport?.addEventListener(name, fit);
    addEventListener("resize", fit);
    addEventListener("keydown", ({ key, isComposing, defaultPrevented }) => {
      if (key === "Escape" && !isComposing && !defaultPrevented) it.show(false);
    });
  }

  /** A frame was put in. */
  framed() {
    const { it } = this;
    const { frame } = it;
    this.#up = false;
    this.#heard = false;
    this.#began = Date.now();
    frame?.addEventListener("load", () => {
      if (it.frame === frame && !this.#heard) this.#expect(LOADED_MS);
    });
    // What has left the empty page that every frame begins with belongs to another origin.
    this.#expect(frame?.contentDocument ? START_MS : COMMITTED_MS);
    this.#show("wait");
    it.draw();
  }

  /** The frame is ready to be told. */
  heard() {
    this.#heard = true;
    this.#expect(START_MS);
  }

  up() {
    const { it } = this;
    clearTimeout(this.#timer);
    this.#up = true;
    const inside = this.#inside;
    this.#show("");
    if (it.open && inside) it.frame?.focus();
  }

  shown() {
    const { it } = this;
    const inside = this.#inside;
    it.panel.classList.toggle("open", it.open);
    this.#fit();
    this.#watch();
    if (it.open && !this.#up && Date.now() - this.#began > AGAIN_MS) this.again();
    if (it.open) this.#focus();
    else if (inside) it.button.focus();
  }

  /** @param {boolean} zh */
  drawn(zh) {
    const { panel, frame, script } = this.it;
    this.#words = zh ? WORDS.zh : WORDS.en;
    const name = script.dataset.title || this.#words.chat;
    panel.setAttribute("aria-label", name);
    if (frame) frame.title = name;
    this.#close.setAttribute("aria-label", this.#words.close);
    this.#again.textContent = this.#words.again;
    if (this.#failed.textContent) this.#failed.textContent = this.#words.failed;
  }

  get #inside() {
    return document.activeElement === this.it.host;
  }

  #focus() {
    if (this.#up) this.it.frame?.focus();
    else this.#close.focus();
  }

  /** @param {number} ms for the frame's next step */
  #expect(ms) {
    clearTimeout(this.#timer);
    if (!this.#up) this.#timer = setTimeout(() => this.#show("fail"), ms);
  }

  /** @param {"wait" | "fail" | ""} state */
  #show(state) {
    for (const name of ["wait", "fail"]) this.it.panel.classList.toggle(name, name === state);
    this.#failed.textContent = state === "fail" ? this.#words.failed : "";
  }

  // Escape, and the way back on Android where the shop's page has the focus.
  #watch() {
    const { it } = this;
    this.#watcher?.destroy();
    this.#watcher = it.open && window.CloseWatcher ? new window.CloseWatcher() : undefined;
    if (this.#watcher) this.#watcher.onclose = () => it.show(false);
  }

  #fit() {
    const { open, panel } = this.it;
    this.#rest();
    const view = window.visualViewport;
    // Somebody who zooms in moves about himself.
    const above = open && this.#small.matches && view && view.scale < 1.05;
    panel.style.height = above ? `${view.height}px` : "";
    panel.style.top = above ? `${view.offsetTop}px` : "";
  }

  #rest() {
    const { open, panel, host } = this.it;
    const rest = open && this.#small.matches;
    panel.setAttribute("aria-modal", `${rest}`);
    if (rest === this.#rested.length > 0) return;
    for (const [style, value, priority] of this.#rested) {
      style.setProperty("overflow", value, priority);
    }
    this.#rested = [];
    if (!rest) return;
    for (const { style } of [document.documentElement, document.body ?? host]) {
      const priority = style.getPropertyPriority("overflow");
      this.#rested.push([style, style.overflow, priority]);
      style.setProperty("overflow", "hidden", "important");
    }
  }
}
