// The icons of both pages, drawn by us on a grid of 24.

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
const paths = {
  pending: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.5V12l3 2",
  sent: "m5 12.5 4.5 4.5L19 7.5",
  read: "m2.5 12.5 4.5 4.5 9-9.5M12 16l1.200 1L21.500 7.500",
  failed: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.500v5.500M12 16.400v.100",
  pin: "M9 4h6l-.700 6.200 3.200 3.300v1.500h-11V13.500l3.200-3.300L9 4ZM12 15v5.500",
  more: "M5.500 12h.010M12 12h.010M18.500 12h.010",
  shop: "M4.500 10v9h15v-9M3.500 7.500 5.500 4h13l2 3.500a2.850 2.850 0 0 1-5.670 0 2.850 2.850 0 0 1-5.660 0 2.850 2.850 0 0 1-5.670 0ZM9.500 19v-5h5v5",
};

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
