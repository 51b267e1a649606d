//! Which texts of a page lie on one another, and what sticks out of it.

/// Evaluates to a JSON list, a sentence for each fault. Only what can be seen counts: a box that scrolls hides what is
/// beyond its edges.
pub(crate) const FIND: &str = r#"(() => {
  const faults = [];
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) faults.push(`the page is ${wide} px wider than the window`);
  const boxes = [];
  const clipped = (element, rect) => {
    let { left, top, right, bottom } = rect;
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.visibility === "hidden" || style.opacity === "0" || style.clipPath !== "none") return null;
      if (style.overflowX !== "visible" || one.tagName === "svg") {
        const edge = one.getBoundingClientRect();
        left = Math.max(left, edge.left); right = Math.min(right, edge.right);
        top = Math.max(top, edge.top); bottom = Math.min(bottom, edge.bottom);
      }
      if (style.position === "fixed" || style.position === "sticky") return null;
    }
    return right - left > 1 && bottom - top > 1 ? { left, top, right, bottom } : null;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.data.trim() || ["SCRIPT", "STYLE", "OPTION", "NOSCRIPT"].includes(node.parentElement.tagName)) continue;
    if (!node.parentElement.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const seen = clipped(node.parentElement, rect);
      if (seen) boxes.push({ ...seen, text: node.data.trim().slice(0, 30), node });
    }
  }
  boxes.sort((one, other) => one.top - other.top);
  boxes.forEach((one, at) => {
    for (let next = at + 1; next < boxes.length && boxes[next].top < one.bottom; next += 1) {
      const other = boxes[next];
      // Boxes of lines are higher than their letters.
      const slack = 0.3 * Math.min(one.bottom - one.top, other.bottom - other.top);
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - other.top;
      if (one.node !== other.node && across > 1.5 && down > slack) faults.push(`"${one.text}" and "${other.text}" overlap`);
    }
  });
  return JSON.stringify(faults.slice(0, 10));
})()"#;
