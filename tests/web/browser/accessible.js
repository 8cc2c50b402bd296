// Asks axe whether everybody can use what is on the screen: WCAG 2.2, A and AA.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const AXE = new URL("../node_modules/axe-core/axe.min.js", import.meta.url);
const source = readFileSync(AXE, "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What keeps somebody out, as a list of sentences; the page's policy does not stop it, since it is not the page's script. */
export async function untilAccessible(page, state) {
  const client = await page.context().newCDPSession(page);
  await client.send("Runtime.evaluate", { expression: source });
  const run = `axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, resultTypes: ["violations"] })
    .then(({ violations }) => JSON.stringify(violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => id + " " + target + " " + failureSummary))))`;
  const { result } = await client.send("Runtime.evaluate", { expression: run, awaitPromise: true });
  assert.deepEqual(
    JSON.parse(result.value ?? `["axe did not run: ${result.description}"]`),
    [],
    state,
  );
  await client.detach();
}
