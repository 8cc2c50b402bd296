// The customer's page: one conversation, on its own or framed by the widget.

import { createApi } from "../shared/api.js";
import { watchAttention } from "../shared/attention.js";
import { openBridge, parentOrigin } from "../shared/bridge.js";
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
import { letClose } from "./closing.js";
import { keepDraft } from "./draft.js";
import { dress, showUnread } from "./dress.js";
import { Session } from "./session.js";
import { askShop, keptShop, NO_SHOP, WAIT_MS } from "./shop.js";

/** @import { Attention } from "../shared/attention.js" */
/** @import { Bridge, Start } from "../shared/bridge.js" */
/** @import { Message } from "../shared/protocol.js" */
/** @import { Store } from "../shared/store.js" */
/** @import { Shop } from "./shop.js" */

/** A shop that is slow to answer who he is does not keep the customer waiting. */
const PROOF_MS = 4000;

/** The keyboard is on the screen, and does not come up unasked. */
const onScreen = matchMedia("(pointer: coarse)").matches;

const framed = window.parent !== window;
const origin = framed ? parentOrigin(location.search) : null;
const bridge = origin ? openBridge(window.parent, origin) : null;

/** What the tag on the shop's page asks for, then the shop's settings, then the browser. @param {Shop | null} shop */
function localeFor(shop) {
  const asked = new URLSearchParams(location.search).get("locale");
  return chooseLocale(asked, [shop?.language ?? "", ...navigator.languages]);
}

/** @param {"zh" | "en"} locale */
async function speak(locale) {
  const say = await loadWords(locale);
  document.documentElement.lang = languageTag(locale);
  fillWords(document, say);
  find(document, "link[rel=manifest]", HTMLLinkElement).href = `${locale}.webmanifest`;
  return say;
}

/** As the shop was the last time, or as it is now when that is here soon. @param {Store} store */
async function meetShop(store) {
  const asked = askShop(store);
  const kept = keptShop(store);
  if (kept) return { asked, shop: kept };
  // Its words will be those, most likely: they come at the same time.
  void loadWords(localeFor(null)).catch(() => {});
  const late = new Promise((resolve) => setTimeout(() => resolve(null), WAIT_MS));
  return { asked, shop: /** @type {Shop | null} */ (await Promise.race([asked, late])) };
}

/** Where nothing comes up, one can begin to write; who has no mouse has keys. @param {MessageComposer} composer */
function invite(composer) {
  if (!onScreen) composer.focus();
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

/**
 * What the shop's page says while the chat is there.
 * @param {Bridge} widget
 * @param {Start} start
 * @param {object} here
 * @param {Chat} here.chat
 * @param {Attention} here.attention
 * @param {((open: boolean) => void) | null} here.watchClose
 * @param {() => void} here.onOpen
 */
function followShop(widget, start, { chat, attention, watchClose, onOpen }) {
  let shown = false;
  /** @param {boolean} open */
  const onShown = (open) => {
    shown = open;
    attention.setOpen(open);
    watchClose?.(open);
    if (open) onOpen();
  };
  widget.listen("shown", ({ open }) => onShown(open));
  widget.listen("context", (context) => chat.setContext(context));
  void chat.setContext(start);
  onShown(start.open);
  // What has the focus in a frame that has none itself is forgotten by some browsers.
  addEventListener("focus", () => shown && onOpen(), { once: true });
}

/** @param {Store} store @param {Start | null} start */
async function run(store, start) {
  const { asked, shop } = await meetShop(store);
  const locale = localeFor(shop);
  const say = await speak(locale);
  const language = languageTag(locale);
  const tag = { title: start?.title ?? "", color: start?.color ?? "" };
  const wear = (/** @type {Shop} */ one) => dress(one, tag, locale);
  let current = shop ?? NO_SHOP;
  wear(current);
  const watchClose = bridge && letClose(bridge);
  bridge?.send({ kefu: "up" });
  const call = createApi({ locale: language });
  const session = new Session(store, call, {
    renew: () => bridge?.send({ kefu: "again" }),
    prove: () => bridge?.send({ kefu: "prove" }),
  });
  bridge?.listen("identify", ({ proof }) => void session.meet(proof));
  await recognise(session, start?.proof ?? null);
  const attention = watchAttention(bridge !== null);
  const list = find(document, "message-list", MessageList);
  const composer = find(document, "message-composer", MessageComposer);
  list.speak(say, language);
  composer.speak(say, store);
  keepDraft(composer, store, () => session.owner);
  const onProblem = () => toast(say("chat.failed"));
  const chat = new Chat({
    say,
    onProblem,
    language,
    store,
    bytesMax: () => current.uploadBytesMax,
    call,
    session,
    attention,
    list,
    composer,
    focus: () => invite(composer),
    onUnread: (count) => {
      bridge?.send({ kefu: "unread", count });
      showUnread(count);
    },
    onMessage: pass,
    onConnection: connectionNote(find(document, "[data-part=note]", HTMLElement)),
  });
  on(composer, "tool", ({ name }) => void chat.choose(name).catch(onProblem));
  onReturn(() => chat.check());
  chat.start();
  const onOpen = () => {
    chat.check();
    invite(composer);
  };
  if (!framed) invite(composer);
  if (bridge && start) followShop(bridge, start, { chat, attention, watchClose, onOpen });
  const fresh = await asked;
  if (!fresh || JSON.stringify(fresh) === JSON.stringify(shop)) return;
  current = fresh;
  wear(fresh);
  list.redraw();
}

async function stayAbove() {
  const keyboard = await import("./keyboard.js");
  keyboard.stayAbove(document.body.style, window);
}

async function boot() {
  if (!("CSSLayerBlockRule" in globalThis)) {
    void import("../shared/layers.js").then(({ takeOffAll }) => takeOffAll()).catch(() => {});
  }
  if (!framed) {
    if (onScreen) void stayAbove().catch(() => {});
    return run(localStore(), null);
  }
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
