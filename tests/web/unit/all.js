// All unit tests in one process: to start one for each of these small files would take longer than the tests.

import { readdirSync } from "node:fs";

const FOLDER = new URL("./", import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".test.js"));
if (files.length === 0) throw new Error(`no tests in ${FOLDER}`);
for (const file of files) await import(new URL(file, FOLDER).href);
