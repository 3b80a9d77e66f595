// Every measure over the commits that were judged, with the limits that are on it now.

const CHART = { width: 360, height: 96, left: 4, right: 6, top: 10, bottom: 8 };

part("trends", "Trends", () => (DATA.trends.points.length > 1 ? number.format(DATA.trends.points.length) : ""), (section) => {
  const { points, measures } = DATA.trends;
  section.append(element("h1", { class: "visually-hidden" }, "Trends"));
  if (!points.length) {
    section.append(empty("No verdict is on record yet. Each run keeps one; ",
      element("code", {}, "maingate history pull"), " takes those of others."));
    return null;
  }
  const described = points.length > 1
    ? `${plural(points.length, "judged commit")}, from ${pointName(points[0])} to ${pointName(points.at(-1))}`
    : `One verdict is on record, that of ${pointName(points[0])}; a trend begins with the next.`;
  const field = element("input", { type: "search", "aria-label": "Measure", placeholder: "measure",
    on: { input: () => draw() } });
  const flat = element("input", { type: "checkbox", checked: points.length === 1, on: { change: () => draw() } });
  const place = element("div", {});
  section.append(
    element("div", { class: "results-head" }, element("p", { class: "status" }, described),
      element("label", { class: "inline" }, flat, " also those that never changed"), field),
    verdicts(points), place);
  const draw = () => {
    const wanted = field.value.trim().toLowerCase();
    const found = measures.filter((measure) => measure.name.toLowerCase().includes(wanted));
    const limited = found.filter((measure) => measure.limits.length);
    const rest = found.filter((measure) => !measure.limits.length);
    const others = rest.filter((measure) => flat.checked || wanted || hasMoved(measure));
    const hidden = rest.length - others.length;
    const group = (title, chosen, note) => (chosen.length || note
      ? element("section", { class: "block" }, heading(title, plural(chosen.length, "measure") + note),
        element("div", { class: "charts" }, chosen.map((measure) => chart(measure, points)))) : "");
    place.replaceChildren(group("With a limit", limited, ""),
      group("Without a limit", others, hidden ? `; ${number.format(hidden)} more never changed` : ""));
    if (!found.length) place.append(empty("No measure is called that."));
  };
  draw();
  return { search: () => field.focus() };
});

function hasMoved(measure) {
  return new Set(measure.values.filter((value) => value !== null)).size > 1;
}

function pointName([commit, date]) {
  return commit ? `${commit} (${date})` : "this tree";
}

function verdicts(points) {
  return element("ol", { class: "strip", "aria-label": "Verdicts" }, points.map((point) =>
    element("li", { class: point[3] || "none", title: `${pointName(point)} ${point[2]}: ${point[3] || "not judged"}` },
      element("span", { class: "visually-hidden" }, `${pointName(point)}: ${point[3] || "not judged"}`),
      element("span", { "aria-hidden": "true" }, SIGNS[point[3]] ?? "·"))));
}

