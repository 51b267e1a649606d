// A box takes the focus of the keyboard only where it hides something that the arrow keys can bring in.
(() => {
  const look = (box) => {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const observer = new ResizeObserver((changes) => changes.forEach((change) => look(change.target)));
  dyno.whenDrawn(() => {
    observer.disconnect();
    dyno.all(".scroll, pre").forEach((box) => observer.observe(box));
  });
})();

// Paper shows what is folded.
(() => {
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = dyno.all("details:not([open])");
    folded.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", () => folded.forEach((details) => { details.open = false; }));
})();
