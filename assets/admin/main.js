// The staff's page: who is here, which pane is shown, and the address. The desk does the rest.

import { asApiError, createApi } from "../shared/api.js";
import { watchAttention } from "../shared/attention.js";
import { backoff } from "../shared/backoff.js";
import { connectionNote } from "../shared/connection-note.js";
import { find, on } from "../shared/dom.js";
import { MessageComposer } from "../shared/message-composer.js";
import { MessageList } from "../shared/message-list.js";
import { adminPaths as paths } from "../shared/protocol.js";
import { keepTimesRight } from "../shared/relative-time.js";
import { onReturn } from "../shared/socket.js";
import { localStore } from "../shared/store.js";
import { chooseLocale, fillWords, languageTag, loadWords } from "../shared/text.js";
import { toast } from "../shared/toast.js";
import { Aids } from "./aids.js";
import { ColleagueHint } from "./colleague-hint.js";
import { ConversationFinder } from "./conversation-finder.js";
import { ConversationList } from "./conversation-list.js";
import { nameOf } from "./conversation-row.js";
import { Desk } from "./desk.js";
import { signIn } from "./sign-in.js";

/** @import { AdminUser, Conversation } from "../shared/protocol.js" */

const locale = chooseLocale(
  new URLSearchParams(location.search).get("locale"),
  navigator.languages,
);
const language = languageTag(locale);
const say = await loadWords(locale, locale === "zh" ? import("./zh.js") : import("./en.js"));
const call = createApi({ locale: language });
const attention = watchAttention(false);
const store = localStore();

const aids = new Aids({ store, attention, say, desk: () => desk, go });

/** @param {string} selector */
const part = (selector) => find(document, selector, HTMLElement);
const deskView = part("[data-view=desk]");
const signInView = part("[data-view=sign-in]");
const rows = find(document, "conversation-list", ConversationList);
const list = find(document, "message-list", MessageList);
const finder = find(document, "conversation-finder", ConversationFinder);
const composer = find(document, "message-composer", MessageComposer);
const showConnection = connectionNote(part("[data-part=conversations] [data-part=note]"));

/** @type {Desk | null} */
let desk = null;

/** @param {Conversation} conversation @returns {Promise<boolean>} */
function confirmRemoval(conversation) {
  const dialog = find(document, "[data-part=confirm]", HTMLDialogElement);
  find(dialog, "h2", HTMLElement).textContent = say("admin.delete.confirm", {
    name: nameOf(conversation, say),
  });
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** The open conversation is in the address, so that back and reload do what is expected. */
function idInAddress() {
  const id = Number.parseInt(new URLSearchParams(location.hash.slice(1)).get("c") ?? "", 10);
  return Number.isInteger(id) && id > 0 ? id : null;
}

function followAddress() {
  const id = idInAddress();
  deskView.dataset.pane = id === null ? "list" : "chat";
  part("[data-part=choose]").hidden = id !== null;
  part("[data-part=open]").hidden = id === null;
  desk?.open(id);
  if (id !== null && matchMedia("(pointer: fine)").matches) composer.focus();
}

/** @param {number | null} id */
function go(id) {
  if (id === idInAddress()) return;
  const address = id === null ? location.pathname + location.search : `#c=${id}`;
  history.pushState(null, "", address);
  followAddress();
}

/** @param {Conversation | null} open */
function onChange(open) {
  part("[data-part=open] h2").textContent = open ? nameOf(open, say) : "";
  // Deleted here or by a colleague: there is nothing to show any more.
  if (open?.adminDeleted) go(null);
}

/** The address goes with it, so that back never leads to what is not there any more. @param {number} from @param {number} to */
function onMerge(from, to) {
  if (from !== idInAddress()) return;
  history.replaceState(null, "", `#c=${to}`);
  followAddress();
}

/** @returns {Promise<AdminUser | null>} null when nobody is signed in */
async function whoAmI() {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { user } = await call("GET", paths.whoAmI);
      return user;
    } catch (cause) {
      const { status, retryMs } = asApiError(cause);
      if (status === 401) return null;
      const ms = backoff(attempt, retryMs);
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
}

/** @param {AdminUser} user @returns {Promise<string>} why it ended */
function work(user) {
  return new Promise((resolve) => {
    desk = new Desk({
      user,
      call,
      store,
      attention,
      rows,
      finder,
      list,
      composer,
      hint: new ColleagueHint({ box: part("[data-part=colleague]"), userId: user.id, say }),
      notice: aids.notice,
      onConnection: showConnection,
      onChange,
      onMissing: () => go(null),
      onMerge,
      onProblem: (message) => toast(message || say("chat.failed")),
      confirmRemoval,
      say,
      language,
      onEnded: () => resolve(say("sign.ended")),
    });
    part("[data-part=who]").textContent = user.nickname;
    part("[data-part=sign-out]").onclick = async () => {
      await call("POST", paths.logout).catch(() => {});
      resolve("");
    };
    deskView.hidden = false;
    desk.start();
    followAddress();
  });
}

async function run() {
  let reason = "";
  for (;;) {
    const setup = location.hash.startsWith("#setup=");
    let user = setup ? null : await whoAmI();
    while (!user) {
      await signIn(signInView, call, say, reason);
      user = await whoAmI();
    }
    reason = await work(user);
    desk?.leave();
    desk = null;
    showConnection(true);
    deskView.hidden = true;
    document.title = say("admin.title");
  }
}

document.documentElement.lang = language;
fillWords(document, say);
document.title = say("admin.title");
rows.speak(say, language);
finder.speak(say, language);
list.speak(say, language);
composer.speak(say, store);
on(composer, "tool", ({ name }) => void desk?.choose(name).catch(() => toast(say("chat.failed"))));
keepTimesRight(language);
on(rows, "choose", ({ id }) => go(id));
on(finder, "choose", ({ id }) => go(id));
aids.start();
part("[data-part=back]").onclick = () => go(null);
for (const answer of ["yes", "no"]) {
  const dialog = find(document, "[data-part=confirm]", HTMLDialogElement);
  part(`[data-part=confirm] [data-part=${answer}]`).onclick = () => dialog.close(answer);
}
addEventListener("popstate", followAddress);
onReturn(() => desk?.check());
await run();
