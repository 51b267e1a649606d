// What the samples are filtered and sorted by stands in the page's address: `#samples?contender=axum&sort=-p99`. So a
// link shows what its sender saw.
dyno.address = (() => {
  const START = "#samples?";
  return {
    get: () => new URLSearchParams(location.hash.startsWith(START) ? location.hash.slice(START.length) : ""),
    set: (words) => {
      const chosen = new URLSearchParams(words.filter(([, word]) => word !== ""));
      if (String(chosen) === String(dyno.address.get())) return;
      // A browser may refuse this, for a file or when it is asked too often.
      try { history.replaceState(null, "", chosen.size ? START + chosen : "#samples"); } catch { /* then without */ }
    },
  };
})();
