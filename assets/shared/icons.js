// The icons of both pages, drawn by us on a grid of 24.

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
const paths = {
  pending: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.5V12l3 2",
  sent: "m5 12.5 4.5 4.5L19 7.5",
  read: "m2.5 12.5 4.5 4.5 9-9.5M12 16l1.2 1L21.5 7.5",
  failed: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.5v5.5M12 16.4v.1",
  shop: "M4.5 10v9h15v-9M3.5 7.5 5.5 4h13l2 3.5a2.85 2.85 0 0 1-5.67 0 2.85 2.85 0 0 1-5.66 0 2.85 2.85 0 0 1-5.67 0ZM9.5 19v-5h5v5",
};

/** What is needed later brings its own. @param {Record<string, string>} more */
export function addIcons(more) {
  Object.assign(paths, more);
}

/** @param {string} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.dataset.icon = name;
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", paths[name] ?? "");
  svg.append(path);
  return svg;
}
