// Where nobody has written yet, the owner is told how the chat comes to the shop. It is help: nothing is lost without it.

import { part, rows } from "./parts.js";
import { adminPaths as paths } from "./paths.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Later } from "../shared/later.js" */

/** @typedef {Awaited<ReturnType<typeof import("./settings/settings.js").makeSettings>>} Settings */

/** @param {Call} call @param {Later<Settings>} settings */
export async function showNextSteps(call, settings) {
  const found = await call("GET", paths.conversationPage({ limit: 1 }));
  if (found.length > 0) return;
  await (await settings.get()).showNextSteps(part("[data-part=next]"), rows);
}
