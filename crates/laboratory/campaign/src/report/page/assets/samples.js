// The table of all samples.
(() => {
  const { one, address, number, micros, kib } = dyno;
  const group = new Intl.NumberFormat("en-US");
  const STATUSES = ["ok", "invalid", "failed", "lost"];
  const REMARKS = ["driver-bound", "disturbed", "censored", "at least"];
  const AT_LEAST = 1 << REMARKS.indexOf("at least");

  // What stands where in a row.
  const [ROUND, CONTENDER, SCENARIO, DRIVER, STATUS, MARKS, REASON, LIMITER, RATE, P50, P99, MEMORY, CPU] = Array(13).keys();
  // Rows to a page of the table, which are cards in a narrow window, and at most on paper.
  const ROWS = matchMedia("screen and (max-width: 60rem)").matches ? 10 : 25;
  const ON_PAPER = 2000;
  const FIELDS = ["text", "contender", "scenario", "driver", "status"];
  const state = { sort: 0, down: false, page: 0 };
  let data, columns, marks, found;

  const load = () => {
    data = JSON.parse(one("#data").textContent);
    // The words of each set of marks.
    marks = [...Array(1 << REMARKS.length).keys()].map((set) => REMARKS.filter((_, bit) => set & (1 << bit)).join(", "));
    const remarks = (row) => [marks[row[MARKS]], data.reasons[row[REASON]]].filter(Boolean).join("; ");
    columns = [
      ["round", (row) => row[ROUND], String],
      ["contender", (row) => data.contenders[row[CONTENDER]], String, "start"],
      ["scenario", (row) => data.scenarios[row[SCENARIO]], String, "start"],
      ["driver", (row) => data.drivers[row[DRIVER]], String, "start"],
      ["status", (row) => row[STATUS], (status) => STATUSES[status], "start"],
      ["requests/s", (row) => row[RATE], (rate, row) => (row[MARKS] & AT_LEAST ? "≥ " : "") + number(rate)],
      ["limiter", (row) => data.limiters[row[LIMITER]], String, "start"],
      ["p50", (row) => row[P50], micros],
      ["p99", (row) => row[P99], micros],
      ["memory", (row) => row[MEMORY], kib],
      ["CPU/request", (row) => row[CPU], micros],
      ["remarks", remarks, String, "start remarks"],
    ];
  };

  const header = () => {
    const row = one("#table thead tr");
    row.replaceChildren(...columns.map(([name, , , kind], at) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.role = "columnheader";
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
    select.replaceChildren(select.options[0], ...words.map((word, at) => new Option(word, at)));
  };

  // The address names an option by its text: numbers may be others in the next report.
  const restore = () => {
    const wanted = address.get();
    const fields = one("#filters").elements;
    for (const name of FIELDS) {
      const word = wanted.get(name);
      if (word === null) continue;
      const option = [...(fields[name].options ?? [])].find((option) => option.text === word);
      fields[name].value = option ? option.value : name === "text" ? word : "";
    }
    const sort = wanted.get("sort") ?? "";
    const at = columns.findIndex(([name]) => name === sort.replace(/^-/, ""));
    if (at >= 0) [state.sort, state.down] = [at, sort.startsWith("-")];
    return [...wanted].length > 0;
  };
  const remember = () => {
    const fields = one("#filters").elements;
    const word = (field) => (field.options ? (field.value === "" ? "" : field.selectedOptions[0].text) : field.value.trim());
    const sort = state.sort || state.down ? (state.down ? "-" : "") + columns[state.sort][0] : "";
    address.set([...FIELDS.map((name) => [name, word(fields[name])]), ["sort", sort]]);
  };

  // Every word of the search stands somewhere in the row: in a name, its status, its limiter or its remarks.
  const searched = (text) => {
    const sources = [[data.contenders, CONTENDER], [data.scenarios, SCENARIO], [data.drivers, DRIVER], [STATUSES, STATUS],
      [marks, MARKS], [data.reasons, REASON], [data.limiters, LIMITER]];
    const tests = text.toLowerCase().split(/\s+/).filter(Boolean).map((word) => {
      const found = sources.map(([words, place]) => [words.map((one) => one.toLowerCase().includes(word)), place]);
      return (row) => found.some(([has, place]) => has[row[place]]);
    });
    return (row) => tests.every((test) => test(row));
  };

  const filtered = () => {
    const { text, contender, scenario, driver, status } = one("#filters").elements;
    const fits = searched(text.value);
    const chosen = ({ value }, place) => (row) => value === "" || row[place] === Number(value);
    const all = [chosen(contender, CONTENDER), chosen(scenario, SCENARIO), chosen(driver, DRIVER), chosen(status, STATUS), fits];
    return data.rows.filter((row) => all.every((test) => test(row)));
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
    line.role = "row";
    if (row[STATUS] > 0) line.className = "bad";
    columns.forEach(([name, value, shown, kind]) => {
      const cell = document.createElement("td");
      cell.role = "cell";
      cell.dataset.name = name;
      if (kind) cell.className = kind;
      cell.textContent = shown(value(row), row);
      line.append(cell);
    });
    return line;
  };
  const fill = (rows) => one("#table tbody").replaceChildren(...rows.map(line));

  const show = () => {
    found = sorted(filtered());
    const pages = Math.max(1, Math.ceil(found.length / ROWS));
    state.page = Math.min(state.page, pages - 1);
    const first = state.page * ROWS;
    fill(found.slice(first, first + ROWS));
    dyno.all("#table thead th").forEach((cell, at) => {
      cell.setAttribute("aria-sort", at !== state.sort ? "none" : state.down ? "descending" : "ascending");
    });
    one("#count").textContent = `${group.format(found.length)} of ${group.format(data.rows.length)} samples`;
    one("#page").textContent = `Page ${state.page + 1} of ${group.format(pages)}`;
    one(".pages").hidden = pages === 1;
    one("#before").disabled = state.page === 0;
    one("#after").disabled = state.page === pages - 1;
    remember();
  };

  // Paper has no pages to turn.
  const print = () => {
    const left = found.slice(ON_PAPER).length;
    fill(found.slice(0, ON_PAPER));
    const note = one("#on-paper");
    note.textContent = `${group.format(found.length - left)} of ${group.format(data.rows.length)} samples are printed; samples.csv has all.`;
    note.hidden = found.length - left === data.rows.length;
  };
  window.addEventListener("beforeprint", print);
  window.addEventListener("afterprint", () => { one("#on-paper").hidden = true; show(); });

  let linked = false;
  dyno.whenDrawn(() => {
    load();
    header();
    options("contender", data.contenders);
    options("scenario", data.scenarios);
    options("driver", data.drivers);
    linked = restore();
    for (const part of ["#filters", "#table"]) one(part).hidden = false;
    const again = () => { state.page = 0; show(); };
    one("#filters").addEventListener("input", again);
    one("#filters").addEventListener("submit", (event) => event.preventDefault());
    one("#before").addEventListener("click", () => { state.page -= 1; show(); });
    one("#after").addEventListener("click", () => { state.page += 1; show(); });
    show();
  });
  if (linked) one("#samples").scrollIntoView();
  window.addEventListener("hashchange", () => { if (restore()) show(); });
})();
