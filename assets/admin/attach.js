// Files that the staff send. Loaded with the first of them.

import { makeUploads } from "../shared/attach.js";
import { adminPaths as paths } from "./paths.js";

/** @import { Outbox } from "../shared/outbox.js" */
/** @import { Setup } from "./desk-setup.js" */

/** @param {Setup} setup @param {Outbox} outbox @param {() => void} onEnded the session is over */
export function attach({ store, user, say, language, bytesMax }, outbox, onEnded) {
  const owner = `admin-${user.id}`;
  const headers = async () => ({ "Accept-Language": language });
  const more = { store, owner, outbox, say, locale: language, bytesMax };
  return makeUploads(more, paths.upload, headers, onEnded);
}
