// The verdict, what to do, and the conditions.

const STEPS_SHOWN = 6;
const STEP_LENGTH = 420;
const VERDICTS = { passed: "Passed", failed: "Failed", unknown: "Unknown" };

part("overview", "Overview", () => "", (section) => {
  const missed = DATA.conditions.filter((condition) => condition.state === "failed");
  section.append(
    element("div", { class: "verdict" },
      element("h1", { class: DATA.state }, VERDICTS[DATA.state]),
      element("p", { class: "lead" }, lead(missed))),
  );
  if (DATA.problems.length) section.append(problems());
  if (DATA.steps.length) section.append(steps());
  section.append(conditions());
  const asides = [aside("Exceptions", DATA.exceptions), aside("Notes", DATA.notes), observed()].filter(Boolean);
  section.append(element("div", { class: "asides" }, asides));
});

function lead(missed) {
  const count = DATA.findings.rows.length;
  const fresh = DATA.findings.rows.filter((row) => row[NEW]).length;
  const said = [];
  if (missed.length) said.push(`${missed.length} of ${plural(DATA.conditions.length, "condition")} not met`);
  else if (DATA.state === "passed") said.push(`${plural(DATA.conditions.length, "condition")} met`);
  else said.push("not everything could be measured, and what is unknown is never a pass");
  if (DATA.problems.length) said.push(plural(DATA.problems.length, "problem"));
  said.push(count ? `${plural(count, "finding")}${DATA.base ? `, ${number.format(fresh)} of them new` : ""}` : "no findings");
  if (DATA.leftOut) said.push(DATA.leftOut);
  const text = said.join("; ");
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function problems() {
  return element("section", { class: "block" },
    heading("What could not be observed"),
    element("ul", { class: "problems" }, DATA.problems.map((problem) => element("li", {}, prose(problem.text)))));
}

function steps() {
  const list = element("ol", { class: "steps" }, DATA.steps.map(stepItem));
  const block = element("section", { class: "block" },
    heading("To do", "what mends most at once first"),
    list);
  const more = DATA.steps.length - STEPS_SHOWN;
  if (more > 1) {
    for (const item of [...list.children].slice(STEPS_SHOWN)) item.hidden = true;
    block.append(element("button", { type: "button", class: "more", on: { click: (event) => {
      for (const item of list.children) item.hidden = false;
      event.currentTarget.remove();
      list.children[STEPS_SHOWN].querySelector("a, code")?.focus?.();
    } } }, `Show ${more} more`));
  }
  return block;
}

/** A step; of a long one, such as a command with many tests, the beginning. */
function stepItem(step) {
  const text = element("div", {}, prose(step, linked));
  const item = element("li", {}, text);
  if (step.length > STEP_LENGTH) {
    text.className = "clamped";
    item.append(element("button", { type: "button", class: "quiet", on: { click: (event) => {
      text.className = "";
      event.currentTarget.remove();
    } } }, "Show all of it"));
  }
  return item;
}

/** Text of a step in which rules and files lead to their findings. */
function linked(text) {
  const { rules, paths } = DATA.findings;
  const byRule = new Map(rules.map((rule) => [rule.rule, `${rule.check}/${rule.rule}`]));
  const known = new Set(paths);
  return text.split(/([\s,;]+)/).map((word) => {
    const path = word.replace(/:[\d,-]*:?$/, "");
    const query = byRule.has(word) ? { rule: byRule.get(word) } : known.has(path) && path ? { path } : null;
    return query ? element("a", { href: `#findings?${new URLSearchParams(query)}` }, word) : word;
  });
}

function conditions() {
  const order = { failed: 0, unknown: 1, passed: 2 };
  const sorted = [...DATA.conditions].sort((one, other) => order[one.state] - order[other.state]);
  const block = element("section", { class: "block" }, heading("Conditions"));
  if (!sorted.length) {
    block.append(empty("No condition was judged."));
    return block;
  }
  block.append(element("table", { class: "conditions" },
    element("thead", {}, element("tr", {},
      ["Condition", "Value", "Limit", "Distance"].map((title, index) =>
        element("th", { scope: "col", class: index === 1 || index === 2 ? "number" : null }, title)))),
    sorted.map(conditionRows)));
  return block;
}

function conditionRows(condition) {
  const target = conditionTarget(condition);
  const name = target ? element("a", { href: target }, condition.name) : condition.name;
  const title = [condition.source && `set by ${condition.source}`, condition.ratchet && "follows the best value"];
  return element("tbody", { class: condition.state },
    element("tr", {},
      element("th", { scope: "row" }, element("div", {},
        sign(condition.state),
        element("span", { class: "visually-hidden" }, `${condition.state}: `),
        element("span", { class: "name", title: title.filter(Boolean).join("; ") }, name))),
      element("td", { class: "number value", "data-label": "Value" }, condition.value),
      element("td", { class: "number", "data-label": "Limit" }, condition.limit),
      element("td", { class: "distance", "data-label": "Distance" }, gauge(condition),
        element("span", {}, condition.distance))),
    condition.moved.length
      ? element("tr", { class: "moved" }, element("td", { colspan: 4 },
          element("ul", {}, condition.moved.map((line) => element("li", {}, prose(line))))))
      : null);
}

/** Where what a condition counts is shown. */
function conditionTarget(condition) {
  if (condition.countsFindings) {
    const rule = condition.measure.slice(condition.check.length + 1).replace(/\.new$/, "");
    const query = new URLSearchParams({ check: condition.check });
    if (rule !== "findings") query.set("rule", `${condition.check}/${rule}`);
    if (condition.measure.endsWith(".new")) query.set("age", "new");
    if (condition.scope) query.set("path", condition.scope);
    query.set("severity", "error");
    return `#findings?${query}`;
  }
  if (condition.check === "coverage") return "#coverage";
  return condition.check === "tests" ? "#tests" : null;
}

/** The value as a bar with the limit as a mark. */
function gauge(condition) {
  if (condition.number === null || (condition.number === 0 && condition.limitNumber === 0)) return null;
  const most = condition.unit === "percent" ? 100 : Math.max(condition.number, condition.limitNumber, 1) * 1.02;
  const at = (value) => 100 * Math.min(Math.max(value / most, 0), 1);
  return shape("svg", { class: "gauge", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    shape("rect", { class: "track", x: 0, y: 3, width: 100, height: 4 }),
    shape("rect", { class: "bar", x: 0, y: 3, width: at(condition.number), height: 4 }),
    shape("line", { class: "limit", x1: at(condition.limitNumber), x2: at(condition.limitNumber), y1: 0, y2: 10 }));
}

function aside(title, lines) {
  if (!lines.length) return null;
  return element("section", {}, heading(title),
    element("ul", { class: "plain" }, lines.map((line) => element("li", {}, prose(line)))));
}

function observed() {
  const tools = Object.entries(DATA.toolchain).map(([name, version]) => `${name} ${version}`).join(", ");
  return element("section", {}, heading("Checks"),
    element("table", { class: "checks" },
      element("thead", {}, element("tr", {},
        ["Check", "Findings", "Observed", "Reused"].map((title, index) =>
          element("th", { scope: "col", class: index ? "number" : null }, title)))),
      element("tbody", {}, DATA.checks.map((check) => element("tr", {},
        element("th", { scope: "row" }, check.name, check.problems ? ` (${plural(check.problems, "problem")})` : ""),
        [check.findings, check.observed, check.reused].map((count) =>
          element("td", { class: "number" }, number.format(count))))))),
    element("p", { class: "small" }, tools));
}
