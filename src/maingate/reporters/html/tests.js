// The tests: what failed, what is slow, what does not always end alike, and all of them.

const [T_NAME, T_OUTCOME, T_SECONDS, T_PLACE, T_MESSAGE] = Array(5).keys();
const BAD = new Set(["failed", "error"]);
const SLOWEST = 20;

part("tests", "Tests", () => (DATA.tests ? number.format(DATA.tests.rows.length) : ""), (section) => {
  section.append(element("h1", { class: "visually-hidden" }, "Tests"));
  if (!DATA.tests) {
    section.append(empty("No tests were run, so nothing is known of them here."));
    return null;
  }
  return new TestsPart(section, DATA.tests);
});

class TestsPart {
  constructor(section, tests) {
    this.section = section;
    this.tests = tests;
    const counts = Object.entries(tests.counts).sort((one, other) =>
      BAD.has(other[0]) - BAD.has(one[0]) || other[1] - one[1]);
    const how = tests.everything ? `all were run: ${tests.everything}`
      : tests.carried ? `${number.format(tests.ran)} run, ${number.format(tests.carried)} the change cannot affect`
        : "";
    section.append(element("dl", { class: "figures" },
      counts.map(([outcome, count]) => figure(outcome, number.format(count),
        percent(count, tests.rows.length), BAD.has(outcome) ? "failed" : null)),
      tests.errors.length ? figure("not collected", number.format(tests.errors.length), "files", "failed") : null,
      figure("time", amount(tests.seconds, "seconds"), how)));
    if (!tests.complete) section.append(element("p", { class: "notice" }, "The run was stopped before every test ran."));
    section.append(this.failed(), this.slowest(), this.unsteady(), this.all());
  }

  failed() {
    const bad = this.tests.rows.filter((row) => BAD.has(row[T_OUTCOME]));
    const { errors } = this.tests;
    const block = element("section", { class: "block" }, heading("Failed",
      bad.length + errors.length ? number.format(bad.length + errors.length) : null));
    if (!bad.length && !errors.length) {
      block.append(empty("No test failed."));
      return block;
    }
    const list = element("ol", { class: "failures" });
    list.append(...errors.map((error) => failure(error.place, "not collected", "", error.message)));
    const lazy = new LazyList(list, "failed test", 50, (from, to) => list.append(...bad.slice(from, to).map((row) =>
      failure(row[T_NAME], row[T_OUTCOME], row[T_PLACE], row[T_MESSAGE]))));
    block.append(list);
    lazy.total = bad.length;
    lazy.more();
    return block;
  }

  slowest() {
    const slow = [...this.tests.rows].sort((one, other) => other[T_SECONDS] - one[T_SECONDS]).slice(0, SLOWEST)
      .filter((row) => row[T_SECONDS] >= 0.005);
    const total = this.tests.rows.reduce((sum, row) => sum + row[T_SECONDS], 0);
    const share = slow.reduce((sum, row) => sum + row[T_SECONDS], 0);
    const block = element("section", { class: "block" }, heading("Slowest",
      slow.length ? `these ${slow.length} take ${percent(share, total)} of the tests' time` : null));
    if (!slow.length) block.append(empty("No test takes 5 ms."));
    else {
      block.append(element("table", { class: "slow" }, element("tbody", {}, slow.map((row) => element("tr", {},
        element("td", { class: "number" }, amount(row[T_SECONDS], "seconds")),
        element("td", { class: "meter" }, shape("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
          shape("rect", { x: 0, y: 1, height: 6, width: (100 * row[T_SECONDS]) / slow[0][T_SECONDS] }))),
        element("th", { scope: "row", class: "path" }, testName(row[T_NAME])))))));
    }
    return block;
  }

  unsteady() {
    const { unstable, outcomes, trees } = this.tests;
    const block = element("section", { class: "block" }, heading("Flaky or changing"));
    if (!unstable.length && !outcomes.length) {
      block.append(empty(trees > 1
        ? `Every test ended alike on the ${trees} commits that are recorded here, and none is known to vary on the same code.`
        : "Nothing is known of it: fewer than two commits are recorded in this environment."));
      return block;
    }
    const known = new Map(outcomes);
    const names = [...new Set([...unstable, ...known.keys()])];
    const flaky = new Set(unstable);
    block.append(element("p", { class: "small" }, `Flaky: other lines or another outcome on the same code. `
      + `Changed: another outcome on one of the ${plural(trees, "recorded commit")}, the oldest first.`));
    const body = element("tbody", {});
    block.append(element("table", { class: "unsteady" }, body));
    new LazyList(body, "test", 50, (from, to) => body.append(...names.slice(from, to).map((name) => element("tr", {},
      element("td", {}, flaky.has(name) ? element("span", { class: "tag bad" }, "flaky")
        : element("span", { class: "tag" }, "changed")),
      element("th", { scope: "row", class: "path" }, testName(name)),
      element("td", { class: "ended" }, (known.get(name) ?? []).map((outcome) => element("span", {
        class: `sign ${outcome || "none"}`, title: outcome || "not there",
      }, SIGNS[outcome] ?? "·"))))))).show(names.length);
    return block;
  }

  all() {
    const outcomes = Object.keys(this.tests.counts);
    const field = element("input", { type: "search", "aria-label": "Test", placeholder: "part of a name",
      on: { input: () => draw() } });
    this.field = field;
    const select = element("select", { "aria-label": "Outcome", on: { change: () => draw() } },
      element("option", { value: "" }, "all outcomes"), outcomes.map((outcome) => element("option", {}, outcome)));
    const body = element("tbody", {});
    const table = element("table", { class: "all-tests" }, element("thead", {}, element("tr", {},
      element("th", { scope: "col" }, "Outcome"), element("th", { scope: "col" }, "Test"),
      element("th", { scope: "col", class: "number" }, "Time"))), body);
    let chosen = [];
    const status = element("p", { class: "status", role: "status" });
    const lazy = new LazyList(body, "test", 100, (from, to) => body.append(...chosen.slice(from, to).map((row) =>
      element("tr", {},
        element("td", { class: "outcome" }, sign(row[T_OUTCOME]), row[T_OUTCOME]),
        element("th", { scope: "row", class: "path" }, testName(row[T_NAME]),
          row[T_MESSAGE] && !BAD.has(row[T_OUTCOME]) ? element("span", { class: "note" }, row[T_MESSAGE]) : null),
        element("td", { class: "number" }, amount(row[T_SECONDS], "seconds"))))));
    const draw = () => {
      const wanted = field.value.trim().toLowerCase();
      chosen = this.tests.rows.filter((row) => (!select.value || row[T_OUTCOME] === select.value)
        && row[T_NAME].toLowerCase().includes(wanted));
      status.textContent = plural(chosen.length, "test");
      lazy.show(chosen.length);
    };
    const block = element("section", { class: "block" },
      element("div", { class: "results-head" }, heading("All tests"), status, select, field), table);
    draw();
    return block;
  }

  search() {
    this.field.focus();
  }
}

function failure(name, outcome, place, message) {
  return element("li", {}, element("p", { class: "head" }, sign("failed"), element("span", { class: "path" }, testName(name)),
    element("span", { class: "tag bad" }, outcome)),
  place ? element("p", { class: "small" }, place) : null,
  message ? element("pre", { tabindex: "0" }, message) : null);
}

/** A test's name with its file quieter than itself. */
function testName(name) {
  const cut = name.indexOf("::");
  return cut < 0 ? pathText(name) : [element("span", { class: "folder" }, name.slice(0, cut + 2)), name.slice(cut + 2)];
}
