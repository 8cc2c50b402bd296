// The shop's colour, and which ink is readable on it.

/** @param {string} color */
function channels(color) {
  const probe = document.createElement("span");
  probe.style.setProperty("color", color);
  document.documentElement.append(probe);
  const found = getComputedStyle(probe).color.match(/[\d.]+/g) ?? [];
  probe.remove();
  return found.slice(0, 3).map(Number);
}

/** WCAG's relative luminance. @param {number[]} rgb */
export function luminance(rgb) {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From here on (WCAG: 4.5 to 1) our dark ink can be read; just below it only black, and below that white. */
const DARK_MIN = 0.204;
const BLACK_MIN = 0.179;

/** What can be read on a ground of this luminance. @param {number} light */
export function inkOn(light) {
  if (light > DARK_MIN) return "#10131a";
  return light > BLACK_MIN ? "#000000" : "#ffffff";
}

/** @param {string} color */
export function applyColour(color) {
  if (!color || !CSS.supports("color", color)) return;
  const style = document.documentElement.style;
  style.setProperty("--accent", color);
  style.setProperty("--on-accent", inkOn(luminance(channels(color))));
}
