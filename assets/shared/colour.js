// The shop's colour, and whether black or white is readable on it.

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

/** @param {string} color */
export function applyColour(color) {
  if (!color || !CSS.supports("color", color)) return;
  const light = luminance(channels(color)) > 0.18;
  const style = document.documentElement.style;
  style.setProperty("--accent", color);
  style.setProperty("--on-accent", light ? "#10131a" : "#ffffff");
}
