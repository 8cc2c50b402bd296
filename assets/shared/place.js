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
    const by = anchor.getBoundingClientRect().top - before;
    // To scroll ends the rolling under a finger: not for what nobody sees.
    if (Math.abs(by) >= 0.5) view.scrollBy({ top: by });
  };
}

/** @param {HTMLCollection} nodes @param {number} edge */
function firstBelow(nodes, edge) {
  const index = indexBelow(nodes, edge);
  // A line between days may go when what is older comes; the message after it stays.
  const node = nodes[index];
  return node instanceof HTMLElement && "day" in node.dataset ? (nodes[index + 1] ?? node) : node;
}

/**
 * Which is the first that ends below the edge, found by halving: there may be many.
 * @param {HTMLCollection} nodes one below the other
 * @param {number} edge
 * @returns {number} their number when none does
 */
export function indexBelow(nodes, edge) {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle]?.getBoundingClientRect().bottom ?? 0) > edge) high = middle;
    else low = middle + 1;
  }
  return low;
}
