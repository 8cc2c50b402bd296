// Fetches what the member pane shows, and carries out what it wishes. Whatever comes late about another customer is dropped.

import { coalesce, persist } from "../shared/coalesce.js";
import { on } from "../shared/dom.js";
import { adminPaths as paths } from "./paths.js";
import { Remarks } from "./remarks.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Conversation } from "../shared/protocol.js" */
/** @import { CardList } from "./member-cards.js" */
/** @import { Store } from "../shared/store.js" */
/** @import { MemberPane } from "./member-pane.js" */
/** @import { RemarkWish } from "./remark.js" */
/** @import { NoteState } from "./remarks.js" */

/** A customer who leaves says nothing: who is looked at is asked about again. */
const LOOK_MS = 60_000;

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
   * @param {Call} setup.callOnParting the same, and it outlives the page
   * @param {Store} setup.store
   * @param {(contentType: number, card: object, userId: number) => void} setup.onSend
   * @param {(message: string) => void} setup.onProblem
   */
  constructor({ pane, call, callOnParting, store, onSend, onProblem }) {
    this.pane = pane;
    this.call = call;
    this.onProblem = onProblem;
    this.refetch = coalesce(() => this.#fetch());
    this.remarks = new Remarks({
      store,
      send: (id, { text, was }) =>
        callOnParting("PUT", paths.changeMember, { id, mark: text || null, was: was || null }),
      onState: (...told) => this.#onRemark(...told),
    });
    on(pane, "remark", (wish) => this.#note(wish));
    on(pane, "more", ({ name, pageNo }) => void this.#page(name, pageNo));
    on(pane, "card", ({ contentType, card, userId }) => onSend(contentType, card, userId));
    addEventListener("pagehide", () => pane.saveRemark());
    setInterval(() => {
      if (document.visibilityState === "visible") void persist(this.refetch);
    }, LOOK_MS);
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

  /** Something about a member has changed. @param {number | null} [userId] without: anything may have, one was away */
  refresh(userId) {
    if (userId === undefined) this.remarks.wake();
    if (this.#userId === null || (userId ?? this.#userId) !== this.#userId) return;
    void persist(this.refetch);
    void this.#page("viewed", 1);
    void this.#page("orders", 1);
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
    this.pane.show(member, this.remarks.meet(userId, member.mark ?? ""));
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
      if (userId === this.#userId) cards.failed(pageNo);
    }
  }

  /** @param {RemarkWish} wish */
  #note({ act, userId, text, was }) {
    const { remarks } = this;
    if (act === "write") return remarks.write(userId, text, was);
    if (act === "save") return remarks.save(userId);
    if (act === "mine") remarks.insist(userId, text);
    else remarks.forget(userId);
    return void persist(this.refetch);
  }

  /** @param {number} userId @param {NoteState} state @param {string} message */
  #onRemark(userId, state, message) {
    this.pane.tellRemark(userId, state);
    // What the colleague wrote is shown beside it.
    if (state === "changed" && userId === this.#userId) void persist(this.refetch);
    else if (message) this.onProblem(message);
  }
}
