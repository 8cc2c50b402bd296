// Pictures that this page has sent itself: what was chosen is shown, and not loaded back. Also their size, until the server
// says it.

/** @typedef {{ src: string, width: number, height: number }} Preview */

const KEPT_MAX = 100;

/** @type {Map<string, Preview>} */
const previews = new Map();

/** @param {string} path @param {Preview} preview */
export function keepPreview(path, preview) {
  previews.set(path, preview);
  const [oldest] = previews.keys();
  if (oldest === undefined || previews.size <= KEPT_MAX) return;
  const { src = "" } = previews.get(oldest) ?? {};
  previews.delete(oldest);
  URL.revokeObjectURL(src);
}

/** @param {string} path */
export function previewOf(path) {
  return previews.get(path) ?? null;
}
