// A picture of a person or of the shop: chosen, made small, sent up, and shown as it will be seen.

import { asApiError } from "../../shared/api.js";
import { make } from "../../shared/dom.js";
import { icon } from "../../shared/icons.js";
import { ownPath } from "../../shared/pictures.js";
import { look } from "../../shared/shrink.js";
import { upload } from "../../shared/upload.js";
import { drawFace } from "../face.js";
import { paths } from "./paths.js";

/** @import { Say } from "../../shared/text.js" */
/** @import { Control } from "./fields.js" */

/** Large enough for a sharp face on any screen. */
const SIDE = 512;
const QUALITY = 0.9;

/** The middle of a picture, as a square. @param {File} file @returns {Promise<Blob | null>} null: not a picture */
async function square(file) {
  const size = await look(file);
  if (!size) return null;
  const side = Math.min(size.width, size.height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.min(side, SIDE);
  const context = canvas.getContext("2d");
  const bitmap = await createImageBitmap(file);
  if (!context) return null;
  context.imageSmoothingQuality = "high";
  const [left, top] = [(size.width - side) / 2, (size.height - side) / 2];
  context.drawImage(bitmap, left, top, side, side, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  // A logo on nothing stays on nothing.
  const type = file.type === "image/jpeg" ? "image/jpeg" : "image/png";
  return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}

/**
 * @param {Say} say
 * @param {string} language
 * @param {() => { id: number, name: string | null } | null} person whose letter stands where there is no picture; null: the shop
 * @param {(text: string) => void} complain
 * @returns {Control}
 */
export function avatarControl(say, language, person, complain) {
  const face = make("span", { "data-part": "face", "data-face": "", "aria-hidden": "true" });
  const input = make("input", { type: "file", accept: "image/*", hidden: "" });
  const choose = make(
    "button",
    { type: "button", "data-button": "plain" },
    say("set.avatar.choose"),
  );
  const remove = make(
    "button",
    { type: "button", "data-button": "plain" },
    say("set.avatar.remove"),
  );
  const element = make("div", { "data-part": "avatar-field" }, face, choose, remove, input);
  /** @type {string | null} */
  let url = null;
  const draw = () => {
    const { id, name } = person() ?? { id: 0, name: null };
    drawFace(face, { id, name, avatar: url });
    face.toggleAttribute("data-shop", url === null && person() === null);
    if (face.hasAttribute("data-shop")) face.replaceChildren(icon("shop"));
    remove.hidden = url === null;
  };
  /** @param {string | null} value */
  const change = (value) => {
    url = value;
    draw();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  /** @param {File} file */
  const send = async (file) => {
    const blob = await square(file).catch(() => null);
    if (!blob) return complain(say("set.avatar.noPicture"));
    const how = {
      name: "avatar",
      headers: { "Accept-Language": language },
      onProgress: () => {},
      signal: new AbortController().signal,
    };
    element.dataset.state = "sending";
    choose.disabled = true;
    try {
      change(ownPath(await upload(paths.upload, blob, how)));
    } catch (cause) {
      complain(asApiError(cause).message || say("upload.failed"));
    } finally {
      element.dataset.state = "";
      choose.disabled = false;
    }
  };
  choose.addEventListener("click", () => input.click());
  remove.addEventListener("click", () => {
    change(null);
    choose.focus();
  });
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    input.value = "";
    if (file) void send(file);
  });
  draw();
  return {
    element,
    focus: choose,
    read: () => url,
    write: (value) => {
      url = value ?? null;
      draw();
    },
  };
}
