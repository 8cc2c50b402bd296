// For browsers that do not know @layer (Chrome below 99) and so pass over all our styles: the same rules without the layers, in
// their order. Loaded only there. What the layers decide against the weight of selectors is lost, and that is little.

const ORDER = ["tokens", "base", "elements", "page", "motion"];

/** Where the block that opens at `open` ends. @param {string} css @param {number} open */
function endOf(css, open) {
  let depth = 0;
  for (let at = open; at < css.length; at += 1) {
    if (css[at] === "{") depth += 1;
    if (css[at] === "}") depth -= 1;
    if (depth === 0) return at;
  }
  return css.length;
}

/** Pure. @param {string} css of all sheets, one after the other */
export function withoutLayers(css) {
  let rest = css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/@layer[^{;]*;/g, "");
  /** @type {Map<string, string>} */
  const layers = new Map(ORDER.map((name) => [name, ""]));
  for (;;) {
    const found = /@layer\s+([\w-]+)\s*\{/.exec(rest);
    if (!found) break;
    const [head, name = ""] = found;
    const open = found.index + head.length - 1;
    const end = endOf(rest, open);
    layers.set(name, (layers.get(name) ?? "") + rest.slice(open + 1, end));
    rest = rest.slice(0, found.index) + rest.slice(end + 1);
  }
  return [...layers.values(), rest].join("\n");
}

/** In the order they came. @type {Map<string, string>} */
const sheets = new Map();
/** @type {CSSStyleSheet | null} */
let joined = null;

/** A sheet of the page once more, for this browser. @param {string} href */
export async function takeOffLayers(href) {
  const css = await (await fetch(href)).text();
  sheets.set(href, css);
  if (!joined) {
    joined = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, joined];
  }
  joined.replaceSync(withoutLayers([...sheets.values()].join("\n")));
}

/** Of all the sheets that the page has in its markup. */
export async function takeOffAll() {
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")];
  for (const sheet of sheets) {
    if (sheet instanceof HTMLLinkElement) await takeOffLayers(sheet.href).catch(() => {});
  }
}
