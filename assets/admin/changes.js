// What the staff do to a conversation beside writing in it. Loaded with the first wish.

import { asApiError } from "../shared/api.js";
import { adminPaths as paths } from "../shared/protocol.js";
import { confirmedRemoval } from "./removal.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Setup } from "./desk-setup.js" */

/**
 * @typedef {object} Changes
 * @property {Call} ask
 * @property {(id: number) => void} changed
 * @property {Setup} setup
 */

const CONFLICT = 409;

/** @param {number} id @param {Changes} changes @param {() => Promise<unknown>} act */
async function change(id, { changed, setup }, act) {
  try {
    await act();
    changed(id);
  } catch (cause) {
    const { status, message } = asApiError(cause);
    const crossed = status === CONFLICT;
    if (crossed) changed(id);
    setup.onProblem(crossed ? setup.say("admin.delete.crossed") : message);
  }
}

/** Or unpins. @param {Conversation} conversation @param {Changes} changes */
export function pin({ id, adminPinned }, changes) {
  const body = { id, adminPinned: !adminPinned };
  return change(id, changes, () => changes.ask("PUT", paths.pinned, body));
}

/** @param {Conversation} conversation @param {Changes} changes */
export async function remove(conversation, changes) {
  const { id } = conversation;
  // What is written while one is asked was not seen, and is not hidden.
  const newest = changes.ask("GET", paths.messages(id)).catch(() => []);
  if (!(await confirmedRemoval(conversation, changes.setup.say))) return;
  const lastId = (await newest)[0]?.id;
  await change(id, changes, () => changes.ask("DELETE", paths.remove(id, lastId)));
}
