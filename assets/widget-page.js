// What the shop's page shows: its address, the product on it, and its title, which gets the number of unread messages. It
// follows shops that change their page without loading another. Loaded by widget.js together with the chat's frame.

import { address, detected, productOf, whole, words } from "./widget-product.js";

/** @import { ShopOrder, ShopProduct } from "./shared/bridge.js" */

const ORDER_NUMBER_MAX = 64;
// A page that is put together after its address has changed is there by then.
const LOOKS_MS = [50, 500, 1500, 4000];
const TITLE_MS = 200;

/** Which page an address is of: a shop's routes are in it, or behind a hash. @param {string} href */
export const place = (href) => {
  const { pathname, search, hash } = new URL(href);
  return pathname + search + (/^#[!/]/.test(hash) ? hash : "");
};

/** @param {KefuParts} it */
export function follow(it) {
  /** @type {{ product?: ShopProduct | null, page?: { url?: string, title?: string }, order?: ShopOrder | null }} */
  let given = {};

  // The title, with the number before it; whoever else writes it has the word on the rest.
  let count = 0;
  let prefix = "";
  let written = "";
  let own = document.title;
  const writeTitle = () => {
    const now = document.title;
    if (now !== written) own = prefix && now.startsWith(prefix) ? now.slice(prefix.length) : now;
    prefix = count > 0 ? `(${count > 99 ? "99+" : count}) ` : "";
    written = (prefix + own).trim();
    if (now !== written) document.title = written;
  };

  const ownTitle = () => (document.title === written ? own : document.title);

  let here = place(location.href);

  it.context = () => ({
    page: {
      url: given.page?.url ?? address(location.href) ?? location.origin,
      title: given.page?.title ?? words(ownTitle()),
      referrer: address(document.referrer) ?? "",
    },
    product: given.product === undefined ? detected() : given.product,
    order: given.order ?? null,
  });

  let told = "";
  const look = () => {
    const context = it.context?.();
    const text = JSON.stringify(context);
    if (!context || text === told) return;
    told = text;
    it.turned?.(context);
  };

  /** @type {ReturnType<typeof setTimeout>[]} */
  let timers = [];
  const moved = () => {
    // What the shop said was said of another page.
    if (here !== place(location.href)) given = {};
    here = place(location.href);
    timers.forEach(clearTimeout);
    timers = LOOKS_MS.map((ms) => setTimeout(look, ms));
    watchHead();
  };

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  const observer = new MutationObserver(() => {
    if (soon) return;
    soon = setTimeout(() => {
      soon = undefined;
      writeTitle();
      look();
    }, TITLE_MS);
  });
  const watchHead = () => {
    observer.disconnect();
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
  };

  it.badge = (now) => {
    if (now === count) return;
    count = now;
    writeTitle();
  };

  /** @param {unknown} value @returns {Record<string, unknown>} */
  const object = (value) => (typeof value === "object" && value !== null ? { ...value } : {});
  Object.assign(it.calls, {
    /** @param {unknown} value */
    product: (value) => {
      const { name, ...rest } = object(value);
      given.product = productOf({ spuName: name, ...rest });
      look();
    },
    /** @param {unknown} value */
    order: (value) => {
      const { id = value, no = whole(value) ? "" : value } = object(value);
      const order = { id: whole(id), no: words(no).slice(0, ORDER_NUMBER_MAX) || undefined };
      given.order = order.id || order.no ? order : null;
      look();
    },
    /** @param {unknown} value */
    page: (value) => {
      const { url, title } = object(value);
      given.page = { url: address(url), title: words(title) || undefined };
      look();
    },
  });

  if ("navigation" in window) navigation.addEventListener("currententrychange", moved);
  else {
    for (const name of /** @type {const} */ (["pushState", "replaceState"])) {
      const before = history[name];
      /** @param {Parameters<History["pushState"]>} values */
      history[name] = function (...values) {
        before.apply(this, values);
        moved();
      };
    }
    addEventListener("popstate", moved);
    addEventListener("hashchange", moved);
  }
  moved();
}
