// A picture in full size over the page. Esc, a click beside it or the button closes it, and the focus returns by itself.

import { loadStyle, make } from "./dom.js";
import { icon } from "./kind-icons.js";

/** @import { Say } from "./text.js" */

await loadStyle(new URL("sheets.css", import.meta.url).href);

/** @param {string} path of a picture of ours @param {Say} say @returns {Promise<void>} when it is closed */
export function openViewer(path, say) {
  const dialog = make("dialog", { "data-part": "viewer" });
  dialog.setAttribute("aria-label", say("kind.image"));
  const image = make("img", { alt: say("kind.image") });
  const close = make("button", { type: "button", "data-button": "icon" }, icon("close"));
  close.setAttribute("aria-label", say("viewer.close"));
  const save = make("a", { href: path, download: "", "data-button": "icon" }, icon("download"));
  save.setAttribute("aria-label", say("viewer.save"));
  image.addEventListener("load", () => image.removeAttribute("data-loading"));
  image.addEventListener("error", () => image.replaceWith(make("p", {}, say("picture.lost"))));
  image.dataset.loading = "";
  image.src = path;
  dialog.append(image, make("div", { "data-part": "viewer-tools" }, save, close));
  dialog.addEventListener("click", ({ target }) => {
    if (target === image || (target instanceof Element && target.closest("a"))) return;
    dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve();
    });
  });
}
