// The icons of both pages, drawn by us on a grid of 24.

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
const paths = {
  pending: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.5V12l3 2",
  sent: "m5 12.5 4.5 4.5L19 7.5",
  read: "m2.5 12.5 4.5 4.5 9-9.5M12 16l1.2 1L21.5 7.5",
  failed: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.5v5.5M12 16.4v.1",
  pin: "M9 4h6l-.7 6.2 3.2 3.3v1.5h-11V13.5l3.2-3.3L9 4ZM12 15v5.5",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  picture:
    "M5 4.5h14a1.5 1.5 0 0 1 1.5 1.5v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6A1.5 1.5 0 0 1 5 4.5ZM3.5 16.5l5-5 8 8M14 14l2.5-2.5 4 4M15.5 8.6v.1",
  file: "M13.5 3.5h-7A1.5 1.5 0 0 0 5 5v14a1.5 1.5 0 0 0 1.5 1.5h11A1.5 1.5 0 0 0 19 19V9ZM13.5 3.5V9H19",
  download: "M12 4v11m-5-5 5 5 5-5M5 20h14",
  voice:
    "M12 14.5a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v5.5a3 3 0 0 0 3 3ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3",
  video:
    "M4.5 6h9A1.5 1.5 0 0 1 15 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 16.5v-9A1.5 1.5 0 0 1 4.5 6ZM15 10.5l6-3v9l-6-3",
  close: "m6.5 6.5 11 11m0-11-11 11",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  shop: "M4.5 10v9h15v-9M3.5 7.5 5.5 4h13l2 3.5a2.85 2.85 0 0 1-5.67 0 2.85 2.85 0 0 1-5.66 0 2.85 2.85 0 0 1-5.67 0ZM9.5 19v-5h5v5",
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
