// What helps the hands and the ears at the desk: the keys, the bell and the list of the keys.

import { find, on } from "../shared/dom.js";
import { toast } from "../shared/toast.js";
import { ConversationFinder } from "./conversation-finder.js";
import { ConversationList } from "./conversation-list.js";
import { Notice } from "./notice.js";
import { listenForShortcuts } from "./shortcuts.js";

/** @import { Attention } from "../shared/attention.js" */
/** @import { Store } from "../shared/store.js" */
/** @import { Say } from "../shared/text.js" */
/** @import { Desk } from "./desk.js" */

const SIGNS_KEY = "shortcut:signs";

export class Aids {
  /** @type {Promise<() => void> | null} */
  #panel = null;

  /**
   * @param {object} setup
   * @param {Store} setup.store
   * @param {Attention} setup.attention
   * @param {Say} setup.say
   * @param {() => Desk | null} setup.desk
   * @param {(id: number | null) => void} setup.go
   */
  constructor(setup) {
    this.setup = setup;
    const { store, attention, say, go } = setup;
    this.notice = new Notice({ store, attention, say, onOpen: go });
    /** Whether a sign alone is a key of the desk. */
    this.signs = {
      get on() {
        return store.get(SIGNS_KEY) !== "off";
      },
      set on(on) {
        store.set(SIGNS_KEY, on ? null : "off");
      },
    };
  }

  start() {
    const { say, desk, go } = this.setup;
    const rows = find(document, "conversation-list", ConversationList);
    const finder = find(document, "conversation-finder", ConversationFinder);
    const view = find(document, "[data-view=desk]", HTMLElement);
    const bell = find(document, "[data-part=bell]", HTMLButtonElement);
    bell.addEventListener("click", () => void this.#openPanel(bell));
    const unheard = find(document, "[data-part=unheard]", HTMLElement);
    const draw = () => {
      const { muted, permission, waitsForPress } = this.notice;
      bell.dataset.state = muted ? "muted" : permission;
      const text = waitsForPress ? say("notice.press") : "";
      if (unheard.textContent !== text) unheard.textContent = text;
    };
    this.notice.listen(draw);
    draw();
    this.notice.start();
    const help = () => void this.#showShortcuts();
    find(document, "[data-part=shortcut-hint] button", HTMLButtonElement).onclick = help;
    on(finder, "leave", () => rows.focus());
    /** @param {number | null} id */
    const choose = (id) => {
      if (id === null) return;
      go(id);
      rows.reveal(id);
    };
    const isOn = () => desk() !== null && !view.hidden;
    listenForShortcuts(isOn, () => this.signs.on, {
      next: () => choose(rows.neighbour(1)),
      previous: () => choose(rows.neighbour(-1)),
      unread: () => void desk()?.nextUnread().then(choose),
      search: () => finder.focus(),
      back: () => (finder.active ? finder.clear() : go(null)),
      help,
    });
    tooltips(say);
  }

  /** @param {HTMLButtonElement} bell */
  async #openPanel(bell) {
    try {
      this.#panel ??= import("./notice-panel.js").then(({ makePanel }) => {
        return makePanel(bell, this.notice, this.setup.say);
      });
      (await this.#panel)();
    } catch {
      this.#panel = null;
      toast(this.setup.say("chat.failed"));
    }
  }

  async #showShortcuts() {
    try {
      const { showShortcuts } = await import("./shortcut-list.js");
      await showShortcuts(this.setup.say, this.signs);
    } catch {
      toast(this.setup.say("chat.failed"));
    }
  }
}

/** Whoever rests on a thing learns its key. @param {Say} say */
function tooltips(say) {
  const keys = {
    "conversation-finder input": ["search.label", "/"],
    "[data-view-of-list=unread]": ["shortcut.unread", "Alt+U"],
    "[data-part=back]": ["admin.back", "Esc"],
  };
  for (const [selector, [label = "", key = ""]] of Object.entries(keys)) {
    const element = find(document, selector, HTMLElement);
    element.title = `${say(label)} (${key})`;
    element.setAttribute("aria-keyshortcuts", key.replace("Esc", "Escape"));
  }
}
