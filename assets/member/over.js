// Whoever signed out at the shop is signed out here: the widget keeps the tokens of sessions that are to end until that is done.

import { asApiError } from "../shared/api.js";
import { memberPaths as paths } from "./paths.js";

/** @import { ApiError, Call } from "../shared/api.js" */
/** @import { Store } from "../shared/store.js" */

const OVER = "over";

/** @param {string} token */
export const bearing = (token) => ({ Authorization: `Bearer ${token}` });

/** Whether the server itself said that a token is dead: a hotel's network or a proxy says 401 too. @param {unknown} cause */
export function isDenied(cause) {
  const { status, ours } = /** @type {ApiError & { ours?: boolean }} */ (asApiError(cause));
  return status === 401 && ours !== false;
}

/** @param {Store} store @param {Call} call */
export async function endOver(store, call) {
  const kept = store.get(OVER);
  const over = (kept ?? "").split(" ").filter(Boolean);
  const asked = over.map(async (token) => {
    try {
      await call("POST", paths.logout, undefined, bearing(token));
    } catch (cause) {
      return !asApiError(cause).final && !isDenied(cause);
    }
    return false;
  });
  const failed = (await Promise.all(asked)).some(Boolean);
  if (over.length > 0 && !failed && store.get(OVER) === kept) store.set(OVER, null);
}
