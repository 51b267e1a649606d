(() => {
  // What a reader has opened stays open when the page is drawn anew; what is typed and chosen stands in its address.
  const name = (details) => details.closest("[id]").id;
  const opened = () => new Set(dyno.all("details[open]").map(name));
  const open = (names) => dyno.all("details").forEach((details) => { details.open = names.has(name(details)); });
  let version = null;
  const look = async () => {
    const latest = await (await fetch("version", { cache: "no-store" })).text();
    if (version !== null && latest !== version) {
      const text = await (await fetch("", { cache: "no-store" })).text();
      const next = new DOMParser().parseFromString(text, "text/html");
      const before = opened();
      for (const part of ["#live", "#main"]) document.querySelector(part).replaceWith(next.querySelector(part));
      dyno.redraw();
      open(before);
    }
    version = latest;
  };
  const loop = async () => {
    try { await look(); } catch { dyno.one("#live").textContent = "dyno has stopped; this is its last update."; }
    setTimeout(loop, 2000);
  };
  loop();
})();
