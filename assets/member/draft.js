// What is typed and not sent yet survives a reload, in the same store as all the rest.

import { on } from "../shared/dom.js";

/** @import { MessageComposer } from "../shared/message-composer.js" */
/** @import { Store } from "../shared/store.js" */

const KEY = "draft";
const PAUSE_MS = 400;

/** @param {MessageComposer} composer @param {Store} store */
export function keepDraft(composer, store) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const keep = () => {
    clearTimeout(timer);
    const { value } = composer;
    if (value !== (store.get(KEY) ?? "")) store.set(KEY, value || null);
  };
  composer.value = store.get(KEY) ?? "";
  composer.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MS);
  });
  on(composer, "send", keep);
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", keep);
}
