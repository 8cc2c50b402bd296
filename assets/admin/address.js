// What the page shows stands in its address, so that back and reload do what is expected. Pure.

/**
 * @typedef {object} Place
 * @property {number | null} conversation the open one
 * @property {boolean} member on a phone: who the customer is, in the chat's place
 * @property {string | null} settings the section of the settings, "" for their overview; null at the desk
 */

/** @param {Partial<Place>} [parts] @returns {Place} */
export function place(parts) {
  return { conversation: null, member: false, settings: null, ...parts };
}

/** @param {string} hash */
export function placeOf(hash) {
  const fields = new URLSearchParams(hash.slice(1));
  const settings = fields.get("settings");
  if (settings !== null) return place({ settings });
  const id = Number.parseInt(fields.get("c") ?? "", 10);
  if (!Number.isSafeInteger(id) || id <= 0) return place();
  return place({ conversation: id, member: fields.has("member") });
}

/** @param {Place} where */
export function hashOf({ conversation, member, settings }) {
  if (settings !== null) return settings === "" ? "#settings" : `#settings=${settings}`;
  if (conversation === null) return "";
  return member ? `#c=${conversation}&member` : `#c=${conversation}`;
}
