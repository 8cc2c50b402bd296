// Signing out, here or everywhere.

import { asApiError } from "../shared/api.js";
import { adminPaths as paths } from "./paths.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Say } from "../shared/text.js" */

/**
 * Fails where there is no answer: one would believe to be signed out, and not be.
 * @param {Call} call
 * @param {Say} say
 * @param {boolean} everywhere asks first
 * @returns {Promise<boolean>} whether one is signed out
 */
export async function signOut(call, say, everywhere) {
  const question = {
    title: say("account.signOutAll.confirm"),
    hint: say("account.signOutAll.hint"),
    yes: say("account.signOutAll"),
    no: say("admin.cancel"),
  };
  if (everywhere && !(await (await import("./confirm.js")).confirmed(question))) return false;
  try {
    await call("POST", everywhere ? paths.logoutAll : paths.logout);
  } catch (cause) {
    // The session was over already.
    if (asApiError(cause).status !== 401) throw cause;
  }
  return true;
}
