// Signing out, here or on all devices. Loaded when somebody does.

import { asApiError } from "../shared/api.js";
import { confirmed } from "./confirm.js";
import { adminPaths as paths } from "./paths.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Say } from "../shared/text.js" */

/**
 * @param {boolean} everywhere
 * @param {Call} call
 * @param {Say} say
 * @returns {Promise<boolean>} false when somebody thought better of it
 */
export async function signedOut(everywhere, call, say) {
  const question = {
    title: say("account.signOutAll.confirm"),
    hint: say("account.signOutAll.hint"),
    yes: say("account.signOutAll"),
    no: say("admin.cancel"),
  };
  if (everywhere && !(await confirmed(question))) return false;
  try {
    await call("POST", everywhere ? paths.logoutAll : paths.logout);
  } catch (cause) {
    // Without an answer one would believe to be signed out, and not be.
    if (!asApiError(cause).ended) throw cause;
  }
  return true;
}
