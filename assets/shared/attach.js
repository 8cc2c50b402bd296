// Makes a page's uploads: loaded when the first file is sent.

import { upload } from "./upload.js";
import { Uploads } from "./uploads.js";

/** @import { Setup } from "./uploads.js" */

/**
 * @param {Omit<Setup, "send">} setup
 * @param {string} path
 * @param {() => Promise<Record<string, string>>} headers asked for at every file
 */
export function makeUploads(setup, path, headers) {
  return new Uploads({
    ...setup,
    send: async (blob, how) => upload(path, blob, { ...how, headers: await headers() }),
  });
}
