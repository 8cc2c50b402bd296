// What the staff do to a conversation beside writing in it. Loaded with the first wish.

import { asApiError } from "../shared/api.js";
import { adminPaths as paths } from "./paths.js";
import { confirmedRemoval } from "./removal.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Conversation, Message } from "../shared/protocol.js" */
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
  const { id, lastMessageTime } = conversation;
  if (!(await confirmedRemoval(conversation, changes.setup.say))) return;
  await change(id, changes, async () => {
    /** @type {Message[]} newest first */
    const page = await changes.ask("GET", paths.messages(id));
    // What was written while one was asked was not seen, and is not hidden.
    const seen = page.find(({ createTime }) => createTime <= lastMessageTime);
    await changes.ask("DELETE", paths.remove(id, seen?.id ?? 0));
  });
}
