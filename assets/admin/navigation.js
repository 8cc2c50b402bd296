// Where one is on the page and how one gets elsewhere: by links and buttons, by back and forward, by reload.

import { hashOf, place, placeOf } from "./address.js";

/** @import { Place } from "./address.js" */

export class Navigation {
  /** What the page shows now; the address may be ahead of it. */
  here = place();
  /** What it showed last. */
  before = place();
  /** Where one goes back to from the settings. */
  lastAtDesk = place();
  /** A step back from here is on its way. @type {Place | null} */
  #dropped = null;

  /**
   * @param {object} setup
   * @param {() => boolean} setup.edited is anything written that is not saved?
   * @param {() => Promise<boolean>} setup.mayLeave asks about it
   * @param {() => void} setup.show what `here` says
   */
  constructor({ edited, mayLeave, show }) {
    this.edited = edited;
    this.mayLeave = mayLeave;
    this.show = show;
  }

  start() {
    addEventListener("popstate", () => void this.#onPopState());
  }

  follow() {
    this.before = this.here;
    this.here = placeOf(location.hash);
    if (this.here.settings === null) this.lastAtDesk = this.here;
    this.show();
  }

  /** @param {Place} where */
  async go(where) {
    const hash = hashOf(where);
    if (hash === hashOf(this.here) || !(await this.mayLeave())) return;
    // Asked for twice before it was answered.
    if (hash === hashOf(this.here)) return;
    history.pushState({ from: hashOf(this.here) }, "", this.#address(hash));
    this.follow();
  }

  /** To where one came from, if it was there: then it is a step back, and not one on. @param {Place} where */
  async leave(where) {
    if (history.state?.from !== hashOf(where)) return this.go(where);
    if (await this.mayLeave()) history.back();
    return undefined;
  }

  /** What is shown is not there any more: nothing leads back to it. @param {Place} where */
  drop(where) {
    if (this.#dropped === this.here) return;
    this.#dropped = this.here;
    if (history.state?.from === hashOf(where)) history.back();
    else this.replace(where);
  }

  /** The session is over: whoever comes next begins at the beginning. */
  forget() {
    history.replaceState(null, "", this.#address(""));
  }

  /** The same place under another address. @param {Place} where */
  replace(where) {
    history.replaceState(history.state, "", this.#address(hashOf(where)));
    this.follow();
  }

  /** The browser went to another address by itself: if one is not to leave, it is put right again. */
  async #onPopState() {
    const next = hashOf(placeOf(location.hash));
    const before = hashOf(this.here);
    if (next === before) return;
    if (this.edited()) {
      history.pushState(history.state, "", this.#address(before));
      if (!(await this.mayLeave())) return;
      history.replaceState(null, "", this.#address(next));
    }
    this.follow();
  }

  /** @param {string} hash */
  #address(hash) {
    return hash === "" ? location.pathname + location.search : hash;
  }
}
