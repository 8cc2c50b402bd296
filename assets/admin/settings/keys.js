// Settings: the secrets that the shop's own programs use. A new one is shown once.

import { asApiError } from "../../shared/api.js";
import { make, on } from "../../shared/dom.js";
import { toast } from "../../shared/toast.js";
import { codeBox } from "./code.js";
import { formDialog, guard, openDialog } from "./dialog.js";
import { areaControl, field, passwordControl } from "./fields.js";
import { Form } from "./form.js";
import { paths } from "./paths.js";
import { block } from "./section.js";
import { identifySnippet, proofNode, proofPhp } from "./snippet.js";

/** @import { Say } from "../../shared/text.js" */
/** @import { Manner, Section } from "./settings.js" */

/** @typedef {{ id: number | string, createTime: number }} Key */
/** @typedef {"identity" | "api"} KeyKind */

/** Asks for the password, makes the key, shows it. @param {Manner} manner @param {KeyKind} kind */
async function rotate({ say, call }, kind) {
  /** @type {string | null} */
  let key = null;
  const attributes = { autocomplete: "current-password" };
  const password = field(
    "password",
    say("set.ownPassword"),
    passwordControl(say("sign.show"), attributes),
    { words: ["密码"] },
  );
  const form = new Form(say, [password], async (values) => {
    ({ key } = await call("POST", paths.rotateKey, { kind, ...values }));
  });
  const title = say(`set.${kind}.make`);
  const done = await formDialog(say, {
    title,
    hint: say("set.keys.rotate.hint"),
    form,
    save: title,
  });
  if (!done || key === null) return false;
  await showOnce(say, title, key);
  return true;
}

/** Until the key is copied, or said to be stored, it is not thrown away by a careless Esc. @param {Say} say @param {string} title @param {string} key */
async function showOnce(say, title, key) {
  const shown = codeBox(say, title, key);
  const hint = make("p", { "data-part": "advice" }, say("set.keys.once"));
  const close = make("button", { type: "button", "data-button": "main" }, say("set.keys.stored"));
  const dialog = openDialog(
    say,
    say("set.keys.new"),
    make("div", { "data-part": "dialog-body" }, hint, shown.element, make("footer", {}, close)),
  );
  let safe = false;
  on(shown.copy, "copied", () => {
    safe = true;
  });
  // Selected and copied by hand.
  dialog.addEventListener("copy", () => {
    safe ||= getSelection()?.toString().trim() === key;
  });
  guard(dialog, () => safe, {
    title: say("set.keys.lose"),
    hint: say("set.keys.lose.hint"),
    yes: say("set.keys.lose.yes"),
    no: say("set.keys.lose.no"),
  });
  close.addEventListener("click", () => {
    safe = true;
    dialog.close();
  });
  shown.copy.focus();
  await new Promise((resolve) => dialog.addEventListener("close", resolve));
}

/** @param {Manner} manner @param {KeyKind} kind @param {readonly Key[]} keys @param {() => Promise<void>} onNew */
function keyList(manner, kind, keys, onNew) {
  const { say, language } = manner;
  const date = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
  const rows = keys.map(({ createTime }, index) =>
    make(
      "li",
      {},
      make("span", {}, say("set.keys.since", { time: date.format(createTime) })),
      make(
        "em",
        { "data-good": String(index === 0) },
        say(["set.keys.newest", "set.keys.before"][index] ?? "set.keys.ending"),
      ),
    ),
  );
  const none = make("li", {}, say("set.keys.none"));
  const list = make("ul", { "data-part": "keys-list" }, ...(rows.length > 0 ? rows : [none]));
  const button = make("button", { type: "button", "data-button": "plain", "data-kind": kind });
  button.textContent = say(`set.${kind}.make`);
  button.addEventListener("click", async () => {
    // Without an answer the list is as it was; the key was shown all the same.
    if (await rotate(manner, kind)) await onNew().catch(() => toast(say("picker.failed")));
  });
  return make("div", { "data-part": "keys-of" }, list, button);
}

/** Snippets in tabs. @param {Say} say */
function samples(say) {
  const kinds = [
    { name: "PHP", text: proofPhp },
    { name: "Node.js", text: proofNode },
  ];
  const boxes = kinds.map(({ name, text }) => codeBox(say, name, text, true).element);
  const tabs = kinds.map(({ name }, index) => {
    const tab = make("button", { type: "button", role: "tab", id: `sample-${index}` }, name);
    tab.setAttribute("aria-controls", `sample-${index}-box`);
    return tab;
  });
  const show = (/** @type {number} */ chosen) => {
    for (const [index, tab] of tabs.entries()) {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
      boxes[index]?.toggleAttribute("hidden", index !== chosen);
    }
  };
  const list = make("div", { role: "tablist", "data-part": "tabs" }, ...tabs);
  list.setAttribute("aria-label", say("set.identity.sign"));
  for (const [index, tab] of tabs.entries()) {
    const box = boxes[index];
    box?.setAttribute("role", "tabpanel");
    box?.setAttribute("id", `sample-${index}-box`);
    box?.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => show(index));
    tab.addEventListener("keydown", ({ key }) => {
      if (key !== "ArrowRight" && key !== "ArrowLeft") return;
      const next = (index + 1) % tabs.length;
      show(next);
      tabs[next]?.focus();
    });
  }
  show(0);
  return make("div", {}, list, ...boxes);
}

/** @param {Manner} manner */
function tester({ say, call }) {
  const token = field(
    "token",
    say("set.test.token"),
    areaControl({
      rows: "3",
      spellcheck: "false",
      dir: "ltr",
      placeholder: "eyJhbGciOiJIUzI1NiIs…",
    }),
  );
  const verdict = make("p", { "data-part": "verdict", role: "status" });
  const button = make("button", { type: "submit", "data-button": "plain" }, say("set.test.go"));
  const form = make("form", {}, token.element, button, verdict);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = token.control.read();
    if (!text) return token.control.focus.focus();
    button.disabled = true;
    try {
      const { ok, sub, problem } = await call("POST", paths.testProof, { token: text });
      verdict.dataset.good = String(ok);
      verdict.textContent = ok ? say("set.test.good", { id: sub ?? "" }) : (problem ?? "");
    } catch (cause) {
      verdict.dataset.good = "false";
      verdict.textContent = asApiError(cause).message || say("chat.failed");
    } finally {
      button.disabled = false;
    }
    return undefined;
  });
  form.addEventListener("input", () => {
    verdict.textContent = "";
  });
  return form;
}

/** @param {Manner} manner @returns {Promise<Section>} */
export async function keys(manner) {
  const { say, call } = manner;
  const identity = make("div");
  const api = make("div");
  const load = async () => {
    /** @type {Record<KeyKind, Key[]>} */
    const found = await call("GET", paths.keys);
    identity.replaceChildren(keyList(manner, "identity", found.identity, load));
    api.replaceChildren(keyList(manner, "api", found.api, load));
  };
  await load();
  const element = make(
    "div",
    { "data-part": "form" },
    block(say("set.identity"), say("set.identity.hint"), identity),
    block(
      say("set.identity.sign"),
      say("set.identity.sign.hint"),
      samples(say),
      make("p", {}, say("set.identity.page")),
      codeBox(say, say("set.identity.page"), identifySnippet, true).element,
    ),
    block(say("set.test"), say("set.test.hint"), tester(manner)),
    block(say("set.api"), say("set.api.hint"), api),
  );
  return { element, edited: () => false };
}
