import assert from "node:assert/strict";
import { test } from "node:test";
// Which the session loads when it needs it: to read it from disk takes longer than the turns that a test waits.
import "../../../assets/member/over.js";
import { Session } from "../../../assets/member/session.js";
import { ApiError } from "../../../assets/shared/api.js";
import { memoryStore } from "../../../assets/shared/store.js";

const VISITOR = "/app-api/member/auth/visitor";
const IDENTIFY = "/app-api/member/auth/identify";
const LOGOUT = "/app-api/member/auth/logout";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const proof = (sub) => `${part({ alg: "HS256" })}.${part({ sub })}.signed`;
const member = (sub, token) => JSON.stringify({ token, userId: 7, sub, time: 1 });

/** A 401 that is not the server's own. */
const strange = () => new ApiError(401, "", undefined, false);

/** A session over a server that answers each path in turn; the last answer is for ever. */
function open({ answers = {}, items = {}, random = () => 0 } = {}) {
  const asked = [];
  const told = { renewed: 0, proofs: 0, changes: 0 };
  const store = memoryStore(items);
  let made = 0;
  const call = async (method, path, body, headers = {}) => {
    asked.push({ method, path, body, token: headers.Authorization });
    await null;
    const turns = answers[path] ?? [];
    const answer = turns.length > 1 ? turns.shift() : turns[0];
    if (answer instanceof Error) throw answer;
    if (typeof answer === "number") throw new ApiError(answer, `said ${answer}`);
    made += 1;
    return answer ?? { accessToken: `t${made}`, userId: 7 };
  };
  const session = new Session(store, call, {
    renew: () => {
      told.renewed += 1;
    },
    prove: () => {
      told.proofs += 1;
    },
    random,
  });
  session.watch(() => {
    told.changes += 1;
  });
  const paths = () => asked.map((one) => one.path);
  return { session, store, asked, told, paths };
}

/** Timers of no length and what follows from them. */
async function settle(rounds = 20) {
  for (let round = 0; round < rounds; round += 1) {
    await new Promise((resolve) => setTimeout(resolve));
  }
}

test("nobody asks for a visitor before the first send", () => {
  const { session, asked } = open();
  assert.equal(session.token, null);
  assert.equal(session.owner, "member");
  assert.deepEqual(asked, []);
});

test("what is first sent at the same time is sent as one visitor", async () => {
  const { session, store, paths } = open();
  const tokens = await Promise.all([session.ensure(), session.ensure(), session.ensure()]);
  assert.deepEqual(tokens, ["t1", "t1", "t1"]);
  assert.deepEqual(paths(), [VISITOR]);
  assert.equal(store.get("token"), "t1");
});

test("a visitor who could not be made is asked for again at the next send", async () => {
  const { session } = open({ answers: { [VISITOR]: [503, { accessToken: "v" }] } });
  const tries = await Promise.allSettled([session.ensure(), session.ensure()]);
  assert.deepEqual(
    tries.map((one) => one.status),
    ["rejected", "rejected"],
  );
  assert.equal(await session.ensure(), "v");
});

test("whoever turns out to be a member while the visitor is made sends as the member", async () => {
  const { session } = open();
  const [token] = await Promise.all([session.ensure(), session.identify(proof("42"))]);
  assert.equal(token, session.token);
  assert.equal(session.owner, "u7");
});

test("a visitor who is proven gives up his token, and what waits is the member's", async () => {
  const items = { token: "v", "outbox:member:1": "a", "draft:member:text": "b" };
  const { session, store, asked } = open({ items });
  await session.identify(proof("42"));
  assert.equal(asked[0].token, "Bearer v");
  assert.equal(store.get("token"), null);
  assert.equal(store.get("outbox:u7:1"), "a");
  assert.equal(store.get("draft:u7:text"), "b");
  assert.deepEqual(store.keys("outbox:member:"), []);
  assert.equal(JSON.parse(store.get("member")).sub, "42");
});

for (const status of [0, 429, 500, 503]) {
  test(`a proof that was answered ${status} is shown again until it is taken`, async () => {
    const answers = { [IDENTIFY]: [status, status, { accessToken: "m", userId: 7 }] };
    const { session, store, paths, told } = open({ answers });
    await session.identify(proof("42"));
    assert.equal(session.token, null);
    // What he writes meanwhile waits as nobody's, and is his then.
    store.set("outbox:member:1", "a");
    await settle();
    assert.equal(session.token, "m");
    assert.deepEqual(paths(), [IDENTIFY, IDENTIFY, IDENTIFY]);
    assert.equal(store.get("outbox:u7:1"), "a");
    assert.equal(told.changes, 3);
  });
}

