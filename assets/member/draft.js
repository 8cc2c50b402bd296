// What is typed and not sent yet survives a reload, in the same store as all the rest, under its writer's name.

import { on } from "../shared/dom.js";

/** @import { MessageComposer } from "../shared/message-composer.js" */
/** @import { Store } from "../shared/store.js" */

const PAUSE_MS = 400;

/** @param {MessageComposer} composer @param {Store} store @param {() => string} owner who is writing */
export function keepDraft(composer, store, owner) {
  const key = () => `draft:${owner()}:text`;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const keep = () => {
    clearTimeout(timer);
    const { value } = composer;
    if (value !== (store.get(key()) ?? "")) store.set(key(), value || null);
  };
  composer.value = store.get(key()) ?? "";
  composer.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MS);
  });
  on(composer, "send", keep);
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", keep);
}
