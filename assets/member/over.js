// Whoever signed out at the shop is signed out here: the widget keeps the tokens of sessions that are to end until that is
// done. Loaded when there is one.

import { asApiError } from "../shared/api.js";
import { memberPaths as paths } from "./paths.js";
import { bearing } from "./proven.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Store } from "../shared/store.js" */

const OVER = "over";

/** @param {Store} store @param {Call} call */
export async function endOver(store, call) {
  const kept = store.get(OVER);
  const over = (kept ?? "").split(" ").filter(Boolean);
  const asked = over.map(async (token) => {
    try {
      await call("POST", paths.logout, undefined, bearing(token));
    } catch (cause) {
      const { final, ended } = asApiError(cause);
      return !final && !ended;
    }
    return false;
  });
  const failed = (await Promise.all(asked)).some(Boolean);
  if (over.length > 0 && !failed && store.get(OVER) === kept) store.set(OVER, null);
}
