// Setup by the one-time link, and signing in. Gives control back when there is a session.

import { ApiError } from "../shared/api.js";
import { find } from "../shared/dom.js";
import { adminPaths as paths } from "./paths.js";

/** @import { Call } from "../shared/api.js" */
/** @import { Say } from "../shared/text.js" */

const COOKIE = { "X-Kefu-Session": "cookie" };

/** The code of `#setup=CODE`. */
function setupCode() {
  return new URLSearchParams(location.hash.slice(1)).get("setup");
}

/** @param {HTMLElement} view @param {string} selector */
const part = (view, selector) => find(view, `[data-part=${selector}]`, HTMLElement);

/** @param {HTMLElement} view @param {Say} say @param {boolean} isSetup */
function dress(view, say, isSetup) {
  const key = isSetup ? "sign.setup" : "sign.in";
  find(view, "h1", HTMLElement).textContent = say(`${key}.title`);
  part(view, "hint").textContent = say(`${key}.hint`);
  find(view, "[type=submit]", HTMLButtonElement).textContent = say(key);
  const nickname = find(view, "[name=nickname]", HTMLInputElement);
  nickname.disabled = !isSetup;
  part(view, "nickname").hidden = !isSetup;
  for (const rule of view.querySelectorAll("small")) rule.hidden = !isSetup;
  const password = find(view, "[name=password]", HTMLInputElement);
  password.autocomplete = isSetup ? "new-password" : "current-password";
  part(view, "other").hidden = !isSetup;
}

/** @param {HTMLElement} view @param {string} text */
function showProblem(view, text) {
  const problem = part(view, "problem");
  problem.hidden = text === "";
  problem.textContent = text;
}

/** What is typed as the password can be looked at. @param {HTMLElement} view @param {AbortSignal} signal */
function letShow(view, signal) {
  const field = find(view, "[name=password]", HTMLInputElement);
  const eye = find(view, "[data-part=eye]", HTMLButtonElement);
  /** @param {boolean} shown */
  const draw = (shown) => {
    field.type = shown ? "text" : "password";
    eye.setAttribute("aria-pressed", String(shown));
  };
  draw(false);
  eye.addEventListener("click", () => draw(field.type === "password"), { signal });
}

/**
 * @param {HTMLElement} view
 * @param {Call} call
 * @param {Say} say
 * @param {string} reason why the person must sign in again, or nothing
 * @returns {Promise<void>} when there is a session
 */
export function signIn(view, call, say, reason) {
  const leaving = new AbortController();
  const { signal } = leaving;
  const form = find(view, "form", HTMLFormElement);
  const button = find(view, "[type=submit]", HTMLButtonElement);
  const arrange = () => dress(view, say, setupCode() !== null);
  arrange();
  showProblem(view, reason);
  view.hidden = false;
  find(view, "[name=username]", HTMLInputElement).focus();
  addEventListener("hashchange", arrange, { signal });
  letShow(view, signal);

  const submit = async () => {
    const code = setupCode();
    const fields = Object.fromEntries(new FormData(form));
    button.disabled = true;
    showProblem(view, "");
    try {
      if (code) await call("POST", paths.setup, { code, ...fields }, COOKIE);
      else await call("POST", paths.login, fields, COOKIE);
      return true;
    } catch (cause) {
      showProblem(view, (cause instanceof ApiError && cause.message) || say("sign.failed"));
      return false;
    } finally {
      button.disabled = false;
    }
  };

  return new Promise((resolve) => {
    form.addEventListener(
      "submit",
      async (event) => {
        event.preventDefault();
        if (button.disabled || !(await submit())) return;
        leaving.abort();
        form.reset();
        view.hidden = true;
        // The code is used up, and an address with it should not stay in the history.
        if (setupCode() !== null) {
          history.replaceState(null, "", location.pathname + location.search);
        }
        resolve();
      },
      { signal },
    );
  });
}
