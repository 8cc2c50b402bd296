// The staff's page: who is here, which view and pane are shown, and the address. The desk does the rest.

import { asApiError, createApi } from "../shared/api.js";
import { watchAttention } from "../shared/attention.js";
import { connectionNote } from "../shared/connection-note.js";
import { find, on } from "../shared/dom.js";
import { later } from "../shared/later.js";
import { MessageComposer } from "../shared/message-composer.js";
import { MessageList } from "../shared/message-list.js";
import { keepTimesRight } from "../shared/relative-time.js";
import { onReturn } from "../shared/socket.js";
import { localStore } from "../shared/store.js";
import { chooseLocale, fillWords, languageTag, loadWords } from "../shared/text.js";
import { toast } from "../shared/toast.js";
import { AccountMenu, LOCALE, speak } from "./account.js";
import { place } from "./address.js";
import { Aids } from "./aids.js";
import { ColleagueHint } from "./colleague-hint.js";
import { ConversationFinder } from "./conversation-finder.js";
import { ConversationList } from "./conversation-list.js";
import { Desk } from "./desk.js";
import { clearDesk, closeAll } from "./ending.js";
import { isLost, placeFocus } from "./focus.js";
import { MemberDetails } from "./member-details.js";
import { MemberPane } from "./member-pane.js";
import { Navigation } from "./navigation.js";
import { OpenHeader } from "./open-header.js";
import { Panes } from "./panes.js";
import { adminPaths as paths } from "./paths.js";
import { whoAmI } from "./session.js";
import { Shop } from "./shop.js";
import { signIn } from "./sign-in.js";

/** @import { Conversation } from "../shared/protocol.js" */
/** @import { Me } from "./account.js" */
/** @import { Place } from "./address.js" */

const store = localStore();
const locale = chooseLocale(new URLSearchParams(location.search).get("locale"), [
  store.get(LOCALE) ?? "",
  ...navigator.languages,
]);
const language = languageTag(locale);
const say = await loadWords(locale, locale === "zh" ? import("./zh.js") : import("./en.js"));
const call = createApi({ locale: language });
const callOnParting = createApi({
  locale: language,
  fetch: (path, init) => fetch(path, { ...init, keepalive: true }),
});
const attention = watchAttention(false);

const aids = new Aids({
  store,
  attention,
  say,
  desk: () => desk,
  go: (id) => go(place({ conversation: id })),
});

/** @param {string} selector */
const part = (selector) => find(document, selector, HTMLElement);
const deskView = part("[data-view=desk]");
const signInView = part("[data-view=sign-in]");
const settingsView = part("[data-view=settings]");
const rows = find(document, "conversation-list", ConversationList);
const list = find(document, "message-list", MessageList);
const finder = find(document, "conversation-finder", ConversationFinder);
const composer = find(document, "message-composer", MessageComposer);
const pane = find(document, "member-pane", MemberPane);
const showConnection = connectionNote(part("[data-view=desk] > [data-part=note]"));
const problem = (/** @type {string} */ message) => toast(message || say("chat.failed"));

/** @type {Desk | null} */
let desk = null;
/** @type {Me | null} */
let me = null;

const shop = new Shop(call, () => {
  list.redraw();
  details.redraw();
  part("[data-part=shop-name]").textContent = shop.name ?? "";
});
const navigation = new Navigation({
  edited: () => settings.value?.edited ?? false,
  // What was typed into the settings and not saved is not thrown away by a careless step.
  mayLeave: async () => !settings.value || settings.value.mayLeave(),
  show: showPlace,
});
/** @param {Place} where */
const go = (where) => void navigation.go(where);
const details = new MemberDetails({
  pane,
  call,
  callOnParting,
  store,
  onSend: (contentType, card, userId) => {
    desk?.sendCard(contentType, card, userId);
    const { here } = navigation;
    if (here.member) void navigation.leave({ ...here, member: false });
  },
  onProblem: problem,
});
const header = new OpenHeader(part("[data-part=open]"), say);
const panes = new Panes(deskView, store, (member) => {
  const where = { ...navigation.here, member };
  void (member ? navigation.go(where) : navigation.leave(where));
});
const account = new AccountMenu(
  part("[data-part=account]"),
  part("[data-part=account-menu]"),
  say,
  onAccount,
);

/** Settings, staff and one's own account: loaded when they are first opened. */
const settings = later(async () => {
  const { makeSettings } = await import("./settings/settings.js");
  return makeSettings({
    view: settingsView,
    call,
    say,
    locale,
    me: () => me,
    onMe: show,
    onShop: () => void shop.refresh(),
    go,
    onLeave: () => void navigation.leave(navigation.lastAtDesk),
  });
});

