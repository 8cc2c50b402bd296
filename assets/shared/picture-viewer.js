// A picture in full size over the page, to be looked at closely: by wheel, two fingers, two quick presses, the buttons or the
// keys. Esc, a press beside it, the button, or a swipe up or down closes it, and the focus returns by itself.

import { make } from "./dom.js";
import { icon } from "./kind-icons.js";
import { ownPath } from "./pictures.js";
import { needStyle } from "./styles.js";
import { STEP, settle, WHOLE, zoomed } from "./zoom.js";

/** @import { Say } from "./text.js" */
/** @import { Point } from "./zoom.js" */

/** So far a picture is swiped to be put away. */
const SWIPE_PX = 90;
/** A finger that moves less has pressed. */
const STILL_PX = 6;
const TWICE_MS = 300;
const PAN_PX = 60;

/** @param {Point} a @param {Point} b */
const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

class Viewer {
  #view = WHOLE;
  /** Fingers on the screen. @type {Map<number, Point>} */
  #fingers = new Map();
  #moved = 0;
  #pulled = 0;
  #pressedAt = Number.NEGATIVE_INFINITY;

  /** @param {string} path @param {Say} say */
  constructor(path, say) {
    this.image = make("img", { alt: say("kind.image"), draggable: "false" });
    this.image.addEventListener("load", () => this.image.removeAttribute("data-loading"));
    this.image.addEventListener("error", () =>
      this.image.replaceWith(make("p", {}, say("picture.lost"))),
    );
    this.image.dataset.loading = "";
    this.image.referrerPolicy = "no-referrer";
    this.image.src = path;
    const smaller = this.#button("smaller", say, () => this.#zoom(1 / STEP));
    const larger = this.#button("larger", say, () => this.#zoom(STEP));
    this.close = this.#button("close", say, () => this.dialog.close());
    const tools = make("div", { "data-part": "viewer-tools" }, smaller, larger);
    if (ownPath(path)) tools.append(this.#save(path, say));
    tools.append(this.close);
    this.dialog = make("dialog", { "data-part": "viewer" }, this.image, tools);
    this.dialog.setAttribute("aria-label", say("kind.image"));
    this.dialog.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    this.dialog.addEventListener("keydown", (event) => this.#onKey(event));
    for (const name of /** @type {const} */ (["pointerdown", "pointermove"])) {
      this.dialog.addEventListener(name, (event) => this.#onFinger(event));
    }
    for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
      this.dialog.addEventListener(name, (event) => this.#onLift(event));
    }
  }

  /** @param {"smaller" | "larger" | "close"} name @param {Say} say @param {() => void} press */
  #button(name, say, press) {
    const button = make("button", { type: "button", "data-button": "icon" }, icon(name));
    button.setAttribute("aria-label", say(`viewer.${name}`));
    button.title = say(`viewer.${name}`);
    button.addEventListener("click", press);
    return button;
  }

  /** @param {string} path @param {Say} say */
  #save(path, say) {
    const save = make("a", { href: path, download: "", "data-button": "icon" }, icon("download"));
    save.setAttribute("aria-label", say("viewer.save"));
    save.title = say("viewer.save");
    return save;
  }

  /** @param {{ clientX: number, clientY: number }} event @returns {Point} */
  #point({ clientX, clientY }) {
    return { x: clientX - innerWidth / 2, y: clientY - innerHeight / 2 };
  }

  /** @param {number} factor @param {Point} [at] */
  #zoom(factor, at = { x: 0, y: 0 }) {
    this.#show(zoomed(this.#view, factor, at));
  }

  /** @param {import("./zoom.js").View} view */
  #show(view) {
    const { offsetWidth: width, offsetHeight: height } = this.image;
    this.#view = settle(view, { width, height }, { width: innerWidth, height: innerHeight });
    const { scale, x, y } = this.#view;
    const { style } = this.image;
    style.setProperty("transform", `translate(${x}px, ${y + this.#pulled}px) scale(${scale})`);
    style.setProperty("opacity", String(1 - Math.min(0.6, Math.abs(this.#pulled) / 400)));
    this.dialog.toggleAttribute("data-zoomed", scale > 1);
  }

  /** @param {WheelEvent} event */
  #onWheel(event) {
    event.preventDefault();
    this.#zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, this.#point(event));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { scale, x, y } = this.#view;
    /** @type {Record<string, () => void>} */
    const keys = {
      "+": () => this.#zoom(STEP),
      "=": () => this.#zoom(STEP),
      "-": () => this.#zoom(1 / STEP),
      0: () => this.#show(WHOLE),
      ArrowLeft: () => this.#show({ scale, x: x + PAN_PX, y }),
      ArrowRight: () => this.#show({ scale, x: x - PAN_PX, y }),
      ArrowUp: () => this.#show({ scale, x, y: y + PAN_PX }),
      ArrowDown: () => this.#show({ scale, x, y: y - PAN_PX }),
    };
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @param {PointerEvent} event */
  #onFinger(event) {
    const { pointerId: id, type, target } = event;
    const here = this.#point(event);
    if (type === "pointerdown") {
      if (target instanceof Element && target.closest("[data-button]")) return;
      if (this.#fingers.size === 0) this.#moved = 0;
      this.#fingers.set(id, here);
      return;
    }
    const before = this.#fingers.get(id);
    if (!before) return;
    const other = [...this.#fingers].find(([one]) => one !== id)?.[1];
    this.#fingers.set(id, here);
    this.#moved += apart(before, here);
    if (other) {
      const middle = { x: (here.x + other.x) / 2, y: (here.y + other.y) / 2 };
      this.#zoom(apart(here, other) / Math.max(1, apart(before, other)), middle);
    } else this.#drag(here.x - before.x, here.y - before.y);
  }

  /** A whole picture is pulled away; a large one is moved about. @param {number} right @param {number} down */
  #drag(right, down) {
    const { scale, x, y } = this.#view;
    if (scale === 1) this.#pulled += down;
    this.#show({ scale, x: x + right, y: y + down });
  }

  /** @param {PointerEvent} event */
  #onLift(event) {
    if (!this.#fingers.delete(event.pointerId) || this.#fingers.size > 0) return;
    const pulled = Math.abs(this.#pulled);
    this.#pulled = 0;
    if (event.type === "pointerup" && pulled > SWIPE_PX) this.dialog.close();
    else if (event.type === "pointerup" && this.#moved < STILL_PX) this.#onPress(event);
    else this.#show(this.#view);
  }

  /** @param {PointerEvent} event */
  #onPress(event) {
    if (event.target !== this.image) return this.dialog.close();
    const twice = event.timeStamp - this.#pressedAt < TWICE_MS;
    this.#pressedAt = twice ? Number.NEGATIVE_INFINITY : event.timeStamp;
    if (!twice) return undefined;
    const { scale } = this.#view;
    return scale > 1 ? this.#show(WHOLE) : this.#zoom(STEP * 1.5, this.#point(event));
  }
}

/** @param {string} path of a picture that may be loaded @param {Say} say @returns {Promise<void>} when it is closed */
export async function openViewer(path, say) {
  await needStyle(new URL("sheets.css", import.meta.url).href);
  const { dialog, close } = new Viewer(path, say);
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve();
    });
  });
}
