// The spaces of French signs do not break in what scripts add to a page; its own are bound by the server (typography.py).

const AS_WRITTEN = "pre, code, textarea, script, style, svg, [role=log]"; // what somebody reads sign by sign
const BREAKING = / (?=[:;?!»])|(?<=«) |(?<=\d) (?=\d{3}(?!\d))/g;
const LASTING = "\u00a0";

function bind(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = root.nodeType === Node.TEXT_NODE ? root : walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement || node.parentElement.closest(AS_WRITTEN)) continue;
    const bound = node.data.replace(BREAKING, LASTING);
    if (bound !== node.data) node.data = bound;
  }
}

new MutationObserver((changes) => changes.flatMap((one) => [...one.addedNodes]).forEach(bind))
  .observe(document.body, { childList: true, subtree: true });
