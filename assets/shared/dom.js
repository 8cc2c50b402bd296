// Small helpers at the edge of the page. Text goes in as text, never as markup.

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
export function find(root, selector, type) {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`the page has no ${selector}`);
  return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * @param {Element} element one of our own
 * @param {string} name
 * @param {(detail: any) => void} listener
 * @param {AbortSignal} [signal]
 */
export function on(element, name, listener, signal) {
  element.addEventListener(
    name,
    (event) => listener(event instanceof CustomEvent ? event.detail : undefined),
    { signal },
  );
}

/** Says what happened on an element of ours. @param {Element} element @param {string} name @param {unknown} [detail] */
export function emit(element, name, detail) {
  element.dispatchEvent(new CustomEvent(name, { detail }));
}

/**
 * A module that is needed only now. Some browsers remember for ever that it could not be had: it is asked for once more, under
 * another address.
 * @template Module
 * @param {() => Promise<Module>} load
 * @returns {Promise<Module>}
 */
export async function loadModule(load) {
  try {
    return await load();
  } catch (cause) {
    const [address] = String(cause).match(/https?:\S+\.js/) ?? [];
    if (!address?.startsWith(location.origin)) throw cause;
    return import(`${address}?again=${Date.now()}`);
  }
}

/** Puts the nodes in this order and touches none that stays: a row that is moved loses its focus, and its sound. @param {Element} parent @param {Element[]} nodes */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const node of [...parent.children]) if (!wanted.has(node)) node.remove();
  let next = parent.firstElementChild;
  for (const node of nodes) {
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
  }
}
