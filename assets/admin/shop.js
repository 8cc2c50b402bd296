// What the desk goes by of the shop's settings: the pictures that may be loaded, and how large a file may be.

import { allowPictures } from "../shared/pictures.js";
import { FILE_BYTES_MAX } from "../shared/protocol.js";
import { adminPaths } from "./paths.js";

/** @import { Call } from "../shared/api.js" */

export class Shop {
  /** @type {string | null} */
  name = null;
  bytesMax = FILE_BYTES_MAX;
  #known = "";

  /** @param {Call} call @param {() => void} onChange */
  constructor(call, onChange) {
    this.call = call;
    this.onChange = onChange;
  }

  /** Nobody waits for it: without an answer, what is known holds. */
  async refresh() {
    try {
      const { name, pictureOrigins, uploadBytesMax } = await this.call("GET", adminPaths.shop);
      const known = JSON.stringify([name, pictureOrigins, uploadBytesMax]);
      // What is on the screen is not drawn anew for nothing.
      if (known === this.#known) return;
      this.#known = known;
      this.name = name;
      this.bytesMax = uploadBytesMax;
      allowPictures(pictureOrigins);
      this.onChange();
    } catch {
      // Asked again when the line is back.
    }
  }
}
