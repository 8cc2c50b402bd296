// <member-pane>: who the customer is, where he stands in the shop, the remark about him, and his cards. It asks for nothing:
// it is given what to show, and says what is wanted: "remark", "more", "card".

import { emit, find, make } from "../shared/dom.js";
import { addressOf } from "../shared/kinds.js";
import { showRelative } from "../shared/relative-time.js";
import { copyButton } from "./copy.js";
import { drawFace } from "./face.js";
import { icon } from "./icons.js";
import { CardList } from "./member-cards.js";
import { Remark } from "./remark.js";
import { parseAgent } from "./user-agent.js";
import { isLooking } from "./whereabouts.js";

/** @import { Say } from "../shared/text.js" */
/** @import { NoteState } from "./remarks.js" */

/**
 * @typedef {object} Visit
 * @property {string | null} pageUrl
 * @property {string | null} pageTitle
 * @property {string | null} referrer
 * @property {string | null} browser
 * @property {string | null} language
 * @property {object | null} card the product he looks at
 * @property {number} updateTime
 */

/**
 * @typedef {object} Member
 * @property {number} id
 * @property {string | null} nickname
 * @property {string | null} avatar
 * @property {string | null} mobile
 * @property {string | null} email
 * @property {string | null} levelName
 * @property {string | null} externalId
 * @property {boolean} verified
 * @property {string | null} mark
 * @property {number} createTime
 * @property {number | null} loginDate
 * @property {Visit | null} visit
 */

const FULL_DATE = /** @type {const} */ ({ dateStyle: "long", timeStyle: "short" });

/** @param {string} url @param {string} text @param {string} host */
function link(url, text, host) {
  const attributes = { href: url, target: "_blank", rel: "noopener noreferrer nofollow" };
  return make("a", attributes, make("span", { dir: "auto" }, text), make("small", {}, host));
}

export class MemberPane extends HTMLElement {
  /** @type {Say} */
  #say = (key) => key;
  #language = "en";
  /** @type {Remark | null} */
  #remark = null;
  /** @type {Member | null} */
  #shown = null;

  /** @param {Say} say @param {string} language */
  speak(say, language) {
    this.#say = say;
    this.#language = language;
    const remark = find(this, "[data-part=remark]", HTMLElement);
    this.#remark = new Remark(remark, say, (detail) => emit(this, "remark", detail));
    /** @param {string} name */
    const cards = (name) => {
      const box = find(this, `[data-part=${name}]`, HTMLElement);
      return new CardList(box, name, { say, locale: language, staff: true }, (event, detail) =>
        emit(this, event, detail),
      );
    };
    this.viewed = cards("viewed");
    this.orders = cards("orders");
  }

  /** Nobody yet, or nobody any more. */
  clear() {
    this.#remark?.leave();
    this.#shown = null;
    this.dataset.state = "empty";
    delete this.#part("face").dataset.face;
    for (const part of ["face", "name", "page", "looking", "facts"]) {
      this.#part(part).replaceChildren();
    }
    this.viewed?.clear(0);
    this.orders?.clear(0);
  }

  /**
   * @param {Member} member
   * @param {{ text: string, theirs: string | null }} remark what is to stand there; see remarks.js
   */
  show(member, { text, theirs }) {
    if (this.#shown?.id !== member.id) this.scrollTo({ top: 0 });
    this.#shown = member;
    this.dataset.state = "here";
    this.#showPerson(member);
    this.#showNow(member);
    this.#showFacts(member);
    this.#remark?.show(member.id, member.mark ?? "", text, theirs);
  }

  /** @param {number} userId @param {NoteState} state */
  tellRemark(userId, state) {
    this.#remark?.tell(userId, state);
  }

  saveRemark() {
    this.#remark?.save();
  }

  /** @param {string} part */
  #part(part) {
    return find(this, `[data-part=${part}]`, HTMLElement);
  }

