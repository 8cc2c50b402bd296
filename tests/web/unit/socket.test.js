import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { ApiError } from "../../../assets/shared/api.js";
import { parseFrame, Socket } from "../../../assets/shared/socket.js";

class FakeSocket {
  readyState = 1;
  sent = [];
  constructor(url) {
    this.query = new URL(url).searchParams;
  }
  send(text) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
  frame(type, content) {
    this.onmessage({ data: JSON.stringify({ type, content: JSON.stringify(content) }) });
  }
  hello(hello) {
    this.frame("kefu_hello", { epoch: "e1", resumed: false, head: null, headTime: null, ...hello });
  }
  message(id) {
    this.frame("kefu_message_type", { id, createTime: id * 10, conversationId: 1 });
  }
}

const turn = async () => {
  for (let index = 0; index < 10; index += 1) await Promise.resolve();
};

/** A socket whose every connection is in `sockets`; timers move only when told. */
async function open(t, setup = {}) {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  t.after(() => mock.timers.reset());
  const sockets = [];
  const seen = { frames: [], states: [], ended: 0 };
  const socket = new Socket({
    origin: "http://shop.test",
    ticket: async () => "ticket",
    create: (url) => {
      sockets.push(new FakeSocket(url));
      return sockets.at(-1);
    },
    random: () => 1,
    onHello: async () => {},
    onFrame: (type, content) => seen.frames.push([type, content]),
    onState: (online) => seen.states.push(online),
    onEnded: () => {
      seen.ended += 1;
    },
    ...setup,
  });
  socket.start();
  await turn();
  const comeBack = async () => {
    mock.timers.tick(31_000);
    await turn();
    return sockets.at(-1);
  };
  return { socket, sockets, seen, comeBack };
}

test("the first connection names no position", async (t) => {
  const { sockets } = await open(t);
  assert.equal(sockets[0].query.get("token"), "ticket");
  assert.equal(sockets[0].query.get("v"), "1");
  assert.equal(sockets[0].query.has("after"), false);
});

test("it comes back after the last message it received", async (t) => {
  const { sockets, comeBack } = await open(t);
  sockets[0].hello({ head: 3, headTime: 30 });
  await turn();
  sockets[0].message(5);
  sockets[0].onclose({ code: 1006 });
  const { query } = await comeBack();
  assert.deepEqual(
    [query.get("after"), query.get("afterTime"), query.get("epoch")],
    ["5", "50", "e1"],
  );
});

test("it comes back after hello's head once the refetch is done", async (t) => {
  const { sockets, comeBack } = await open(t);
  sockets[0].hello({ head: 3, headTime: 30 });
  await turn();
  sockets[0].onclose({ code: 1006 });
  assert.equal((await comeBack()).query.get("after"), "3");
});

test("while a refetch is under way nothing counts as received", async (t) => {
  const { sockets, comeBack } = await open(t, { onHello: () => new Promise(() => {}) });
  sockets[0].hello({ head: 3, headTime: 30 });
  sockets[0].message(5);
  sockets[0].onclose({ code: 1006 });
  assert.equal((await comeBack()).query.has("after"), false);
});

test("a failed refetch begins again", async (t) => {
  let tries = 0;
  const onHello = async () => {
    tries += 1;
    if (tries === 1) throw new ApiError(503, "");
  };
  const { sockets, seen, comeBack } = await open(t, { onHello });
  sockets[0].hello({ head: 3, headTime: 30 });
  await turn();
  assert.equal(sockets[0].closed, true);
  const second = await comeBack();
  assert.equal(second.query.has("after"), false);
  second.hello({ head: 3, headTime: 30 });
  await turn();
  assert.deepEqual(seen.states, [false, true]);
});

test("a silent connection is given up five seconds after a ping", async (t) => {
  const { socket, sockets, seen } = await open(t);
  sockets[0].hello({});
  await turn();
  socket.check();
  assert.deepEqual(sockets[0].sent, ["ping"]);
  sockets[0].onmessage({ data: "pong" });
  mock.timers.tick(5000);
  assert.equal(sockets[0].closed, undefined);
  socket.check();
  mock.timers.tick(5000);
  assert.equal(sockets[0].closed, true);
  assert.equal(seen.states.at(-1), false);
});

test("an ended session is not tried again", async (t) => {
  const { sockets, seen, comeBack } = await open(t);
  sockets[0].hello({});
  sockets[0].onclose({ code: 4001 });
  await comeBack();
  assert.equal(sockets.length, 1);
  assert.equal(seen.ended, 1);
});

test("a ticket refused with 401 ends the session too", async (t) => {
  const ticket = () => Promise.reject(new ApiError(401, ""));
  const { seen, sockets } = await open(t, { ticket });
  assert.equal(sockets.length, 0);
  assert.equal(seen.ended, 1);
});

test("a planned close is followed by the wait it names", async (t) => {
  const { sockets } = await open(t);
  sockets[0].hello({});
  await turn();
  sockets[0].frame("kefu_bye", { retryMs: 2000 });
  sockets[0].onclose({ code: 1012 });
  mock.timers.tick(1999);
  await turn();
  assert.equal(sockets.length, 1);
  mock.timers.tick(1001);
  await turn();
  assert.equal(sockets.length, 2);
});

test("frames of another shape are ignored", () => {
  for (const text of [
    "pong",
    "{",
    "[]",
    "null",
    '{"type":1,"content":"{}"}',
    '{"type":"x","content":{}}',
  ]) {
    assert.equal(parseFrame(text), null);
  }
  assert.deepEqual(parseFrame('{"type":"x","content":"{\\"a\\":1}"}'), {
    type: "x",
    content: { a: 1 },
  });
});
