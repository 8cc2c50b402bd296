// Runs the files that `run.js` names, one after the other, in one process and with one browser: to start both anew for every
// file would take a tenth of all the time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { closeBrowser } from "./harness.js";

process.on("message", async (file) => {
  if (file === null) {
    await closeBrowser().catch(() => {});
    process.disconnect();
    return;
  }
  /** @type {unknown} */
  let wrong;
  await import(`./${file}`).catch((cause) => {
    wrong = cause;
    process.stderr.write(`${cause instanceof Error ? cause.stack : cause}\n`);
  });
  // Tests run in the order in which they are told of: this one is the last of its file. One that cannot be read is said here,
  // and not the end of the others.
  await test(`end of ${file}`, () => assert.ifError(wrong));
});
process.send?.("ready");
