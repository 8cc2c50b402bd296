// Where a phone's keyboard lies over the page (iOS, WeChat), a page of its own is what is left above it. A framed page is fitted
// by the widget. Loaded on a phone.

/** Less than this is a bar of the browser's. */
const KEYBOARD_PX = 100;

/**
 * @param {Pick<CSSStyleDeclaration, "blockSize" | "transform">} style of what is to stay in sight
 * @param {Window & typeof globalThis} page
 */
export function stayAbove(style, page) {
  const view = page.visualViewport;
  if (!view) return;
  let covered = false;
  const fit = () => {
    const before = covered;
    // Somebody who zooms in moves about himself.
    covered = view.scale < 1.05 && page.innerHeight - view.height > KEYBOARD_PX;
    style.blockSize = covered ? `${view.height}px` : "";
    style.transform = covered ? `translateY(${view.offsetTop}px)` : "";
    // The keyboard has gone, and some browsers leave the page where it was pushed to.
    if (before && !covered) page.scrollTo(0, 0);
  };
  for (const name of ["resize", "scroll"]) view.addEventListener(name, fit);
}