function showPlace() {
  // Back and forward lead nowhere while nobody is signed in.
  if (!desk) return;
  const { here, before } = navigation;
  const atDesk = here.settings === null;
  deskView.hidden = !atDesk;
  settingsView.hidden = atDesk;
  part("[data-part=choose]").hidden = here.conversation !== null;
  part("[data-part=open]").hidden = here.conversation === null;
  panes.follow(here);
  desk.open(here.conversation);
  if (!atDesk) return void showSettings(here.settings ?? "");
  settings.value?.hide();
  placeFocus(before, here, { composer, rows, finder, account: account.button });
}

/** @param {string} section */
async function showSettings(section) {
  try {
    const shown = await settings.get();
    if (desk && navigation.here.settings === section) await shown.show(section);
  } catch {
    problem("");
  }
}

/** @param {Conversation | null} open */
function onChange(open) {
  details.follow(open);
  if (!header.show(open)) navigation.drop(place());
}

/** The address goes with it, so that back never leads to what is not there any more. @param {number} from @param {number} to */
function onMerge(from, to) {
  const { here } = navigation;
  if (from === here.conversation) navigation.replace({ ...here, conversation: to });
}

/** @type {(reason: string) => void} ends the work of whoever is signed in */
let end = () => {};

/** @param {Me} user */
function show(user) {
  me = user;
  account.show(user);
}

/** @param {string} action of the account's menu */
async function onAccount(action) {
  if (action === "zh" || action === "en") return speak(action, locale, store);
  if (action === "settings") return go(place({ settings: "" }));
  if (action === "staff") return go(place({ settings: "staff" }));
  if (action === "sign-out" || action === "sign-out-all") return signOut(action === "sign-out-all");
  try {
    await (await settings.get()).openAccount(action);
  } catch {
    problem("");
  }
}

/** @param {boolean} everywhere */
async function signOut(everywhere) {
  try {
    if (!(await (await import("./signing-out.js")).signedOut(everywhere, call, say))) return;
  } catch (cause) {
    return problem(asApiError(cause).message);
  }
  navigation.forget();
  end("");
}

/** What nobody tells is asked for anew whenever the line is back. */
async function onConnection(/** @type {boolean} */ fine) {
  showConnection(fine);
  if (!fine) return;
  details.refresh();
  void shop.refresh();
  const session = desk;
  const user = await whoAmI(call);
  if (user && desk === session) show(user);
}

/** @param {Me} user @returns {Promise<string>} why it ended */
function work(user) {
  return new Promise((resolve) => {
    end = resolve;
    desk = new Desk({
      user,
      call,
      store,
      attention,
      rows,
      finder,
      list,
      composer,
      hint: new ColleagueHint(part("[data-part=colleague]"), user.id, say, language),
      notice: aids.notice,
      bytesMax: () => shop.bytesMax,
      onConnection,
      onChange,
      onCount: (count) => {
        part("[data-part=total]").textContent = count ? `(${count})` : "";
      },
      onMember: (userId) => details.refresh(userId),
      onMissing: () => navigation.drop(place()),
      onMerge,
      onProblem: problem,
      say,
      language,
      onEnded: () => resolve(say("sign.ended")),
    });
    show(user);
    desk.start();
    navigation.follow();
    if (isLost()) part("[data-view=desk] h1").focus();
    if (user.owner) void showNextSteps();
  });
}

/** Where nobody has written yet, the owner is told how the chat comes to the shop. */
async function showNextSteps() {
  try {
    const found = await call("GET", paths.conversationPage({ limit: 1 }));
    const box = part("[data-part=next]");
    if (found.length === 0) await (await settings.get()).showNextSteps(box, rows);
  } catch {
    // It is help, and nothing is lost without it.
  }
}

async function run() {
  let reason = "";
  for (;;) {
    const setup = location.hash.startsWith("#setup=");
    let user = setup ? null : await whoAmI(call);
    while (!user) {
      await signIn(signInView, call, say, reason);
      user = await whoAmI(call);
    }
    reason = await work(user);
    closeAll();
    desk?.leave();
    desk = null;
    me = null;
    settings.value?.hide();
    showConnection(true);
    details.follow(null);
    clearDesk(pane, list);
  }
}

document.documentElement.lang = language;
fillWords(document, say);
document.title = say("admin.title");
find(document, "link[rel=manifest]", HTMLLinkElement).href = `${locale}.webmanifest`;
rows.speak(say, language);
finder.speak(say, language);
list.speak(say, language);
composer.speak(say, store);
pane.speak(say, language);
on(composer, "tool", ({ name }) => void desk?.choose(name).catch(() => problem("")));
keepTimesRight(language);
on(rows, "choose", ({ id }) => go(place({ conversation: id })));
on(finder, "choose", ({ id }) => go(place({ conversation: id })));
aids.start();
part("[data-part=back]").onclick = () => void navigation.leave(place());
navigation.start();
void shop.refresh();
onReturn(() => desk?.check());
await run();
