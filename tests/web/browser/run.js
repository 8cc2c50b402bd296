// Runs the browser tests: as many files at once as there are processors. On a busy machine a browser now and then misses its
// time, so a file that fails is run once more, alone, and said so plainly: what fails twice is broken, and what needs its
// second try is worth a look.

import { fork } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";

const FOLDER = new URL("./", import.meta.url).pathname;
/** For a whole file; what its tests wait for has limits of its own. */
const FILE_MS_MAX = 600_000;
/** To begin, and to end when there is nothing left to do. */
const TURN_MS_MAX = 60_000;

/** @param {string} text */
const say = (text) => process.stdout.write(`${text}\n`);

/** Each leads a group of its own, with its browser and servers. @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/** @param {import("node:child_process").ChildProcess} worker */
function end(worker) {
  if (worker.pid !== undefined && running.has(worker)) process.kill(-worker.pid, "SIGKILL");
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => {
    for (const worker of running) end(worker);
    process.exit(1);
  });
}

/**
 * One process that runs the files it takes. What a file says is printed when it is through, so that two do not talk at once.
 * @param {() => string | undefined} take
 * @returns {Promise<string[]>} those that failed
 */
async function work(take) {
  let file = take();
  if (!file) return [];
  /** @type {string[]} */
  const tried = [];
  /** @type {string[]} */
  const failed = [];
  /** @type {string[]} */
  let said = [];
  const options = { silent: true, detached: true, execArgv: ["--test-reporter=tap"] };
  const worker = fork(`${FOLDER}worker.js`, [], options);
  running.add(worker);
  let limit = setTimeout(end, TURN_MS_MAX, worker);
  const next = () => {
    clearTimeout(limit);
    limit = setTimeout(end, file ? FILE_MS_MAX : TURN_MS_MAX, worker);
    if (worker.connected) worker.send(file ?? null);
  };
  const print = () => {
    say(`# ${file ?? "at the end"}\n${said.join("\n")}`);
    said = [];
  };
  const finish = () => {
    tried.push(String(file));
    if (said.some((line) => line.startsWith("not ok"))) failed.push(String(file));
    print();
    file = take();
    next();
  };
  worker.once("message", next);
  for (const stream of [worker.stdout, worker.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      said.push(line);
      if (/^(not )?ok \d+ - end of /.test(line)) finish();
    });
  }
  const code = await new Promise((resolve) => worker.once("close", resolve));
  clearTimeout(limit);
  running.delete(worker);
  if (file) {
    // It ended in the middle of one: the others have not been tried.
    print();
    return [...failed, file, ...(await work(take))];
  }
  if (code === 0 || failed.length > 0) return failed;
  // Something went wrong outside of the tests: alone it will be seen which of them it was.
  print();
  return tried;
}

/** The largest first, so that none is left at the end to be waited for alone. @param {string} file */
const size = (file) => statSync(`${FOLDER}${file}`).size;

const named = process.argv.slice(2);
const all = readdirSync(FOLDER).filter((file) => file.endsWith(".test.js"));
const files = all.filter((file) => named.length === 0 || named.some((name) => file.includes(name)));
const waiting = files.toSorted((a, b) => size(b) - size(a));
const workers = Array.from({ length: availableParallelism() }, () => work(() => waiting.shift()));
const failed = (await Promise.all(workers)).flat();
/** @type {string[]} */
const broken = [];
for (const file of failed) {
  say(`AGAIN  ${file} failed and is run once more`);
  const once = [file];
  const again = await work(() => once.shift());
  if (again.length === 0) say(`FLAKY  ${file} needed a second try`);
  else broken.push(file);
}
for (const file of broken) say(`BROKEN ${file} failed twice`);
say(`${files.length - broken.length} passed, ${broken.length} failed`);
process.exitCode = files.length === 0 || broken.length > 0 ? 1 : 0;
