// Sends one file up and says how far it is. fetch cannot tell: this is the one place that uses XMLHttpRequest.

import { ApiError, opened } from "./api.js";
import { inside } from "./content.js";

const TIMEOUT_MS = 10 * 60_000;

/** A page of a proxy, most likely about the size, gives null. @param {XMLHttpRequest} request */
function answer(request) {
  const url = opened(request.status, inside(request.responseText));
  if (typeof url !== "string") throw new ApiError(0, "");
  return url;
}

/**
 * @param {string} path
 * @param {Blob} blob
 * @param {object} setup
 * @param {string} setup.name
 * @param {Record<string, string>} setup.headers
 * @param {(part: number) => void} setup.onProgress
 * @param {AbortSignal} setup.signal
 * @returns {Promise<string>} the file's URL
 */
export function upload(path, blob, { name, headers, onProgress, signal }) {
  const form = new FormData();
  form.append("file", blob, name);
  const request = new XMLHttpRequest();
  request.open("POST", path);
  request.timeout = TIMEOUT_MS;
  for (const [key, value] of Object.entries(headers)) request.setRequestHeader(key, value);
  return new Promise((resolve, reject) => {
    const lost = () => reject(new ApiError(0, ""));
    for (const event of ["error", "timeout", "abort"]) request.addEventListener(event, lost);
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      onProgress(total > 0 ? loaded / total : 0),
    );
    request.addEventListener("load", () => {
      try {
        resolve(answer(request));
      } catch (cause) {
        reject(cause);
      }
    });
    signal.addEventListener("abort", () => request.abort());
    if (signal.aborted) lost();
    else request.send(form);
  });
}
