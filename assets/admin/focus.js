// Where the focus goes when another place is shown: where the eye goes, and never nowhere.

/** @import { MessageComposer } from "../shared/message-composer.js" */
/** @import { Place } from "./address.js" */
/** @import { ConversationFinder } from "./conversation-finder.js" */
/** @import { ConversationList } from "./conversation-list.js" */

/**
 * At the desk.
 * @param {Place} before
 * @param {Place} here
 * @param {{ composer: MessageComposer, rows: ConversationList, finder: ConversationFinder, account: HTMLElement }} parts
 */
export function placeFocus(before, here, { composer, rows, finder, account }) {
  const another = here.conversation !== before.conversation;
  if (here.conversation !== null) {
    // A phone would show its keyboard over what is to be read first.
    const fine = matchMedia("(pointer: fine)").matches;
    if (another && fine && !here.member) composer.focus();
    return;
  }
  if (before.settings !== null) return account.focus();
  if (before.conversation === null || !isLost()) return;
  if (finder.active) finder.focusOn(before.conversation);
  else rows.focusOn(before.conversation);
}

/** Is the focus on something that is not seen any more? */
export function isLost() {
  const { activeElement } = document;
  return activeElement === document.body || activeElement?.getClientRects().length === 0;
}
