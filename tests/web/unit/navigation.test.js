import assert from "node:assert/strict";
import { test } from "node:test";
import { place } from "../../../assets/admin/address.js";
import { Navigation } from "../../../assets/admin/navigation.js";

/** A page with a history of its own. */
function page(t, hash = "") {
  const entries = [{ state: null, hash }];
  let at = 0;
  const hashOf = (address) => (address.includes("#") ? address.slice(address.indexOf("#")) : "");
  globalThis.location = {
    pathname: "/admin/",
    search: "",
    get hash() {
      return entries[at].hash;
    },
  };
  globalThis.history = {
    get state() {
      return entries[at].state;
    },
    pushState(state, _, address) {
      entries.splice(at + 1);
      entries.push({ state, hash: hashOf(address) });
      at += 1;
    },
    replaceState(state, _, address) {
      entries[at] = { state, hash: hashOf(address) };
    },
    back() {
      at = Math.max(0, at - 1);
    },
  };
  t.after(() => {
    delete globalThis.location;
    delete globalThis.history;
  });
  const navigation = new Navigation({
    edited: () => false,
    mayLeave: async () => true,
    show: () => {},
  });
  navigation.follow();
  return { navigation, hashes: () => entries.slice(0, at + 1).map((entry) => entry.hash) };
}

const conversation = (id) => place({ conversation: id });

test("to ask twice for one place is one step", async (t) => {
  const { navigation, hashes } = page(t);
  await Promise.all([navigation.go(conversation(5)), navigation.go(conversation(5))]);
  assert.deepEqual(hashes(), ["", "#c=5"]);
});

test("what is gone is left by a step back where one came from the list, and only by one", async (t) => {
  const { navigation, hashes } = page(t);
  await navigation.go(conversation(5));
  navigation.drop(place());
  navigation.drop(place());
  assert.deepEqual(hashes(), [""]);
});

test("an address that leads nowhere is replaced, so that back does not lead there again", async (t) => {
  const { navigation, hashes } = page(t, "#c=99");
  navigation.drop(place());
  assert.deepEqual(hashes(), [""]);
  await navigation.go(conversation(5));
  await navigation.go(conversation(6));
  navigation.drop(place());
  assert.deepEqual(hashes(), ["", "#c=5", ""]);
});

test("after signing out the address is of nobody", async (t) => {
  const { navigation, hashes } = page(t);
  await navigation.go(conversation(5));
  navigation.forget();
  assert.deepEqual(hashes(), ["", ""]);
});
