// Where the reader is in a scrolled list, and how he stays there.

/**
 * What the eye rests on stays where it is, whatever is put above it.
 * @param {HTMLElement} view
 * @param {Element} list its children one below the other
 * @returns {() => void} after the change
 */
export function rememberPlace(view, list) {
  const edge = view.getBoundingClientRect().top;
  const anchor = firstBelow(list.children, edge);
  const before = anchor?.getBoundingClientRect().top ?? 0;
  return () => {
    if (!anchor?.isConnected) return;
    view.scrollBy({ top: anchor.getBoundingClientRect().top - before });
  };
}

/** The first that ends below the edge, found by halving: there may be thousands. @param {HTMLCollection} nodes @param {number} edge */
function firstBelow(nodes, edge) {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle]?.getBoundingClientRect().bottom ?? 0) > edge) high = middle;
    else low = middle + 1;
  }
  // A line between days may go when what is older comes; the message after it stays.
  const node = nodes[low];
  return node instanceof HTMLElement && "day" in node.dataset ? (nodes[low + 1] ?? node) : node;
}
