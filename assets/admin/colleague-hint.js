// Says above the composer that a colleague has answered, while one is still writing: so that a customer is not answered twice.

import { clock, day, startOfDay } from "../shared/days.js";
import { find } from "../shared/dom.js";
import { AUTHOR } from "../shared/protocol.js";
import { summary } from "./summary.js";

/** @import { Message } from "../shared/protocol.js" */
/** @import { Say } from "../shared/text.js" */

const QUOTED_LENGTH_MAX = 120;

/** The hour, and the day where it is another: it may stand there for long. @param {number} time @param {string} language */
function timeOf(time, language) {
  const now = Date.now();
  const hour = clock(time, language);
  return startOfDay(time) === startOfDay(now) ? hour : `${day(time, now, language)} ${hour}`;
}

export class ColleagueHint {
  /** It was read. */
  onDismiss = () => {};

  /** @param {HTMLElement} box @param {number} userId who is signed in @param {Say} say @param {string} language */
  constructor(box, userId, say, language) {
    this.box = box;
    this.userId = userId;
    this.say = say;
    this.language = language;
    this.text = find(box, "[role=status]", HTMLElement);
    find(box, "button", HTMLButtonElement).onclick = () => {
      this.hide();
      this.onDismiss();
      // The focus was on a button that is gone.
      const field = box.closest("message-composer")?.querySelector("textarea");
      field?.focus();
    };
  }

  get shown() {
    return "shown" in this.box.dataset;
  }

  /** The newest of them that a colleague wrote is told. @param {readonly Message[]} messages not on the screen before */
  tell(messages) {
    const answers = messages.filter((one) => {
      return one.senderType === AUTHOR.admin && one.senderId !== this.userId;
    });
    const last = answers.sort((a, b) => a.id - b.id).at(-1);
    if (!last) return;
    const name = last.senderNickname || this.say("colleague.unnamed");
    const line = summary(last.contentType, last.content, this.say).replace(/\s+/g, " ");
    const letters = [...line];
    const long = letters.length > QUOTED_LENGTH_MAX;
    const text = long ? `${letters.slice(0, QUOTED_LENGTH_MAX).join("")}…` : line;
    const time = timeOf(last.createTime, this.language);
    this.text.textContent = this.say("colleague.answered", { name, time, text });
    this.box.dataset.shown = "";
  }

  hide() {
    this.text.textContent = "";
    delete this.box.dataset.shown;
  }
}
