// The customer's page: one conversation, on its own or framed by the widget.

import { createApi } from "../shared/api.js";
import { watchAttention } from "../shared/attention.js";
import { openBridge, parentOrigin } from "../shared/bridge.js";
import { applyColour } from "../shared/colour.js";
import { connectionNote } from "../shared/connection-note.js";
import { textOf } from "../shared/content.js";
import { find, on } from "../shared/dom.js";
import { MessageComposer } from "../shared/message-composer.js";
import { MessageList } from "../shared/message-list.js";
import { AUTHOR } from "../shared/protocol.js";
import { onReturn } from "../shared/socket.js";
import { bridgeStore, localStore, memoryStore } from "../shared/store.js";
import { chooseLocale, fillWords, languageTag, loadWords } from "../shared/text.js";
import { toast } from "../shared/toast.js";
import { Chat } from "./chat.js";
import { Session } from "./session.js";

/** @import { Bridge, Start } from "../shared/bridge.js" */
/** @import { Message } from "../shared/protocol.js" */
/** @import { Store } from "../shared/store.js" */

/** A shop that is slow to answer who he is does not keep the customer waiting. */
const PROOF_MS = 4000;

const framed = window.parent !== window;
const origin = framed ? parentOrigin(location.search) : null;
const bridge = origin ? openBridge(window.parent, origin) : null;

async function speak() {
  const asked = new URLSearchParams(location.search).get("locale");
  const locale = chooseLocale(asked, navigator.languages);
  const say = await loadWords(locale);
  document.documentElement.lang = languageTag(locale);
  fillWords(document, say);
  return { say, language: languageTag(locale) };
}

/** The shop's colour and title, and the ways to close. @param {Bridge} widget @param {Start} start */
function dress(widget, start) {
  applyColour(start.color);
  if (start.title) find(document, "h1", HTMLElement).textContent = start.title;
  const close = find(document, "[data-part=close]", HTMLButtonElement);
  close.hidden = false;
  close.addEventListener("click", () => widget.send({ kefu: "close" }));
  addEventListener("keydown", ({ key, isComposing }) => {
    // What lies over the chat is closed first.
    const over = document.querySelector("dialog[open], body > [popover]");
    if (key === "Escape" && !isComposing && !over) widget.send({ kefu: "close" });
  });
}

/** Who is here, before anything of his is shown. @param {Session} session @param {string | null} proof */
async function recognise(session, proof) {
  if (!proof) return;
  const asked = session.identify(proof);
  if (session.isProven(proof)) return;
  await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, PROOF_MS))]);
}

/** The shop's page hears of the staff's messages. @param {Message} message */
function pass({ id, contentType, content, senderType, createTime }) {
  const text = textOf(contentType, content) ?? "";
  if (senderType === AUTHOR.member) return;
  bridge?.send({ kefu: "message", id, contentType, text, createTime });
}

/** @param {Store} store @param {Start | null} start */
async function run(store, start) {
  const { say, language } = await speak();
  if (bridge && start) dress(bridge, start);
  const call = createApi({ locale: language });
  const session = new Session(store, call, {
    renew: () => bridge?.send({ kefu: "again" }),
    prove: () => bridge?.send({ kefu: "prove" }),
  });
  bridge?.listen("identify", ({ proof }) => void session.meet(proof));
  await recognise(session, start?.proof ?? null);
  const title = find(document, "h1", HTMLElement).textContent ?? "";
  const attention = watchAttention(framed);
  const list = find(document, "message-list", MessageList);
  const composer = find(document, "message-composer", MessageComposer);
  list.speak(say, language);
  composer.speak(say, store);
  const onProblem = () => toast(say("chat.failed"));
  const chat = new Chat({
    say,
    onProblem,
    language,
    store,
    call,
    session,
    attention,
    list,
    composer,
    onUnread: (count) => {
      bridge?.send({ kefu: "unread", count });
      document.title = count > 0 ? `(${count}) ${title}` : title;
    },
    onMessage: pass,
    onConnection: connectionNote(find(document, "[data-part=note]", HTMLElement)),
  });
  /** @param {boolean} open */
  const onShown = (open) => {
    attention.setOpen(open);
    if (!open) return;
    chat.check();
    composer.focus();
  };
  bridge?.listen("shown", ({ open }) => onShown(open));
  on(composer, "tool", ({ name }) => void chat.choose(name).catch(onProblem));
  onReturn(() => chat.check());
  if (start) chat.setContext(start);
  bridge?.listen("context", (context) => chat.setContext(context));
  chat.start();
  if (start) onShown(start.open);
  document.title = title;
}

async function boot() {
  if (!framed) return run(localStore(), null);
  if (!bridge) return run(memoryStore(), null);
  const start = await bridge.ask({ kefu: "ready" }, "start");
  // The person may open or close the panel while the page is still loading its words, and the shop may say more.
  bridge.listen("shown", ({ open }) => {
    start.open = open;
  });
  bridge.listen("context", (context) => Object.assign(start, context));
  bridge.listen("identify", ({ proof }) => {
    start.proof = proof;
  });
  return run(bridgeStore(bridge, start.items), start);
}

void boot();
