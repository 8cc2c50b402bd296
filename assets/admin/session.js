// Who is signed in here.

import { asApiError } from "../shared/api.js";
import { backoff } from "../shared/backoff.js";
import { adminPaths as paths } from "./paths.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Me } from "./account.js" */

/** Asks until there is an answer. @param {Call} call @returns {Promise<Me | null>} null when nobody is */
export async function whoAmI(call) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { user, roles } = await call("GET", paths.whoAmI);
      return { ...user, owner: roles.includes("owner") };
    } catch (cause) {
      const { status, retryMs } = asApiError(cause);
      if (status === 401) return null;
      const ms = backoff(attempt, retryMs);
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
}
