// Fetches what the member pane shows, and carries out what it wishes. Whatever comes late about another customer is dropped.

import { ApiError } from "../shared/api.js";
import { coalesce, persist } from "../shared/coalesce.js";
import { on } from "../shared/dom.js";
import { adminPaths as paths } from "../shared/protocol.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Conversation } from "../shared/protocol.js" */
/** @import { CardList } from "./member-cards.js" */
/** @import { MemberPane } from "./member-pane.js" */

/** What of the list's row changes when the shop has said who somebody is. @param {Conversation} row */
const identityOf = ({ verified, userNickname, userAvatar }) =>
  JSON.stringify([verified, userNickname, userAvatar]);

export class MemberDetails {
  /** @type {number | null} */
  #userId = null;
  #identity = "";

  /**
   * @param {object} setup
   * @param {MemberPane} setup.pane
   * @param {Call} setup.call
   * @param {(contentType: number, card: object, userId: number) => void} setup.onSend
   * @param {(message: string) => void} setup.onProblem
   */
  constructor({ pane, call, onSend, onProblem }) {
    this.pane = pane;
    this.call = call;
    this.onProblem = onProblem;
    this.refetch = coalesce(() => this.#fetch());
    on(pane, "remark", (change) => void this.#save(change));
    on(pane, "more", ({ name, pageNo }) => void this.#page(name, pageNo));
    on(pane, "card", ({ contentType, card, userId }) => onSend(contentType, card, userId));
  }

  /** The conversation that is open now, in its newest words. @param {Conversation | null} row */
  follow(row) {
    const identity = row ? identityOf(row) : "";
    const same = row?.userId === this.#userId;
    if (same && identity === this.#identity) return;
    this.#identity = identity;
    if (!same) this.#open(row?.userId ?? null);
    else this.refresh(this.#userId);
  }

  /** @param {number | null} userId */
  #open(userId) {
    this.#userId = userId;
    this.pane.clear();
    if (userId === null) return;
    this.pane.viewed?.clear(userId);
    this.pane.orders?.clear(userId);
    void persist(this.refetch);
    void this.#page("viewed", 1);
    void this.#page("orders", 1);
  }

  /** Something about a member has changed. @param {number | null} userId null: anything may have */
  refresh(userId = this.#userId) {
    if (this.#userId === null || userId !== this.#userId) return;
    void persist(this.refetch);
    void this.#page("viewed", 1);
  }

  /** Other pictures may be shown now. */
  redraw() {
    this.pane.viewed?.redraw();
    this.pane.orders?.redraw();
    void persist(this.refetch);
  }

  async #fetch() {
    const userId = this.#userId;
    if (userId === null) return;
    const member = await this.call("GET", paths.member(userId));
    if (userId !== this.#userId || !member) return;
    this.pane.show(member);
  }

  /** @param {"viewed" | "orders"} name @param {number} pageNo */
  async #page(name, pageNo) {
    const userId = this.#userId;
    /** @type {CardList | undefined} */
    const cards = this.pane[name];
    if (userId === null || !cards) return;
    try {
      const page = await this.call("GET", paths[name](userId, pageNo, cards.pageSize));
      if (userId === this.#userId) await cards.add(page, pageNo === 1);
    } catch {
      if (userId === this.#userId) cards.failed();
    }
  }

  /** @param {{ userId: number, mark: string }} change */
  async #save({ userId, mark }) {
    try {
      await this.call("PUT", paths.changeMember, { id: userId, mark: mark || null });
      this.pane.remarkSaved(userId, true);
    } catch (cause) {
      this.pane.remarkSaved(userId, false);
      this.onProblem(cause instanceof ApiError ? cause.message : "");
    }
  }
}
