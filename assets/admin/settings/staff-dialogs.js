// Adding and changing one of the staff.

import { find, make, on } from "../../shared/dom.js";
import { copyButton } from "../copy.js";
import { avatarControl } from "./avatar-field.js";
import { formDialog, guard, openDialog } from "./dialog.js";
import { choiceControl, field, passwordControl, textControl } from "./fields.js";
import { Form } from "./form.js";
import { suggestPassword } from "./passwords.js";
import { paths } from "./paths.js";

/** @import { Field } from "./fields.js" */
/** @import { Staff } from "./paths.js" */
/** @import { Manner } from "./settings.js" */

const NICKNAME = { required: "", maxlength: "30" };

/** @param {Manner} manner */
export function nicknameField({ say }) {
  return field("nickname", say("staff.nickname"), textControl(NICKNAME), {
    hint: say("staff.nickname.hint"),
    words: ["昵称"],
  });
}

/** @param {Manner} manner @param {() => { id: number, name: string | null }} person */
export function avatarOf({ say, language }, person) {
  /** @type {Field} */
  const avatar = field(
    "avatar",
    say("staff.avatar"),
    avatarControl(say, language, person, (text) => avatar.complain(text)),
    { words: ["头像"], group: true },
  );
  return avatar;
}

/** @param {Manner} manner */
function roleField({ say }) {
  return field(
    "role",
    say("staff.role"),
    choiceControl("role", [
      ["agent", say("account.agent")],
      ["owner", say("account.owner")],
    ]),
    { hint: say("staff.role.hint"), words: ["角色"], group: true },
  );
}

/** One that is suggested, and can be typed over. @param {Manner} manner */
function newPasswordField({ say }) {
  const control = passwordControl(say("sign.show"), {
    autocomplete: "new-password",
    minlength: "8",
    type: "text",
    spellcheck: "false",
    dir: "ltr",
  });
  control.write(suggestPassword());
  control.element.append(
    copyButton(() => control.read(), say("copy.what", { what: say("sign.password") }), say),
  );
  return field("password", say("sign.password"), control, {
    hint: say("staff.password.hint"),
    words: ["密码"],
  });
}

/** One's own password again, for what makes or opens the account of an owner. @param {Manner} manner */
function ownPasswordField({ say }) {
  const attributes = { autocomplete: "current-password" };
  const control = passwordControl(say("sign.show"), attributes);
  const input = find(control.element, "input", HTMLInputElement);
  const { read } = control;
  control.read = () => (input.disabled ? undefined : read());
  const own = field("ownPassword", say("set.ownPassword"), control, {
    hint: say("staff.ownPassword.hint"),
    words: ["您自己的密码", "密码不正确"],
  });
  return {
    ...own,
    /** @param {boolean} needed */
    ask(needed) {
      own.element.hidden = !needed;
      input.disabled = !needed;
    },
  };
}

/** What the colleague needs to sign in, to be handed over. @param {Manner} manner @param {string} username @param {string} password */
function handOver({ say }, username, password) {
  const address = `${location.origin}${location.pathname}`;
  const text = `${address}\n${say("sign.username")}: ${username}\n${say("sign.password")}: ${password}`;
  const words = make("pre", { tabindex: "0", "data-part": "hand-over" }, text);
  words.setAttribute("role", "region");
  words.setAttribute("aria-label", say("staff.handOver"));
  const copy = copyButton(() => text, say("set.copy"), say, "plain");
  const close = make("button", { type: "button", "data-button": "main" }, say("set.done"));
  const hint = make("p", { "data-part": "dialog-hint" }, say("staff.handOver.hint"));
  const body = make(
    "div",
    { "data-part": "dialog-body" },
    hint,
    words,
    make("footer", {}, copy, close),
  );
  const dialog = openDialog(say, say("staff.handOver"), body);
  let safe = false;
  const done = () => {
    safe = true;
  };
  on(copy, "copied", done);
  dialog.addEventListener("copy", done);
  guard(dialog, () => safe, {
    title: say("staff.handOver.lose"),
    hint: say("staff.handOver.lose.hint"),
    yes: say("set.keys.lose.yes"),
    no: say("set.keys.lose.no"),
  });
  close.addEventListener("click", () => {
    done();
    dialog.close();
  });
  close.focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(undefined)));
}

/** @param {Manner} manner */
export async function addStaff(manner) {
  const { say, call } = manner;
  const username = field(
    "username",
    say("sign.username"),
    textControl({
      required: "",
      pattern: "[a-zA-Z0-9]{4,30}",
      minlength: "4",
      maxlength: "30",
      autocapitalize: "off",
      spellcheck: "false",
      dir: "ltr",
    }),
    { hint: say("sign.username.rule"), words: ["用户名"] },
  );
  const password = newPasswordField(manner);
  const role = roleField(manner);
  const own = ownPasswordField(manner);
  const fields = [username, nicknameField(manner), password, role, own];
  const form = new Form(say, fields, (values) => call("POST", paths.addStaff, values));
  const onRole = () => own.ask(role.control.read() === "owner");
  role.control.write("agent");
  role.element.addEventListener("change", onRole);
  onRole();
  if (!(await formDialog(say, { title: say("staff.add"), form, save: say("staff.add") })))
    return false;
  await handOver(manner, form.values.username, form.values.password);
  return true;
}

/** @param {Manner} manner @param {Staff} row */
export async function changeStaff(manner, row) {
  const { say, call, me, onMe } = manner;
  const avatar = avatarOf(manner, () => ({ id: row.id, name: row.nickname }));
  const role = roleField(manner);
  const own = ownPasswordField(manner);
  const form = new Form(say, [avatar, nicknameField(manner), role, own], (_, changes) =>
    call("PUT", paths.changeStaff, { id: row.id, ...changes }),
  );
  const onRole = () => own.ask(role.control.read() === "owner" && row.role !== "owner");
  role.element.addEventListener("change", onRole);
  own.ask(false);
  form.fill({ ...row });
  const title = say("staff.edit.who", { name: row.nickname });
  const done = await formDialog(say, { title, form });
  const self = me();
  const { nickname, avatar: picture, role: now } = form.values;
  if (done && self?.id === row.id) {
    onMe({ ...self, nickname, avatar: picture, owner: now === "owner" });
  }
  return done;
}

/** @param {Manner} manner @param {Staff} row */
export async function resetPassword(manner, row) {
  const { say, call } = manner;
  const password = newPasswordField(manner);
  const own = ownPasswordField(manner);
  own.ask(row.role === "owner");
  const form = new Form(say, [password, own], (values) =>
    call("PUT", paths.staffPassword, { id: row.id, ...values }),
  );
  const title = say("staff.password.who", { name: row.nickname });
  const what = { title, hint: say("staff.password.reset.hint"), form, save: say("staff.password") };
  if (!(await formDialog(say, what))) return false;
  await handOver(manner, row.username, form.values.password);
  return true;
}
