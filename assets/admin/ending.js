// The end of a session: whoever looks at the screen next, or goes back, finds nothing of it.

/** Dialogs, menus and panels stand above the page, and would stand above the next one. */
export function closeAll() {
  for (const open of document.querySelectorAll("dialog[open], [popover]:popover-open")) {
    if (open instanceof HTMLDialogElement) open.close();
    else if (open instanceof HTMLElement) open.hidePopover();
  }
}