function chart(measure, points) {
  const { values, unit, limits, name } = measure;
  const known = values.map((value, index) => [index, value]).filter(([, value]) => value !== null);
  const numbers = [...known.map(([, value]) => value), ...limits.map((limit) => limit.number)];
  let [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  if (low === high) [low, high] = [low - (low ? Math.abs(low) * 0.1 : 0), high + (Math.abs(high) * 0.1 || 1)];
  const { width, height, left, right, top, bottom } = CHART;
  const x = (index) => (values.length === 1 ? width / 2
    : left + (index / (values.length - 1)) * (width - left - right));
  const y = (value) => top + (1 - (value - low) / (high - low)) * (height - top - bottom);
  const last = values.at(-1);
  const [, first] = known[0] ?? [0, null];
  const failed = limits.some((limit) => limit.state === "failed");
  const cursor = shape("g", { class: "cursor", visibility: "hidden" },
    shape("line", { y1: 0, y2: height }), shape("circle", { r: 4 }));
  const told = element("p", { class: "told" });
  const picture = shape("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
    limits.map((limit) => zone(limit, y)),
    limits.map((limit) => shape("line", { class: "limit", x1: 0, x2: width, y1: y(limit.number), y2: y(limit.number) })),
    shape("path", { class: "area", d: areaPath(known, x, y, height - bottom) }),
    shape("path", { class: "path", d: linePath(values, x, y) }),
    known.filter(([index]) => values.length === 1 || index === known.at(-1)[0])
      .map(([index, value]) => shape("circle", { class: "end", cx: x(index), cy: y(value), r: 3 })), cursor);
  const say = (index) => {
    const value = values[index];
    cursor.setAttribute("visibility", value === null ? "hidden" : "visible");
    if (value !== null) {
      const [line, circle] = cursor.children;
      line.setAttribute("x1", x(index));
      line.setAttribute("x2", x(index));
      circle.setAttribute("cx", x(index));
      circle.setAttribute("cy", y(value));
    }
    told.replaceChildren(element("b", {}, amount(value, unit)), ` ${pointName(points[index])} `, points[index][2]);
  };
  const rest = () => {
    cursor.setAttribute("visibility", "hidden");
    const only = known.map(([, value]) => value);
    const [least, most] = [amount(Math.min(...only), unit), amount(Math.max(...only), unit)];
    told.replaceChildren(known.length < 2 ? `${plural(known.length, "value")} on record`
      : least === most ? `always ${least}` : `between ${least} and ${most}`);
  };
  let at = values.length - 1;
  const move = (index) => {
    at = Math.min(Math.max(index, 0), values.length - 1);
    say(at);
  };
  const frame = element("div", {
    class: "chart-frame", tabindex: "0", role: "group",
    "aria-label": `${name} over ${plural(values.length, "commit")}; arrows read the values`,
    on: {
      focus: () => move(at),
      blur: rest,
      mouseleave: rest,
      mousemove: (event) => {
        const box = frame.getBoundingClientRect();
        const share = (((event.clientX - box.left) / box.width) * width - left) / (width - left - right);
        move(Math.round(share * (values.length - 1)));
      },
      keydown: (event) => {
        const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: values.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        move(to);
      },
    },
  }, picture);
  told.setAttribute("aria-live", "polite");
  rest();
  const change = last !== null && first !== null && last !== first
    ? `${last > first ? "+" : "−"}${amount(Math.abs(last - first), unit).replace(" %", "")}` : "";
  return element("figure", { class: failed ? "chart failed" : "chart" },
    element("figcaption", {}, element("span", { class: "name" }, name),
      element("span", { class: "value" }, amount(last, unit)), change ? element("span", { class: "change" }, change) : null),
    frame, told,
    limits.length ? element("p", { class: "limits" }, limits.map((limit) =>
      element("span", {}, sign(limit.state), ` limit ${limit.text}`))) : null,
    valueTable(measure, points));
}

/** The side of a limit on which it is not met. */
function zone(limit, y) {
  const at = y(limit.number);
  if (limit.comparison.startsWith(">")) {
    return shape("rect", { class: "zone", x: 0, width: CHART.width, y: at, height: Math.max(CHART.height - at, 0) });
  }
  if (limit.comparison.startsWith("<") || (limit.comparison === "==" && limit.number === 0)) {
    return shape("rect", { class: "zone", x: 0, width: CHART.width, y: 0, height: Math.max(at, 0) });
  }
  return null;
}

/** A line through the values, broken where one is not known. */
function linePath(values, x, y) {
  let isDown = false;
  return values.map((value, index) => {
    if (value === null) {
      isDown = false;
      return "";
    }
    const command = isDown ? "L" : "M";
    isDown = true;
    return `${command}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
  }).join("");
}

function areaPath(known, x, y, ground) {
  if (known.length < 2) return "";
  const over = known.map(([index, value]) => `L${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  return `M${x(known[0][0]).toFixed(1)} ${ground}${over}L${x(known.at(-1)[0]).toFixed(1)} ${ground}Z`;
}

function valueTable(measure, points) {
  const box = element("details", { class: "values", on: { toggle: () => {
    if (!box.open || box.querySelector("table")) return;
    box.append(element("table", {}, element("thead", {}, element("tr", {}, ["Commit", "Day", "Verdict", "Value"].map((title) =>
      element("th", { scope: "col" }, title)))),
    element("tbody", {}, points.map(([commit, date, , state], index) => element("tr", {},
      element("td", {}, commit || "this tree"), element("td", {}, date), element("td", {}, state),
      element("td", { class: "number" }, amount(measure.values[index], measure.unit)))).reverse())));
  } } }, element("summary", {}, "Values"));
  return box;
}
