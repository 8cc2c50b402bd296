import assert from "node:assert/strict";
import { test } from "node:test";
import { createApi } from "../../../assets/shared/api.js";
import { backoff } from "../../../assets/shared/backoff.js";

const answering = (status, body, headers = {}) => {
  const asked = [];
  const fetch = async (path, init) => {
    asked.push({ path, ...init });
    return new Response(typeof body === "string" ? body : JSON.stringify(body), {
      status,
      headers,
    });
  };
  return { call: createApi({ locale: "zh-CN", fetch }), asked };
};

test("a good answer gives its data", async () => {
  const { call, asked } = answering(200, { code: 0, data: { id: 7 }, msg: "" });
  assert.deepEqual(await call("POST", "/x", { a: 1 }), { id: 7 });
  assert.equal(asked[0].headers["Accept-Language"], "zh-CN");
  assert.equal(asked[0].body, '{"a":1}');
});

test("a refusal gives its status, its message and when to come back", async () => {
  const { call } = answering(429, { code: 429, data: null, msg: "slow" }, { "Retry-After": "2" });
  await assert.rejects(call("GET", "/x"), { status: 429, message: "slow", retryMs: 2000 });
});

test("a business code in a good status is a final refusal", async () => {
  const { call } = answering(200, { code: 1013019000, data: null, msg: "gone" });
  await assert.rejects(call("GET", "/x"), { status: 400, message: "gone", final: true });
});

test("a foreign page is no answer, whatever its status says", async () => {
  await assert.rejects(answering(200, "<html>log in to the hotel</html>").call("GET", "/x"), {
    status: 0,
    final: false,
  });
  await assert.rejects(answering(502, "<html>bad gateway</html>").call("GET", "/x"), {
    status: 502,
    final: false,
  });
});

test("a refusal that is not ours is not final, but for its size", async () => {
  for (const body of ["<html>no</html>", { error: "no" }, { code: "no" }]) {
    for (const status of [400, 401, 403, 404, 422]) {
      const refused = { status, final: false, ours: false, ended: false };
      await assert.rejects(answering(status, body).call("GET", "/x"), refused);
    }
    await assert.rejects(answering(413, body).call("GET", "/x"), { final: true, ours: false });
  }
  const ours = answering(401, { code: 401, data: null, msg: "" });
  await assert.rejects(ours.call("GET", "/x"), { ours: true, ended: true });
});

test("a server that never answers is given up, without the help of a young browser", async (t) => {
  const { timeout } = AbortSignal;
  delete AbortSignal.timeout;
  t.after(() => {
    AbortSignal.timeout = timeout;
  });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const fetch = (_, { signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const asked = createApi({ locale: "en", fetch })("GET", "/x");
  const given = assert.rejects(asked, { status: 0, final: false });
  t.mock.timers.tick(15_000);
  await given;
});

test("no network is status 0", async () => {
  const call = createApi({ locale: "en", fetch: () => Promise.reject(new TypeError("offline")) });
  await assert.rejects(call("GET", "/x"), { status: 0, final: false });
});

test("waits grow to a cap, with full jitter, and never undercut the server's time", () => {
  assert.equal(
    backoff(0, undefined, () => 1),
    1000,
  );
  assert.equal(
    backoff(50, undefined, () => 1),
    30_000,
  );
  assert.equal(
    backoff(5, undefined, () => 0),
    0,
  );
  assert.equal(
    backoff(0, 7000, () => 0),
    7000,
  );
});
