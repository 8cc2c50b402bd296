// What everybody of the staff changes about himself: nickname and picture, and the password.

import { make } from "../../shared/dom.js";
import { formDialog } from "./dialog.js";
import { field, passwordControl } from "./fields.js";
import { Form } from "./form.js";
import { paths } from "./paths.js";
import { avatarOf, nicknameField } from "./staff-dialogs.js";

/** @import { Manner } from "./settings.js" */

/** @param {Manner} manner */
export async function openProfile(manner) {
  const { say, call, me, onMe } = manner;
  const self = me();
  if (!self) return;
  const avatar = avatarOf(manner, () => ({ id: self.id, name: self.nickname }));
  const form = new Form(say, [avatar, nicknameField(manner)], (_, changes) =>
    call("PUT", paths.changeProfile, changes),
  );
  form.fill({ nickname: self.nickname, avatar: self.avatar });
  if (!(await formDialog(say, { title: say("account.profile"), form }))) return;
  const { nickname, avatar: picture } = form.values;
  onMe({ ...self, nickname, avatar: picture });
}

/** @param {Manner} manner */
export async function openPassword({ say, call, me }) {
  const show = say("sign.show");
  const old = field(
    "oldPassword",
    say("account.password.old"),
    passwordControl(show, { autocomplete: "current-password" }),
    { words: ["旧密码", "密码不正确"] },
  );
  const fresh = field(
    "newPassword",
    say("account.password.new"),
    passwordControl(show, { autocomplete: "new-password", minlength: "8" }),
    { hint: say("account.password.hint"), words: ["新密码", "密码"] },
  );
  const form = new Form(say, [old, fresh], (values) => call("PUT", paths.ownPassword, values));
  // For password managers, which keep it under this name.
  const name = make("input", {
    type: "text",
    name: "username",
    autocomplete: "username",
    hidden: "",
  });
  name.value = me()?.username ?? "";
  form.element.append(name);
  await formDialog(say, { title: say("account.password"), form });
}