for (const status of [400, 401, 403]) {
  test(`a proof that was answered ${status} is not shown again`, async () => {
    const { session, paths } = open({ answers: { [IDENTIFY]: [status] } });
    await session.identify(proof("42"));
    await settle();
    session.check();
    await settle();
    assert.deepEqual(paths(), [IDENTIFY]);
    assert.equal(session.token, null);
  });
}

test("a proof that waits is shown at once when the network is back, unless the server named a time", async () => {
  const taken = { accessToken: "m", userId: 7 };
  const waiting = open({ answers: { [IDENTIFY]: [0, taken] }, random: () => 1 });
  await waiting.session.identify(proof("42"));
  waiting.session.check();
  await settle();
  assert.equal(waiting.session.token, "m");
  const named = new ApiError(429, "", 600);
  const told = open({ answers: { [IDENTIFY]: [named, taken] } });
  await told.session.identify(proof("42"));
  told.session.check();
  await settle();
  assert.equal(told.session.token, null);
});

test("a proof that has grown too old is not shown any more; the shop is asked for another", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1 });
  const { session, told, asked } = open({ answers: { [IDENTIFY]: [503] } });
  await session.identify(proof("42"));
  assert.equal(told.proofs, 0);
  t.mock.timers.tick(10 * 60_000);
  await settle();
  assert.equal(told.proofs, 1);
  const { length } = asked;
  await settle();
  assert.equal(asked.length, length);
});

test("a network's own 401 is no answer: the proof is shown again", async () => {
  const answers = { [IDENTIFY]: [strange(), { accessToken: "m", userId: 7 }] };
  const { session } = open({ answers });
  await session.identify(proof("42"));
  await settle();
  assert.equal(session.token, "m");
});

test("a member with a good token needs no second try", async () => {
  const items = { member: member("42", "m") };
  const { session, paths } = open({ items, answers: { [IDENTIFY]: [503] } });
  await session.identify(proof("42"));
  await settle();
  assert.deepEqual(paths(), [IDENTIFY]);
  assert.equal(session.token, "m");
});

test("while somebody else's proof has no answer, nothing of the one before is there", async () => {
  const items = { member: member("A", "a") };
  const answers = { [IDENTIFY]: [503, { accessToken: "b", userId: 8 }] };
  const { session, store, asked } = open({ items, answers });
  await session.identify(proof("B"));
  assert.equal(session.token, null);
  assert.equal(store.get("member"), null);
  await settle();
  assert.equal(session.token, "b");
  assert.equal(session.owner, "u8");
  // His session dies with the proof of the next.
  assert.deepEqual(
    asked.map((one) => one.token),
    ["Bearer a", "Bearer a"],
  );
});

test("somebody else who comes while the page is open gets a page anew, and nothing more is sent", async () => {
  const { session, told } = open({ items: { member: member("A", "a") } });
  session.meet(proof("B"));
  assert.equal(told.renewed, 1);
  assert.equal(session.token, null);
  let sent = false;
  void session.ensure().then(() => {
    sent = true;
  });
  await settle(3);
  assert.equal(sent, false);
});

test("only the token that has died goes", () => {
  const { session, store, told } = open({ items: { token: "new" } });
  session.drop("old");
  assert.equal(store.get("token"), "new");
  session.drop("new");
  assert.equal(store.get("token"), null);
  assert.equal(told.renewed, 0);
});

test("a member whose session has died is asked for at the shop, on a page anew", () => {
  const { session, store, told } = open({ items: { member: member("A", "a") } });
  session.drop("a");
  assert.equal(session.token, null);
  assert.equal(store.get("member"), null);
  assert.deepEqual([told.proofs, told.renewed], [1, 1]);
});

test("sessions that are over are ended, and kept until that is done", async () => {
  const over = "a b";
  const done = open({ items: { over } });
  await settle();
  assert.deepEqual(
    done.asked.map(({ path, token }) => [path, token]),
    [
      [LOGOUT, "Bearer a"],
      [LOGOUT, "Bearer b"],
    ],
  );
  assert.equal(done.store.get("over"), null);
  for (const answer of [401, 404]) {
    const dead = open({ items: { over }, answers: { [LOGOUT]: [answer] } });
    await settle();
    assert.equal(dead.store.get("over"), null, String(answer));
  }
  for (const answer of [0, 503, strange()]) {
    const later = open({ items: { over }, answers: { [LOGOUT]: [answer] } });
    await settle();
    assert.equal(later.store.get("over"), over, String(answer));
  }
  const nobody = open({ items: { over: "" } });
  await settle();
  assert.deepEqual(nobody.asked, []);
});

test("what is kept of a member in another shape counts for nothing", () => {
  for (const text of ["", "null", "{}", '{"token":1,"userId":7,"sub":"a","time":1}', "["]) {
    assert.equal(open({ items: { member: text } }).session.token, null, text);
  }
});
