(() => {
  // What a reader has opened, typed and chosen stays when the page is drawn anew.
  const kept = () => ({
    open: [...document.querySelectorAll("details")].map((details) => details.open),
    fields: [...document.querySelectorAll("#filters input, #filters select")].map((field) => field.value),
  });
  const restore = ({ open, fields }) => {
    document.querySelectorAll("details").forEach((details, at) => { details.open = open[at] ?? false; });
    document.querySelectorAll("#filters input, #filters select").forEach((field, at) => { field.value = fields[at]; });
    document.querySelector("#filters").dispatchEvent(new Event("input"));
  };
  let version = null;
  const look = async () => {
    const latest = await (await fetch("version", { cache: "no-store" })).text();
    if (version !== null && latest !== version) {
      const text = await (await fetch("", { cache: "no-store" })).text();
      const next = new DOMParser().parseFromString(text, "text/html");
      const before = kept();
      for (const part of ["#live", "#main"]) document.querySelector(part).replaceWith(next.querySelector(part));
      dyno.table();
      restore(before);
    }
    version = latest;
  };
  const loop = async () => {
    try { await look(); } catch { dyno.one("#live").textContent = "dyno has stopped; this is its last update."; }
    setTimeout(loop, 2000);
  };
  loop();
})();