  /** @param {Member} member */
  #showPerson({ id, nickname, avatar, verified }) {
    const say = this.#say;
    drawFace(this.#part("face"), { id, name: nickname, avatar });
    this.#part("name").textContent = nickname || say("admin.visitor", { id });
    const standing = this.#part("standing");
    standing.dataset.verified = String(verified);
    const text = say(verified ? "member.verified" : "member.unverified");
    standing.replaceChildren(icon(verified ? "verified" : "person"), text);
    this.#part("standing-hint").textContent = say(
      verified ? "member.verified.hint" : "member.unverified.hint",
    );
  }

  /** @param {Member} member */
  #showNow(member) {
    const { visit } = member;
    const box = this.#part("now");
    const here = isLooking(member, Date.now());
    find(box, "h3 span", HTMLElement).textContent = this.#say(
      here ? "member.now" : "member.lastPage",
    );
    const address = addressOf(visit?.pageUrl);
    const inside = [];
    if (visit && address) {
      inside.push(link(address.href, visit.pageTitle || address.host, address.host));
    } else if (visit?.pageTitle) inside.push(make("p", { dir: "auto" }, visit.pageTitle));
    box.hidden = inside.length === 0 && !visit?.card;
    find(box, "[data-part=page]", HTMLElement).replaceChildren(...inside);
    const time = find(box, "time", HTMLTimeElement);
    if (visit) showRelative(time, visit.updateTime, this.#language);
    this.looking?.abort();
    this.looking = new AbortController();
    void this.#showCard(find(box, "[data-part=looking]", HTMLElement), visit, this.looking.signal);
  }

  /** @param {HTMLElement} box @param {Visit | null} visit @param {AbortSignal} signal */
  async #showCard(box, visit, signal) {
    const card = visit?.card ? await this.viewed?.draw(visit.card).catch(() => null) : null;
    if (!signal.aborted) box.replaceChildren(...(card ? [card] : []));
  }

  /** @param {Member} member */
  #showFacts({ mobile, email, levelName, externalId, createTime, loginDate, visit }) {
    const agent = parseAgent(visit?.browser ?? "");
    const from = addressOf(visit?.referrer);
    this.#part("facts").replaceChildren(
      ...this.#copied("member.phone", mobile),
      ...this.#copied("member.email", email),
      ...this.#fact("member.level", levelName),
      ...this.#copied("member.shopId", externalId),
      // The shop may have told of him long before he came.
      ...this.#time(externalId ? "member.known" : "member.firstSeen", createTime),
      ...this.#time("member.lastSeen", loginDate),
      ...this.#fact("member.from", from ? link(from.href, from.host, "") : visit?.referrer),
      ...this.#fact("member.browser", this.#called(agent.browser) || visit?.browser),
      ...this.#fact("member.system", this.#called(agent.system)),
      ...this.#fact("member.language", this.#languageName(visit?.language)),
    );
  }

  /** @param {{ name: string, version: string } | null} found */
  #called(found) {
    if (!found) return "";
    const key = `agent.${found.name}`;
    const name = this.#say(key);
    return `${name === key ? found.name : name} ${found.version}`.trim();
  }

  /** @param {string | null | undefined} tag */
  #languageName(tag) {
    if (!tag) return null;
    try {
      return new Intl.DisplayNames(this.#language, { type: "language" }).of(tag) ?? tag;
    } catch {
      return tag;
    }
  }

  /** @param {string} key @param {string | Node | null | undefined} value */
  #fact(key, value) {
    if (!value) return [];
    return [
      make(
        "div",
        {},
        make("dt", {}, this.#say(key)),
        make("dd", {}, make("span", { dir: "auto" }, value)),
      ),
    ];
  }

  /** @param {string} key @param {string | null} value */
  #copied(key, value) {
    const lines = this.#fact(key, value);
    const label = this.#say("copy.what", { what: this.#say(key) });
    for (const line of lines) {
      line.lastElementChild?.append(copyButton(() => value ?? "", label, this.#say));
    }
    return lines;
  }

  /** @param {string} key @param {number | null} time */
  #time(key, time) {
    if (time === null) return [];
    const shown = make("time");
    showRelative(shown, time, this.#language);
    shown.title = new Intl.DateTimeFormat(this.#language, FULL_DATE).format(time);
    return this.#fact(key, shown);
  }
}

customElements.define("member-pane", MemberPane);
