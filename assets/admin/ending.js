// The end of a session: whoever looks at the screen next, or goes back, finds nothing of it.

import { find } from "../shared/dom.js";

/** @import { MessageList } from "../shared/message-list.js" */
/** @import { MemberPane } from "./member-pane.js" */

/** Dialogs, menus and panels stand above the page, and would stand above the next one. */
export function closeAll() {
  for (const open of document.querySelectorAll("dialog[open], [popover]:popover-open")) {
    if (open instanceof HTMLDialogElement) open.close();
    else if (open instanceof HTMLElement) open.hidePopover();
  }
}

/** Of customers and of whoever was signed in nothing stays, be it seen or not. @param {MemberPane} pane @param {MessageList} list */
export function clearDesk(pane, list) {
  for (const view of ["desk", "settings"]) {
    find(document, `[data-view=${view}]`, HTMLElement).hidden = true;
  }
  pane.clear();
  list.clear();
  list.wait("");
  list.show([], { complete: true, loaded: false });
  const said = [
    "[data-part=open] h2",
    "[data-part=total]",
    "[data-part=account-menu] [data-part=me] *",
  ];
  for (const element of document.querySelectorAll(said.join())) element.textContent = "";
}
