// Asks axe whether everybody can use what is on the screen: WCAG 2.2, A and AA, and what is good practice besides.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const AXE = new URL("../node_modules/axe-core/axe.min.js", import.meta.url);
const source = readFileSync(AXE, "utf8");
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const BEST = [...LEVELS, "best-practice"];

/** Runs beside the page, after everything has stopped moving; the page's policy does not stop it, since it is not the page's script. */
async function examine(page, levels) {
  const client = await page.context().newCDPSession(page);
  const { result: known } = await client.send("Runtime.evaluate", { expression: "typeof axe" });
  if (known.value !== "object") await client.send("Runtime.evaluate", { expression: source });
  const expression = `Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))
    .then(() => axe.run(document, { runOnly: ${JSON.stringify(levels)}, resultTypes: ["violations"] }))
    .then(({ violations }) => JSON.stringify(violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => id + " " + target + " " + failureSummary))))`;
  const { result } = await client.send("Runtime.evaluate", { expression, awaitPromise: true });
  await client.detach();
  return JSON.parse(result.value ?? `["axe did not run: ${result.description}"]`);
}

/** What keeps somebody out, as a list of sentences; on our own whole pages, what is only not good as well. */
export function faultsOf(page) {
  return examine(page, BEST);
}

export async function untilAccessible(page, state) {
  assert.deepEqual(await examine(page, LEVELS), [], state);
}
