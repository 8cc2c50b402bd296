// Reads addresses without throwing. Pure. (URL.canParse is missing in the browsers inside older shopping and chat apps.)

/** @param {string} text @param {string} [base] @returns {URL | null} null when it is none */
export function parseUrl(text, base) {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
