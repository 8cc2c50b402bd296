// Runs the browser tests file by file. On a busy machine a browser now and then misses its time, so a file that fails is run
// once more, alone, and said so plainly: what fails twice is broken, and what needs its second try is worth a look.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const FOLDER = new URL("./", import.meta.url).pathname;

/** For a whole file; what its tests wait for has limits of its own. */
const FILE_MS_MAX = 600_000;

/** @param {string} file */
function passes(file) {
  const args = ["--test", `--test-timeout=${FILE_MS_MAX}`, `${FOLDER}${file}`];
  return spawnSync(process.execPath, args, { stdio: "inherit" }).status === 0;
}

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`);

const named = process.argv.slice(2);
const all = readdirSync(FOLDER).filter((file) => file.endsWith(".test.js"));
const files = all.filter((file) => named.length === 0 || named.some((name) => file.includes(name)));
const failed = files.filter((file) => !passes(file));
for (const file of failed) say(`AGAIN  ${file} failed and is run once more`);
const broken = failed.filter((file) => !passes(file));
for (const file of failed) {
  say(broken.includes(file) ? `BROKEN ${file} failed twice` : `FLAKY  ${file} needed a second try`);
}
say(`${files.length - broken.length} passed, ${broken.length} failed`);
process.exitCode = files.length === 0 || broken.length > 0 ? 1 : 0;
