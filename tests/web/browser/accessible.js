// Asks axe whether everybody can use what is on the screen: WCAG 2.2, A and AA, and what is good practice besides.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const AXE = new URL("../node_modules/axe-core/axe.min.js", import.meta.url);
const source = readFileSync(AXE, "utf8");
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const BEST = [...LEVELS, "best-practice"];

/** What axe finds in one document, after everything has stopped moving. */
async function examineFrame(client, frameId, levels) {
  const world = await client.send("Page.createIsolatedWorld", { frameId, worldName: "axe" });
  const evaluate = async (expression) => {
    const asked = { expression, contextId: world.executionContextId, awaitPromise: true };
    return (await client.send("Runtime.evaluate", asked)).result;
  };
  if ((await evaluate("typeof axe")).value !== "object") await evaluate(source);
  const options = { runOnly: levels, resultTypes: ["violations"], iframes: false };
  const result =
    await evaluate(`Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))
    .then(() => axe.run(document, ${JSON.stringify(options)}))
    .then(({ violations }) => JSON.stringify(violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => id + " " + target + " " + failureSummary))))`);
  return JSON.parse(result.value ?? `["axe did not run: ${result.description}"]`);
}

/** Runs beside the page and the frames in it; no policy stops it, since it is not the page's script. */
async function examine(page, levels) {
  const client = await page.context().newCDPSession(page);
  const { frameTree } = await client.send("Page.getFrameTree");
  const found = [];
  for (const { frame } of [frameTree, ...(frameTree.childFrames ?? [])]) {
    found.push(...(await examineFrame(client, frame.id, levels)));
  }
  await client.detach();
  return found;
}

/** What keeps somebody out, as a list of sentences; on our own whole pages, what is only not good as well. */
export function faultsOf(page) {
  return examine(page, BEST);
}

export async function untilAccessible(page, state) {
  assert.deepEqual(await examine(page, LEVELS), [], state);
}
