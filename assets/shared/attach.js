// Makes a page's uploads: loaded when the first file is sent.

import { asApiError } from "./api.js";
import { upload } from "./upload.js";
import { Uploads } from "./uploads.js";

/** @import { Setup } from "./uploads.js" */

/**
 * @param {Omit<Setup, "send">} setup
 * @param {string} path
 * @param {() => Promise<Record<string, string>>} headers asked for at every file
 * @param {() => void} onEnded the session is over: there may be a new one for the second try
 */
export function makeUploads(setup, path, headers, onEnded) {
  /** @type {Setup["send"]} */
  const send = async (blob, how) => upload(path, blob, { ...how, headers: await headers() });
  return new Uploads({
    ...setup,
    send: (blob, how) =>
      send(blob, how).catch((cause) => {
        if (!asApiError(cause).ended) throw cause;
        onEnded();
        return send(blob, how);
      }),
  });
}
