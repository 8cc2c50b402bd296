// Runs the browser tests, as many files at once as there are processors: they wait more than they work. On a busy machine a
// browser now and then misses its time, so a file that fails is run once more, alone, and said so plainly: what fails twice
// is broken, and what needs its second try is worth a look.

import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";

const FOLDER = new URL("./", import.meta.url).pathname;
/** For a whole file; what its tests wait for has limits of its own. */
const FILE_MS_MAX = 600_000;

/** @param {string} text */
const say = (text) => process.stdout.write(`${text}\n`);

/** What a file says is printed when it is through, so that two do not talk at once. @param {string} file */
async function passes(file) {
  const args = ["--test", `--test-timeout=${FILE_MS_MAX}`, `${FOLDER}${file}`];
  const run = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  for (const stream of [run.stdout, run.stderr]) stream.on("data", (bytes) => said.push(bytes));
  const status = await new Promise((resolve) => run.once("close", resolve));
  say(`# ${file}\n${Buffer.concat(said)}`);
  return status === 0;
}

/** The largest first, so that none is left at the end to be waited for alone. @param {string} file */
const size = (file) => statSync(`${FOLDER}${file}`).size;

const named = process.argv.slice(2);
const all = readdirSync(FOLDER).filter((file) => file.endsWith(".test.js"));
const files = all.filter((file) => named.length === 0 || named.some((name) => file.includes(name)));
const waiting = files.toSorted((a, b) => size(b) - size(a));
const failed = [];

async function work() {
  for (let file = waiting.shift(); file; file = waiting.shift()) {
    if (!(await passes(file))) failed.push(file);
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
const broken = [];
for (const file of failed) {
  say(`AGAIN  ${file} failed and is run once more`);
  if (await passes(file)) say(`FLAKY  ${file} needed a second try`);
  else broken.push(file);
}
for (const file of broken) say(`BROKEN ${file} failed twice`);
say(`${files.length - broken.length} passed, ${broken.length} failed`);
process.exitCode = files.length === 0 || broken.length > 0 ? 1 : 0;
