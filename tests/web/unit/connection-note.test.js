import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionNote, jointly } from "../../../assets/shared/connection-note.js";

const note = () => ({ textContent: "Connection lost", hidden: true });

test("that the line is down is said after five seconds, in a box that is there before", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const box = note();
  const tell = connectionNote(box);
  tell(true);
  assert.equal(box.hidden, true);
  tell(false);
  tell(false);
  assert.deepEqual(box, { textContent: "", hidden: false });
  t.mock.timers.tick(4999);
  assert.equal(box.textContent, "");
  t.mock.timers.tick(1);
  assert.equal(box.textContent, "Connection lost");
  tell(true);
  assert.deepEqual(box, { textContent: "", hidden: false });
  tell(false);
  t.mock.timers.tick(3000);
  tell(true);
  t.mock.timers.tick(9000);
  assert.equal(box.textContent, "");
});

test("all is well when each of the ways is", () => {
  const told = [];
  const line = jointly((fine) => told.push(fine));
  const [socket, outbox] = [line("socket"), line("outbox")];
  socket(false);
  outbox(false);
  socket(true);
  outbox(true);
  assert.deepEqual(told, [false, false, false, true]);
});
