// All unit tests in one process: to start one for each of these small files would take longer than the tests.

import { readdirSync } from "node:fs";

const FOLDER = new URL("./", import.meta.url);
for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".test.js"))) {
  await import(new URL(file, FOLDER).href);
}
