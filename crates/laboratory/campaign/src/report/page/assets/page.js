"use strict";
const dyno = (() => {
  const one = (selector) => document.querySelector(selector);

  // The theme is remembered where the browser allows it, which it may not for a file.
  const remembered = {
    get: () => { try { return localStorage.getItem("dyno-theme"); } catch { return null; } },
    set: (theme) => { try { localStorage.setItem("dyno-theme", theme); } catch { /* then for this time only */ } },
  };
  const choose = (theme) => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    for (const button of document.querySelectorAll(".themes button")) {
      button.setAttribute("aria-pressed", String(button.dataset.theme === theme));
    }
  };
  const themes = () => {
    choose(remembered.get() ?? "auto");
    one(".themes").addEventListener("click", (event) => {
      const theme = event.target.dataset.theme;
      if (!theme) return;
      choose(theme);
      remembered.set(theme);
    });
  };

  // Figures with three digits that count, as everywhere in the report.
  const three = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
  const scaled = (units) => (value) => {
    if (value === null) return "–";
    const [scale, unit] = units.find(([scale]) => value >= scale) ?? units.at(-1);
    return three.format(value / scale) + unit;
  };
  const number = scaled([[1, ""]]);
  const micros = scaled([[1e6, " s"], [1e3, " ms"], [1, " µs"]]);
  const kib = scaled([[1048576, " GiB"], [1024, " MiB"], [1, " KiB"]]);
  const STATUSES = ["ok", "invalid", "failed", "lost"];
  const REMARKS = ["driver-bound", "disturbed", "censored"];

  // What stands where in a row.
  const [ROUND, CONTENDER, SCENARIO, DRIVER, STATUS, MARKS, REASON, LIMITER, RATE, P50, P99, MEMORY, CPU] = Array(13).keys();
  const ROWS = 100;
  const state = { sort: 0, down: false, page: 0 };
  let data, columns, found;

  const load = () => {
    data = JSON.parse(one("#data").textContent);
    const remarks = (row) => {
      const marks = REMARKS.filter((_, bit) => row[MARKS] & (1 << bit)).join(", ");
      return [marks, data.reasons[row[REASON]]].filter(Boolean).join("; ");
    };
    columns = [
      ["round", (row) => row[ROUND], String],
      ["contender", (row) => data.contenders[row[CONTENDER]], String, "start"],
      ["scenario", (row) => data.scenarios[row[SCENARIO]], String, "start"],
      ["driver", (row) => data.drivers[row[DRIVER]], String, "start"],
      ["status", (row) => row[STATUS], (status) => STATUSES[status], "start"],
      ["requests/s", (row) => row[RATE], number],
      ["limiter", (row) => data.limiters[row[LIMITER]], String, "start"],
      ["p50", (row) => row[P50], micros],
      ["p99", (row) => row[P99], micros],
      ["memory", (row) => row[MEMORY], kib],
      ["CPU/request", (row) => row[CPU], micros],
      ["remarks", remarks, String, "start why"],
    ];
  };

  const header = () => {
    const row = one("#table thead tr");
    row.replaceChildren(...columns.map(([name, , , kind], at) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      if (kind) cell.className = "start";
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.addEventListener("click", () => {
        state.down = state.sort === at && !state.down;
        state.sort = at;
        state.page = 0;
        show();
      });
      cell.append(button);
      return cell;
    }));
  };

  const options = (name, words) => {
    const select = one("#filters").elements[name];
    const chosen = select.value;
    select.replaceChildren(select.options[0], ...words.map((word, at) => new Option(word, at)));
    select.value = chosen;
  };

  const filtered = () => {
    const { text, contender, scenario, driver, status } = one("#filters").elements;
    const wanted = text.value.trim().toLowerCase();
    const has = (word) => word.toLowerCase().includes(wanted);
    const [names, kinds, reasons] = [data.contenders, data.scenarios, data.reasons].map((words) => words.map(has));
    return data.rows.filter((row) =>
      (contender.value === "" || row[CONTENDER] === Number(contender.value)) &&
      (scenario.value === "" || row[SCENARIO] === Number(scenario.value)) &&
      (driver.value === "" || row[DRIVER] === Number(driver.value)) &&
      (status.value === "" || row[STATUS] === Number(status.value)) &&
      (wanted === "" || names[row[CONTENDER]] || kinds[row[SCENARIO]] || reasons[row[REASON]]));
  };

  // What has no figure comes last, whichever way it is sorted.
  const sorted = (rows) => {
    const [, value] = columns[state.sort];
    const keyed = rows.map((row) => [value(row), row]);
    const sign = state.down ? -1 : 1;
    keyed.sort(([a], [b]) => {
      if (a === b) return 0;
      if (a === null || a === "") return 1;
      if (b === null || b === "") return -1;
      return a < b ? -sign : sign;
    });
    return keyed.map(([, row]) => row);
  };

  const line = (row) => {
    const line = document.createElement("tr");
    if (row[STATUS] > 0) line.className = "bad";
    columns.forEach(([, value, shown, kind]) => {
      const cell = document.createElement("td");
      if (kind) cell.className = kind;
      cell.textContent = shown(value(row));
      line.append(cell);
    });
    return line;
  };

  const show = () => {
    found = sorted(filtered());
    const pages = Math.max(1, Math.ceil(found.length / ROWS));
    state.page = Math.min(state.page, pages - 1);
    const first = state.page * ROWS;
    one("#table tbody").replaceChildren(...found.slice(first, first + ROWS).map(line));
    document.querySelectorAll("#table thead th").forEach((cell, at) => {
      cell.setAttribute("aria-sort", at !== state.sort ? "none" : state.down ? "descending" : "ascending");
    });
    const group = new Intl.NumberFormat("en-US");
    one("#count").textContent = `${group.format(found.length)} of ${group.format(data.rows.length)} samples`;
    one("#page").textContent = `Page ${state.page + 1} of ${group.format(pages)}`;
    one(".pages").hidden = pages === 1;
    one("#before").disabled = state.page === 0;
    one("#after").disabled = state.page === pages - 1;
  };

  const table = () => {
    load();
    header();
    options("contender", data.contenders);
    options("scenario", data.scenarios);
    options("driver", data.drivers);
    const again = () => { state.page = 0; show(); };
    one("#filters").addEventListener("input", again);
    one("#filters").addEventListener("submit", (event) => event.preventDefault());
    one("#before").addEventListener("click", () => { state.page -= 1; show(); });
    one("#after").addEventListener("click", () => { state.page += 1; show(); });
    show();
  };

  themes();
  table();
  return { table, one };
})();
