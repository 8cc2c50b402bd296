// Who the customer is: a visitor whose token is kept, made at the first send and never twice. Pure: store and maker are given.

/** @import { Store } from "../shared/store.js" */

const KEY = "token";

export class Session {
  /** @param {Store} store @param {() => Promise<string>} makeVisitor */
  constructor(store, makeVisitor) {
    this.store = store;
    this.makeVisitor = makeVisitor;
  }

  get token() {
    return this.store.get(KEY);
  }

  /** @returns {Promise<string>} */
  async ensure() {
    return this.token ?? this.store.once(KEY, this.makeVisitor);
  }

  /** Only the token that has died goes: another tab may have a new one. @param {string} token */
  drop(token) {
    if (this.token === token) this.store.set(KEY, null);
  }

  /** Another tab made or dropped the visitor. @param {() => void} listener */
  watch(listener) {
    this.store.watch((key) => {
      if (key === KEY) listener();
    });
  }
}
