// The settings: their own view beside the desk, a section at a time; and what one changes about oneself. Loaded when it is
// first asked for, and then whole: the sections have most of their parts in common.

import { find, make } from "../../shared/dom.js";
import { icon } from "../../shared/kind-icons.js";
import { loadStyle } from "../../shared/styles.js";
import "./icons.js";
import { languageTag, sayFrom } from "../../shared/text.js";
import { confirmed } from "../confirm.js";
import { openPassword, openProfile } from "./account.js";
import { appearance } from "./appearance.js";
import { files } from "./files.js";
import { keys } from "./keys.js";
import { nextSteps } from "./next-steps.js";
import { staff } from "./staff.js";
import { website } from "./website.js";

/** @import { Call } from "../../shared/api.js" */
/** @import { Locale, Say } from "../../shared/text.js" */
/** @import { Me } from "../account.js" */
/** @import { Place } from "../address.js" */

/**
 * @typedef {object} Setup
 * @property {HTMLElement} view
 * @property {Call} call
 * @property {Say} say the desk's words
 * @property {Locale} locale
 * @property {() => Me | null} me
 * @property {(me: Me) => void} onMe one's own nickname or picture has changed
 * @property {() => void} onShop the shop's settings have
 * @property {(where: Place) => void} go
 * @property {() => void} onLeave back to the desk
 */

/** @typedef {Setup & { language: string }} Manner what a section is made with: `say` knows the settings' words too */
/** @typedef {{ element: HTMLElement, edited: () => boolean }} Section */

/** @type {Record<string, (manner: Manner) => Promise<Section>>} */
const SECTIONS = { appearance, website, files, keys, staff };
const NAMES = Object.keys(SECTIONS);
const STYLES = [
  "dialog.css",
  "forms.css",
  "settings.css",
  "appearance.css",
  "sections.css",
  "staff.css",
  "next-steps.css",
];

class Settings {
  /** @type {Section | null} */
  #section = null;
  #name = "";
  #run = 0;

  /** @param {Manner} manner */
  constructor(manner) {
    this.manner = manner;
    const { view, say } = manner;
    const back = make("button", { type: "button", "data-button": "icon", "data-part": "back" });
    back.append(icon("back"));
    back.setAttribute("aria-label", say("set.back"));
    back.title = say("set.back");
    back.addEventListener("click", () => this.#back());
    this.title = make("h1", { tabindex: "-1" });
    const links = NAMES.map((name) => this.#link(name));
    this.nav = make("nav", {}, make("ul", {}, ...links));
    this.nav.setAttribute("aria-label", say("account.settings"));
    this.body = make("div", { "data-part": "section" });
    const header = make("header", {}, back, this.title);
    view.replaceChildren(header, make("div", { "data-part": "columns" }, this.nav, this.body));
    addEventListener("beforeunload", (event) => {
      if (this.edited) event.preventDefault();
    });
  }

  /** Is anything written that is not saved? */
  get edited() {
    return this.#section?.edited() ?? false;
  }

  /** @returns {Promise<boolean>} */
  async mayLeave() {
    if (!this.edited) return true;
    const { say } = this.manner;
    const leave = await confirmed({
      title: say("set.leave"),
      hint: say("set.leave.hint"),
      yes: say("set.leave.yes"),
      no: say("set.leave.no"),
    });
    if (leave) this.#section = null;
    return leave;
  }

  hide() {
    this.#run += 1;
    this.#section = null;
    this.#name = "";
    this.body.replaceChildren();
  }

  /** @param {string} name "" on a phone: the sections to choose from */
  async show(name) {
    const { view, say, me } = this.manner;
    const owner = me()?.owner === true;
    const known = owner && NAMES.includes(name) ? name : "";
    // Where there is room, the first section stands beside the list of them.
    const shown = known || (owner ? (NAMES[0] ?? "") : "");
    view.dataset.section = known;
    this.nav.hidden = !owner;
    for (const link of this.nav.querySelectorAll("a")) {
      if (link.dataset.name === shown) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    this.title.textContent = say(known ? `set.${known}` : "account.settings");
    this.title.focus();
    if (shown === this.#name && this.#section) return;
    this.#name = shown;
    await this.#load(owner ? shown : "");
  }

  /** @param {string} name */
  async #load(name) {
    this.#run += 1;
    const run = this.#run;
    const { say } = this.manner;
    this.#section = null;
    if (name === "") return this.body.replaceChildren(make("p", {}, say("set.ownerOnly")));
    this.body.replaceChildren(
      make("p", { "data-part": "loading", role: "status" }, say("picker.loading")),
    );
    try {
      const section = await SECTIONS[name]?.(this.manner);
      if (run !== this.#run || !section) return undefined;
      this.#section = section;
      this.body.replaceChildren(section.element);
      this.body.scrollTo({ top: 0 });
    } catch {
      if (run === this.#run) this.#failed(name);
    }
    return undefined;
  }

  /** @param {string} name */
  #failed(name) {
    const { say } = this.manner;
    const again = make("button", { type: "button", "data-button": "plain" }, say("message.retry"));
    again.addEventListener("click", () => void this.#load(name));
    const words = make("p", { role: "alert" }, say("picker.failed"));
    this.body.replaceChildren(make("div", { "data-part": "loading" }, words, again));
  }

  /** @param {string} name */
  #link(name) {
    const { say, go } = this.manner;
    const words = make(
      "span",
      {},
      make("strong", {}, say(`set.${name}`)),
      make("small", {}, say(`set.${name}.about`)),
    );
    const link = make(
      "a",
      { href: `#settings=${name}`, "data-name": name },
      icon(name),
      words,
      icon("on"),
    );
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go({ conversation: null, member: false, settings: name });
    });
    return make("li", {}, link);
  }

  #back() {
    const { view, go, onLeave } = this.manner;
    const phone = matchMedia("(max-width: 700px)").matches;
    if (phone && view.dataset.section)
      return go({ conversation: null, member: false, settings: "" });
    return onLeave();
  }

  /** One's own nickname and picture, or password. @param {string} action */
  openAccount(action) {
    return action === "password" ? openPassword(this.manner) : openProfile(this.manner);
  }

  /** @param {HTMLElement} box @param {HTMLElement} rows gone when somebody has written */
  async showNextSteps(box, rows) {
    const { element } = await nextSteps(this.manner);
    const choose = find(document, "[data-part=choose]", HTMLElement);
    box.replaceChildren(element);
    const draw = () => {
      box.hidden = rows.querySelector("li") !== null;
      choose.toggleAttribute("data-quiet", !box.hidden);
      if (box.hidden) watch.disconnect();
    };
    const watch = new MutationObserver(draw);
    watch.observe(rows, { childList: true, subtree: true });
    draw();
  }
}

/** @param {Setup} setup */
export async function makeSettings(setup) {
  const { locale, say } = setup;
  const [{ words }] = await Promise.all([
    locale === "zh" ? import("./zh.js") : import("./en.js"),
    ...STYLES.map((name) => loadStyle(`settings/${name}`)),
  ]);
  const more = sayFrom(words);
  /** @type {Say} */
  const both = (key, values) => (key in words ? more(key, values) : say(key, values));
  return new Settings({ ...setup, say: both, language: languageTag(locale) });
}
