// What opens under the bell: is there a sound and how loud, does the desktop tell, and if not, why and what to do.

import { make } from "../shared/dom.js";
import { loadStyle } from "../shared/styles.js";

/** @import { Say } from "../shared/text.js" */
/** @import { Notice } from "./notice.js" */

const EDGE_PX = 8;

/** @param {Notice} notice @param {Say} say */
function sound(notice, say) {
  const toggle = make("input", { type: "checkbox", role: "switch" });
  const label = make("label", {}, make("span", {}, say("notice.sound")), toggle);
  const volume = make("input", { type: "range", min: "0", max: "100", step: "5" });
  volume.setAttribute("aria-label", say("notice.volume"));
  toggle.addEventListener("change", () => {
    notice.muted = !toggle.checked;
  });
  volume.addEventListener("input", () => {
    notice.volume = Number(volume.value) / 100;
  });
  const draw = () => {
    toggle.checked = !notice.muted;
    volume.disabled = notice.muted;
    const loud = String(Math.round(notice.volume * 100));
    if (document.activeElement !== volume) volume.value = loud;
    volume.style.setProperty("--loud", `${loud}%`);
  };
  return { nodes: [label, volume, make("p", {}, say("notice.sound.hint"))], draw };
}

/** @param {Notice} notice @param {Say} say */
function desktop(notice, say) {
  const state = make("strong", { role: "status" });
  const line = make("p", { "data-part": "line" }, make("span", {}, say("notice.desktop")), state);
  const hint = make("p");
  const ask = make("button", { type: "button", "data-button": "main" }, say("notice.allow"));
  ask.addEventListener("click", () => void notice.askPermission());
  const draw = () => {
    const { permission } = notice;
    line.dataset.permission = permission;
    state.textContent = say(`notice.desktop.${permission === "granted" ? "on" : "off"}`);
    hint.textContent = say(`notice.desktop.${permission}`);
    ask.hidden = permission !== "default";
  };
  return { nodes: [line, hint, ask], draw };
}

/** @param {HTMLButtonElement} bell @param {Notice} notice @param {Say} say */
export async function makePanel(bell, notice, say) {
  await loadStyle(new URL("notice-panel.css", import.meta.url).href);
  const parts = [sound(notice, say), desktop(notice, say)];
  const test = make("button", { type: "button", "data-button": "plain" }, say("notice.test"));
  const said = make("p", { role: "status" });
  test.addEventListener("click", async () => {
    said.textContent = "";
    const { heard, shown } = await notice.test();
    const silent = shown ? "notice.test.seen" : "notice.test.nothing";
    said.textContent = say(heard ? `notice.test.${shown ? "shown" : "heard"}` : silent);
  });
  const panel = make(
    "div",
    { popover: "", role: "dialog", "data-part": "notice", "aria-label": say("notice.title") },
    make("h2", {}, say("notice.title")),
    ...parts.map(({ nodes }) => make("section", {}, ...nodes)),
    make("section", {}, test, said),
  );
  const draw = () => {
    for (const part of parts) part.draw();
  };
  notice.listen(draw);
  panel.addEventListener("beforetoggle", () => {
    said.textContent = "";
    draw();
  });
  panel.addEventListener("toggle", (event) => {
    const open = event instanceof ToggleEvent && event.newState === "open";
    bell.setAttribute("aria-expanded", String(open));
  });
  document.body.append(panel);
  return () => {
    panel.togglePopover({ source: bell });
    const { bottom, right } = bell.getBoundingClientRect();
    const { width } = panel.getBoundingClientRect();
    const left = Math.max(EDGE_PX, Math.min(right - width, innerWidth - width - EDGE_PX));
    panel.style.setProperty("left", `${left}px`);
    panel.style.setProperty("top", `${bottom + EDGE_PX}px`);
    panel.querySelector("input")?.focus();
  };
}
