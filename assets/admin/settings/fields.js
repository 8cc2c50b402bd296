// The fields of a form: each a label, a control, a hint, and the place where its problem is said.

import { find, make } from "../../shared/dom.js";

/**
 * What a person changes: read and written as the wire has it.
 * @typedef {object} Control
 * @property {HTMLElement} element what is shown
 * @property {HTMLElement} focus what the label is for
 * @property {() => any} read
 * @property {(value: any) => void} write
 */

/**
 * @typedef {object} Field
 * @property {string} name on the wire
 * @property {readonly string[]} words what the server's sentences call it
 * @property {Control} control
 * @property {HTMLElement} element
 * @property {(text: string) => void} complain an empty text takes it back
 */

let made = 0;

/**
 * @param {string} name
 * @param {string} label
 * @param {Control} control
 * @param {{ hint?: string, words?: readonly string[], group?: boolean }} [more] group: several controls under one label
 * @returns {Field}
 */
export function field(name, label, control, { hint = "", words = [], group = false } = {}) {
  made += 1;
  const id = `field-${made}`;
  const title = make(group ? "span" : "label", { "data-part": "label", id: `${id}-label` }, label);
  const about = make("small", { id: `${id}-hint` }, hint);
  const problem = make("p", { "data-part": "field-problem", id: `${id}-problem`, role: "alert" });
  const element = make("div", { "data-field": name }, title, control.element);
  if (hint) element.append(about);
  element.append(problem);
  const { focus } = control;
  if (group) {
    control.element.setAttribute("role", "group");
    control.element.setAttribute("aria-labelledby", `${id}-label`);
  } else {
    focus.id ||= id;
    title.setAttribute("for", focus.id);
  }
  focus.setAttribute("aria-describedby", hint ? `${id}-hint ${id}-problem` : `${id}-problem`);
  return {
    name,
    words: [label, ...words],
    control,
    element,
    complain(text) {
      problem.textContent = text;
      element.toggleAttribute("data-wrong", text !== "");
      if (text) focus.setAttribute("aria-invalid", "true");
      else focus.removeAttribute("aria-invalid");
    },
  };
}

/** Nothing written is null on the wire. @param {Record<string, string>} attributes @returns {Control} */
export function textControl(attributes = {}) {
  const input = make("input", { type: "text", autocomplete: "off", dir: "auto", ...attributes });
  return {
    element: input,
    focus: input,
    read: () => input.value.trim() || null,
    write: (value) => {
      input.value = value ?? "";
    },
  };
}

/** @param {Record<string, string>} attributes @returns {Control} */
export function areaControl(attributes = {}) {
  const input = make("textarea", { rows: "2", dir: "auto", ...attributes });
  return {
    element: input,
    focus: input,
    read: () => input.value.trim() || null,
    write: (value) => {
      input.value = value ?? "";
    },
  };
}

/** One to a line. @param {Record<string, string>} attributes @returns {Control} */
export function linesControl(attributes = {}) {
  const input = make("textarea", {
    rows: "3",
    spellcheck: "false",
    autocapitalize: "off",
    ...attributes,
  });
  const lines = () => input.value.split(/[\s,，]+/).filter(Boolean);
  return {
    element: input,
    focus: input,
    read: () => [...new Set(lines())],
    write: (value) => {
      input.value = (value ?? []).join("\n");
    },
  };
}

/** @param {string} unit @param {number} factor from the unit to the wire @param {Record<string, string>} attributes @returns {Control} */
export function numberControl(unit, factor, attributes) {
  const input = make("input", {
    type: "number",
    inputmode: "decimal",
    required: "",
    ...attributes,
  });
  const element = make("span", { "data-part": "number" }, input, make("span", {}, unit));
  return {
    element,
    focus: input,
    read: () => (input.value === "" ? null : Math.round(Number(input.value) * factor)),
    write: (value) => {
      input.value = value === null ? "" : String(Math.round((value / factor) * 100) / 100);
    },
  };
}

/** @param {string} name @param {readonly [value: string, label: string][]} options @returns {Control} */
export function choiceControl(name, options) {
  made += 1;
  const group = `${name}-${made}`;
  const labels = options.map(([value, label]) =>
    make(
      "label",
      {},
      make("input", { type: "radio", name: group, value }),
      make("span", {}, label),
    ),
  );
  const element = make("div", { "data-part": "choice" }, ...labels);
  const inputs = labels.map((label) => find(label, "input", HTMLInputElement));
  return {
    element,
    focus: element,
    read: () => inputs.find((input) => input.checked)?.value ?? null,
    write: (value) => {
      for (const input of inputs) input.checked = input.value === value;
    },
  };
}

/** With a button that shows what is typed. @param {string} label of that button @param {Record<string, string>} attributes @returns {Control} */
export function passwordControl(label, attributes) {
  const input = make("input", { type: "password", required: "", maxlength: "128", ...attributes });
  const eye = make(
    "button",
    { type: "button", "data-part": "eye", "aria-pressed": String(input.type === "text") },
    label,
  );
  eye.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    eye.setAttribute("aria-pressed", String(shown));
  });
  return {
    element: make("span", { "data-part": "password" }, input, eye),
    focus: input,
    read: () => input.value,
    write: (value) => {
      input.value = value ?? "";
    },
  };
}
