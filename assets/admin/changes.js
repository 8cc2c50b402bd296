// What the staff do to a conversation beside writing in it.

import { ApiError } from "../shared/api.js";
import { adminPaths as paths } from "../shared/protocol.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Setup } from "./desk-setup.js" */

/**
 * @typedef {object} Changes
 * @property {Call} ask
 * @property {(id: number) => void} changed
 * @property {Setup} setup
 */

/** @param {number} id @param {Changes} changes @param {() => Promise<unknown>} act */
async function change(id, { changed, setup }, act) {
  try {
    await act();
    changed(id);
  } catch (cause) {
    setup.onProblem(cause instanceof ApiError ? cause.message : "");
  }
}

/** Or unpins. @param {Conversation} conversation @param {Changes} changes */
export function pin({ id, adminPinned }, changes) {
  const body = { id, adminPinned: !adminPinned };
  return change(id, changes, () => changes.ask("PUT", paths.pinned, body));
}

/** @param {Conversation} conversation @param {Changes} changes */
export async function remove(conversation, changes) {
  if (!(await changes.setup.confirmRemoval(conversation))) return;
  const { id } = conversation;
  await change(id, changes, () => changes.ask("DELETE", paths.remove(id)));
}
