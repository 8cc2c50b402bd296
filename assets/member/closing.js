// The ways to close a framed chat: its button, Escape, and the way back on Android, which is told to the page with the focus.

import { find } from "../shared/dom.js";

/** @import { Bridge } from "../shared/bridge.js" */

/** Gives what is to be told whether the chat is open. @param {Bridge} widget @returns {(open: boolean) => void} */
export function letClose(widget) {
  const close = () => widget.send({ kefu: "close" });
  const button = find(document, "[data-part=close]", HTMLButtonElement);
  button.hidden = false;
  button.addEventListener("click", close);
  addEventListener("keydown", ({ key, isComposing }) => {
    // What lies over the chat is closed first.
    const over = document.querySelector("dialog[open], body > [popover]");
    if (key === "Escape" && !isComposing && !over) close();
  });
  /** @type {InstanceType<NonNullable<Window["CloseWatcher"]>> | undefined} */
  let watcher;
  return (open) => {
    watcher?.destroy();
    watcher = open && window.CloseWatcher ? new window.CloseWatcher() : undefined;
    if (watcher) watcher.onclose = close;
  };
}
