// The end of a session: whoever looks at the screen next, or goes back, finds nothing of it.

import { deskView, list, pane, part, settingsView } from "./parts.js";

/** @import { Say } from "../shared/text.js" */

/** Dialogs, menus and panels stand above the page, and would stand above the next one. */
export function closeAll() {
  for (const open of document.querySelectorAll("dialog[open], [popover]:popover-open")) {
    if (open instanceof HTMLDialogElement) open.close();
    else if (open instanceof HTMLElement) open.hidePopover();
  }
}

/** @param {Say} say */
export function clearPage(say) {
  deskView.hidden = true;
  settingsView.hidden = true;
  pane.clear();
  list.clear();
  list.wait("");
  list.show([], { complete: true, loaded: false });
  part("[data-part=open] h2").textContent = "";
  part("[data-part=account-menu] strong").textContent = "";
  part("[data-part=account-menu] small").textContent = "";
  document.title = say("admin.title");
}
