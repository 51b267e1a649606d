// What other weights would change. The decision itself stays that of the rule.
(() => {
  const { one, all, number } = dyno;
  // Each criterion's share of all weights, as a reader has set them; none where they are the rule's.
  let chosen = null;

  const sum = (figures) => figures.reduce((all, figure) => all + figure, 0);
  const percent = (share) => `${Math.round(share * 100)}\u00a0%`;

  // One criterion gets a share; the others keep their proportions, or have those of the rule once more.
  const moved = (weights, rule, at, share) => {
    const others = (of) => sum(of) - of[at];
    const from = others(weights) > 1e-9 ? weights : rule;
    return from.map((weight, place) => place === at ? share : weight * (1 - share) / others(from));
  };

  // The contenders with the logarithms of their scores, the best first.
  const ranked = ({ contenders, shares }, weights) => {
    const score = (figures) => sum(figures.map((figure, at) => weights[at] > 0 ? weights[at] * Math.log(figure) : 0));
    const scores = contenders.map((name, at) => ({ name, score: score(shares[at]) }));
    return scores.sort((a, b) => b.score - a.score);
  };

  const result = (data, weights) => {
    const [first, second] = ranked(data, weights);
    const leader = data.contenders[0];
    const times = Math.exp(first.score - second.score);
    if (times * (1 - data.margin) < 1) {
      return `${first.name} and ${second.name} would tie: their scores differ by less than ${percent(data.margin)}.`;
    }
    return first.name === leader
      ? `${leader} would still have the highest score: ${number(times)}× ${second.name}.`
      : `${first.name} would have the highest score: ${number(times)}× ${second.name}.`;
  };

  const weights = () => {
    const source = one("#criteria");
    if (!source) return;
    const data = JSON.parse(source.textContent);
    const sliders = all(".weight input");
    const panel = one("#weights");
    const button = panel.querySelector("button");
    const show = () => {
      const now = chosen ?? data.rule;
      sliders.forEach((slider, at) => {
        slider.value = Math.round(now[at] * 100);
        slider.setAttribute("aria-valuetext", percent(now[at]));
        slider.closest("li").querySelector(".share").textContent = percent(now[at]);
      });
      panel.querySelector("output").textContent = chosen ? result(data, chosen) : "Move a weight to see what it would change.";
    };
    sliders.forEach((slider, at) => {
      slider.hidden = false;
      slider.addEventListener("input", () => {
        chosen = moved(chosen ?? data.rule, data.rule, at, slider.value / 100);
        show();
      });
    });
    button.addEventListener("click", () => { chosen = null; show(); });
    panel.hidden = false;
    show();
  };

  dyno.whenDrawn(weights);
})();
