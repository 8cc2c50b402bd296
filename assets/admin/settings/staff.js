// Settings: who answers the customers.

import { asApiError } from "../../shared/api.js";
import { make } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { showRelative } from "../../shared/relative-time.js";
import { toast } from "../../shared/toast.js";
import { confirmed } from "../confirm.js";
import { drawFace } from "../face.js";
import { paths } from "./paths.js";
import { addStaff, changeStaff, resetPassword } from "./staff-dialogs.js";

/** @import { Staff } from "./paths.js" */
/** @import { Manner, Section } from "./settings.js" */

const PAGE_SIZE = 50;

class StaffList {
  /** @type {Staff[]} */
  #rows = [];
  #total = 0;

  /** @param {Manner} manner */
  constructor(manner) {
    this.manner = manner;
    const { say } = manner;
    this.count = make("p", {});
    const add = make("button", { type: "button", "data-button": "main", "data-action": "add" });
    add.append(icon("plus"), say("staff.add"));
    add.addEventListener("click", () => void this.#after(addStaff(manner)));
    this.list = make("ul", { "data-part": "staff-list" });
    this.more = make("button", { type: "button", "data-button": "plain" }, say("picker.more"));
    this.more.addEventListener(
      "click",
      () => void this.#try(() => this.load(Math.floor(this.#rows.length / PAGE_SIZE) + 1)),
    );
    const head = make("header", { "data-part": "staff-head" }, this.count, add);
    this.element = make(
      "div",
      { "data-part": "form" },
      make("section", {}, head, this.list, this.more),
    );
  }

  /** @param {number} pageNo */
  async load(pageNo) {
    const { total, list } = await this.manner.call("GET", paths.staff(pageNo, PAGE_SIZE));
    this.#rows = pageNo === 1 ? list : [...this.#rows, ...list];
    this.#total = total;
    this.#show();
  }

  #show() {
    const { say } = this.manner;
    this.count.textContent = say("staff.count", { count: this.#total });
    this.more.hidden = this.#rows.length >= this.#total;
    this.list.replaceChildren(...this.#rows.map((row) => this.#draw(row)));
  }

  /** @param {Promise<boolean>} done @param {number} [id] whose row gets the focus again */
  async #after(done, id) {
    if (!(await done)) return;
    const { me, go } = this.manner;
    // Who is no owner any more has no business here.
    if (me()?.owner !== true) return go({ conversation: null, member: false, settings: "" });
    await this.#try(() => this.load(1));
    const row = this.list.querySelector(`[data-id="${id}"] button`);
    if (row instanceof HTMLElement) row.focus();
    return undefined;
  }

  /** @param {() => Promise<unknown>} act @returns {Promise<boolean>} whether it was done */
  async #try(act) {
    try {
      await act();
      return true;
    } catch (cause) {
      toast(asApiError(cause).message || this.manner.say("chat.failed"));
      return false;
    }
  }

  /** @param {Staff} row */
  #draw(row) {
    const { say, language, me } = this.manner;
    const face = make("span", { "data-part": "face", "aria-hidden": "true" });
    drawFace(face, { id: row.id, name: row.nickname, avatar: row.avatar });
    const self = me()?.id === row.id;
    const disabled = row.status === 1;
    const name = make("strong", {}, make("span", { dir: "auto" }, row.nickname));
    if (self) name.append(make("em", {}, say("staff.you")));
    const who = make("div", { "data-part": "who" }, name, make("small", {}, row.username));
    const role = make(
      "span",
      { "data-part": "role", "data-role": row.role },
      say(`account.${row.role}`),
    );
    const state = make("span", { "data-part": "staff-state" });
    if (disabled) state.append(make("em", { "data-good": "false" }, say("staff.disabled")));
    else if (row.loginDate === null) state.textContent = say("staff.never");
    else {
      const time = make("time");
      showRelative(time, row.loginDate, language);
      state.append(`${say("staff.seen")} `, time);
    }
    const tools = make("div", { "data-part": "row-tools" }, ...this.#tools(row, self));
    const item = make("li", { "data-id": String(row.id) }, face, who, role, state, tools);
    item.toggleAttribute("data-disabled", disabled);
    return item;
  }

  /** @param {Staff} row @param {boolean} self */
  #tools(row, self) {
    const { manner } = this;
    const disabled = row.status === 1;
    /** @param {string} name @param {() => Promise<boolean>} act */
    const tool = (name, act) => {
      const button = make("button", {
        type: "button",
        "data-button": "plain",
        "data-action": name,
      });
      button.textContent = manner.say(`staff.${name}`);
      button.setAttribute("aria-label", manner.say(`staff.${name}.who`, { name: row.nickname }));
      button.addEventListener("click", () => void this.#after(act(), row.id));
      return button;
    };
    const tools = [tool("edit", () => changeStaff(manner, row))];
    // One's own password is changed with the old one, and nobody shuts himself out.
    if (self) return tools;
    tools.push(tool("password", () => resetPassword(manner, row)));
    tools.push(tool(disabled ? "enable" : "disable", () => this.#setStatus(row, disabled ? 0 : 1)));
    return tools;
  }

  /** @param {Staff} row @param {0 | 1} status */
  async #setStatus({ id, nickname }, status) {
    const { say, call } = this.manner;
    const question = {
      title: say("staff.disable.confirm", { name: nickname }),
      hint: say("staff.disable.hint"),
      yes: say("staff.disable"),
      no: say("admin.cancel"),
    };
    if (status === 1 && !(await confirmed(question))) return false;
    return this.#try(() => call("PUT", paths.staffStatus, { id, status }));
  }
}

/** @param {Manner} manner @returns {Promise<Section>} */
export async function staff(manner) {
  const list = new StaffList(manner);
  await list.load(1);
  return { element: list.element, edited: () => false };
}
