"use strict";
// What the page's scripts share. A part of the page that a script fills is filled anew when the page is.
const dyno = (() => {
  // Figures with three digits that count, as everywhere in the report.
  const three = new Intl.NumberFormat("en-US", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
  const scaled = (units) => (value) => {
    if (value === null) return "–";
    if (value === 0) return `0${units.at(-1)[1]}`;
    const [scale, unit] = units.find(([scale]) => value >= scale) ?? units.at(-1);
    return three.format(value / scale) + unit;
  };
  const number = scaled([[1, ""]]);
  const micros = scaled([[1e6, " s"], [1e3, " ms"], [1, " µs"]]);
  const kib = scaled([[1048576, " GiB"], [1024, " MiB"], [1, " KiB"]]);

  const drawn = [];
  return {
    number, micros, kib,
    one: (selector) => document.querySelector(selector),
    all: (selector) => [...document.querySelectorAll(selector)],
    whenDrawn: (draw) => { drawn.push(draw); draw(); },
    redraw: () => drawn.forEach((draw) => draw()),
  };
})();

// The theme is remembered where the browser allows it, which it may not for a file.
(() => {
  const remembered = {
    get: () => { try { return localStorage.getItem("dyno-theme"); } catch { return null; } },
    set: (theme) => { try { localStorage.setItem("dyno-theme", theme); } catch { /* then for this time only */ } },
  };
  const choose = (theme) => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    for (const button of dyno.all(".themes button")) {
      button.setAttribute("aria-pressed", String(button.dataset.theme === theme));
    }
  };
  const themes = dyno.one(".themes");
  themes.hidden = false;
  choose(remembered.get() ?? "auto");
  themes.addEventListener("click", (event) => {
    const theme = event.target.dataset.theme;
    if (!theme) return;
    choose(theme);
    remembered.set(theme);
  });
})();

// What stands in a fold opens when its address is asked for.
(() => {
  const reveal = () => {
    const id = location.hash.slice(1);
    const wanted = id && document.getElementById(id);
    if (!wanted) return;
    for (let fold = wanted.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    wanted.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  reveal();
})();
