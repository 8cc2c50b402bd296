// The round face of a person: his picture where it may be shown, else the first letter of his name on a hue of his own.

import { smallPicture } from "../shared/pictures.js";
import { icon } from "./icons.js";

/** A steady hue for each person, so that faces are told apart at a glance. @param {number} id */
export function hueOf(id) {
  return (id * 137) % 360;
}

/**
 * @param {HTMLElement} box
 * @param {{ id: number, name: string | null, avatar: string | null }} person
 */
export function drawFace(box, { id, name, avatar }) {
  // Of any other host there is none: it would hear who looks at whom, and when.
  const source = smallPicture(avatar);
  const key = JSON.stringify([id, name, source]);
  if (box.dataset.face === key) return;
  box.dataset.face = key;
  box.style.setProperty("--hue", String(hueOf(id)));
  const letter = [...(name?.trim() ?? "")][0] ?? icon("person");
  box.replaceChildren(letter);
  if (!source) return;
  const image = new Image();
  image.alt = "";
  image.addEventListener("load", () => {
    if (box.dataset.face === key) box.replaceChildren(image);
  });
  image.src = source;
}
