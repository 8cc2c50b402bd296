import assert from "node:assert/strict";
import { test } from "node:test";
import { pin, remove } from "../../../assets/admin/changes.js";
import { ApiError } from "../../../assets/shared/api.js";

/** A page with the dialog of the desk, where a person says yes or no. */
function page(t, answer) {
  class Part {
    set onclick(press) {
      if (answer === this.name) setImmediate(press);
    }
  }
  class Dialog extends EventTarget {
    returnValue = "";
    querySelector(selector) {
      const part = new Part();
      part.name = selector.match(/data-part=(\w+)/)?.[1];
      return part;
    }
    showModal() {}
    close(value) {
      this.returnValue = value;
      this.dispatchEvent(new Event("close"));
    }
  }
  const dialog = new Dialog();
  Object.assign(globalThis, {
    HTMLElement: Part,
    HTMLDialogElement: Dialog,
    document: { querySelector: () => dialog },
  });
  t.after(() => {
    for (const name of ["HTMLElement", "HTMLDialogElement", "document"]) delete globalThis[name];
  });
}

function desk(messages, refusal) {
  const told = [];
  const asked = [];
  const ask = async (method, path) => {
    if (method !== "GET") asked.push(`${method} ${path.split("?")[1] ?? ""}`);
    if (method !== "GET" && refusal) throw refusal;
    return messages;
  };
  const setup = { say: (key) => key, onProblem: (message) => told.push(message) };
  const changes = { ask, setup, changed: (id) => told.push(id) };
  return { told, asked, changes };
}

const row = { id: 7, lastMessageTime: 100, adminUnreadMessageCount: 1, adminPinned: false };
const messages = [
  { id: 12, createTime: 130 },
  { id: 11, createTime: 100 },
  { id: 10, createTime: 90 },
];

test("a conversation is deleted up to the message that was seen", async (t) => {
  page(t, "yes");
  const { asked, told, changes } = desk(messages);
  await remove(row, changes);
  assert.deepEqual(asked, ["DELETE id=7&lastId=11"]);
  assert.deepEqual(told, [7]);
});

test("whoever says no deletes nothing", async (t) => {
  page(t, "no");
  const { asked, told, changes } = desk(messages);
  await remove(row, changes);
  assert.deepEqual([asked, told], [[], []]);
});

test("when the customer has written meanwhile that is said, and the row is fetched", async (t) => {
  page(t, "yes");
  const { told, changes } = desk(messages, new ApiError(409, "conflict"));
  await remove(row, changes);
  assert.deepEqual(told, [7, "admin.delete.crossed"]);
});

test("what else the server refuses is said in its words", async () => {
  const { told, changes } = desk([], new ApiError(403, "not you"));
  await pin(row, changes);
  assert.deepEqual(told, ["not you"]);
});
