// Coverage: a map of the files by size, the annotated source of what changed, and a table of all files.

const [F_PATH, F_LINES, F_ALL_LINES, F_BRANCHES, F_ALL_BRANCHES, F_MISSING, F_CHANGED] = Array(7).keys();
const STEPS = [[50, "below 50 %"], [70, "50 to 70"], [85, "70 to 85"], [95, "85 to 95"], [100, "95 to 100"],
  [Infinity, "100 %"]];

part("coverage", "Coverage", () => {
  if (!DATA.coverage) return "";
  const [covered, whole] = sums(DATA.coverage.files);
  return percent(covered, whole);
}, (section) => {
  section.append(element("h1", { class: "visually-hidden" }, "Coverage"));
  if (!DATA.coverage) {
    section.append(empty("Coverage was not measured in this run."));
    return null;
  }
  return new CoveragePart(section, DATA.coverage);
});

function sums(files) {
  const total = (index) => files.reduce((sum, file) => sum + file[index], 0);
  return [total(F_LINES), total(F_ALL_LINES), total(F_BRANCHES), total(F_ALL_BRANCHES)];
}

class CoveragePart {
  constructor(section, coverage) {
    this.section = section;
    this.files = coverage.files;
    const [lines, allLines, branches, allBranches] = sums(this.files);
    const known = new Map(DATA.conditions.map((condition) => [condition.name, condition]));
    const fresh = known.get("coverage.new");
    section.append(element("dl", { class: "figures" },
      figure("Lines", percent(lines, allLines), `${number.format(lines)} of ${number.format(allLines)}`),
      allBranches ? figure("Branches", percent(branches, allBranches),
        `${number.format(branches)} of ${number.format(allBranches)}`) : null,
      fresh ? figure("New lines", fresh.value, `limit ${fresh.limit}`, fresh.state) : null,
      figure("Files", number.format(this.files.length), `${number.format(this.files.filter((file) =>
        file[F_LINES] === file[F_ALL_LINES]).length)} covered wholly`)));
    section.append(this.map(), this.changed(coverage), this.table());
  }

  map() {
    const root = tree(this.files);
    const block = element("section", { class: "block" },
      heading("Map", "area: lines of code, colour: share that tests execute"));
    this.treemap = new Treemap(root, (file) => this.pick(file));
    block.append(this.treemap.place);
    return block;
  }

  changed(coverage) {
    const block = element("section", { class: "block" }, heading("Changed files", `${plural(
      this.files.filter((file) => file[F_CHANGED]).length, "file")} with code`));
    if (!coverage.sources.length && !coverage.leftOut.length) {
      block.append(empty("The change touches no file whose coverage is measured."));
      return block;
    }
    block.append(element("p", { class: "legend lines" },
      ["covered", "partly", "uncovered", "new"].map((kind) => element("span", {},
        element("i", { class: `mark ${kind}`, "aria-hidden": "true" }, LINE_SIGNS[kind]), LINE_WORDS[kind]))));
    this.sources = new Map();
    const list = element("div", { class: "sources" });
    const lazy = new LazyList(list, "file", 50, (from, to) => {
      for (const source of coverage.sources.slice(from, to)) {
        const drawn = sourceView(source);
        this.sources.set(source.path, drawn);
        list.append(drawn);
      }
    });
    block.append(list);
    lazy.show(coverage.sources.length);
    this.moreSources = () => lazy.more(coverage.sources.length);
    if (list.firstChild && coverage.sources[0].uncovered) list.firstChild.open = true;
    if (coverage.leftOut.length) {
      block.append(element("p", { class: "small" },
        `To keep this page small, the source of ${plural(coverage.leftOut.length, "more changed file")} is left out: `,
        coverage.leftOut.slice(0, 20).join(", "), coverage.leftOut.length > 20 ? ", ..." : ""));
    }
    return block;
  }

  table() {
    const state = { key: "missing", down: true };
    const values = {
      path: (file) => file[F_PATH],
      lines: (file) => file[F_ALL_LINES],
      missing: (file) => file[F_ALL_LINES] - file[F_LINES],
      branches: (file) => file[F_ALL_BRANCHES] - file[F_BRANCHES],
      share: (file) => (file[F_ALL_LINES] ? file[F_LINES] / file[F_ALL_LINES] : 1),
    };
    const columns = [
      { key: "path", title: "File" }, { key: "lines", title: "Lines", class: "number", down: true },
      { key: "missing", title: "Missing", class: "number", down: true },
      { key: "branches", title: "Branches missing", class: "number", down: true },
      { key: "share", title: "Covered", class: "number" }, { title: "Lines that no test executes" },
    ];
    const body = element("tbody", {});
    const table = element("table", { class: "files" });
    const field = element("input", { type: "search", "aria-label": "Path", placeholder: "path, or src/**",
      on: { input: () => redraw() } });
    this.field = field;
    let chosen = [];
    const lazy = new LazyList(body, "file", 100, (from, to) => {
      body.append(...chosen.slice(from, to).map((file) => element("tr", {},
        element("th", { scope: "row", class: "path" }, pathText(file[F_PATH])),
        element("td", { class: "number" }, number.format(file[F_ALL_LINES])),
        element("td", { class: "number" }, number.format(file[F_ALL_LINES] - file[F_LINES])),
        element("td", { class: "number" }, number.format(file[F_ALL_BRANCHES] - file[F_BRANCHES])),
        element("td", { class: "number" }, percent(file[F_LINES], file[F_ALL_LINES])),
        element("td", { class: "spans" }, spansText(file[F_MISSING])))));
    });
    const redraw = (focus) => {
      table.querySelector("thead")?.remove();
      table.prepend(sortableHead(columns, state, redraw));
      const matcher = pathMatcher(field.value.trim());
      const value = values[state.key];
      chosen = this.files.filter((file) => matcher(file[F_PATH])).sort((one, other) => {
        const [left, right] = [value(one), value(other)];
        return (left < right ? -1 : left > right ? 1 : 0) * (state.down ? -1 : 1)
          || one[F_PATH].localeCompare(other[F_PATH]);
      });
      lazy.show(chosen.length);
      if (focus) table.querySelectorAll("th")[columns.findIndex((column) => column.key === focus)]
        .querySelector("button").focus();
    };
    table.append(body);
    const block = element("section", { class: "block" },
      element("div", { class: "results-head" }, heading("All files"), field),
      element("div", { class: "wide" }, table));
    redraw();
    return block;
  }

  /** A file of the map was chosen. */
  pick(file) {
    this.moreSources?.();
    const drawn = this.sources?.get(file[F_PATH]);
    if (!drawn) return;
    drawn.open = true;
    drawn.scrollIntoView({ block: "start" });
    drawn.querySelector("summary").focus({ preventScroll: true });
  }

  search() {
    this.field.focus();
  }

  beforePrint() {
    this.moreSources?.();
    for (const drawn of this.section.querySelectorAll("details.source")) drawn.open = true;
  }
}

function figure(name, value, note, state) {
  return element("div", { class: state ?? null }, element("dt", {}, name), element("dd", {}, value,
    element("span", { class: "note" }, note)));
}

function spansText(text) {
  if (!text) return "";
  const spans = text.split(",");
  return spans.length > 12 ? `${spans.slice(0, 12).join(", ")} and ${spans.length - 12} more` : spans.join(", ");
}

/** Folders with what is in them; a folder with a single folder in it is one with it. */
function tree(files) {
  const root = { name: "", path: "", children: new Map(), covered: 0, whole: 0, file: null };
  for (const file of files) {
    let node = root;
    const parts = file[F_PATH].split("/");
    parts.forEach((name, index) => {
      node.covered += file[F_LINES];
      node.whole += file[F_ALL_LINES];
      if (!node.children.has(name)) {
        node.children.set(name, {
          name, path: parts.slice(0, index + 1).join("/"), children: new Map(), covered: 0, whole: 0, file: null,
        });
      }
      node = node.children.get(name);
    });
    node.covered += file[F_LINES];
    node.whole += file[F_ALL_LINES];
    node.file = file;
  }
  return folded(root);
}

function folded(node) {
  let here = node;
  while (here.children.size === 1 && !here.file) {
    const [only] = here.children.values();
    if (only.file) break;
    here = { ...only, name: here.name ? `${here.name}/${only.name}` : only.name };
  }
  return { ...here, children: [...here.children.values()].map(folded).filter((child) => child.whole > 0)
    .sort((one, other) => other.whole - one.whole || one.name.localeCompare(other.name)) };
}

function step(covered, whole) {
  return STEPS.findIndex(([limit]) => (100 * covered) / whole < limit);
}

/** A map in which every file has an area of its size; folders that are too small to be opened are one tile. */
class Treemap {
  constructor(root, pick) {
    this.pick = pick;
    this.trail = [root];
    this.crumbs = element("nav", { class: "crumbs", "aria-label": "Folder of the map" });
    this.frame = element("div", {
      class: "treemap", role: "group", "aria-label": "Map of coverage; arrows move, Enter opens",
      on: { keydown: (event) => this.press(event), focusin: (event) => this.tell(event.target),
        mouseover: (event) => this.tell(event.target) },
    });
    this.caption = element("p", { class: "caption", role: "status" });
    this.place = element("div", {}, this.crumbs, this.frame, this.caption,
      element("p", { class: "legend" }, STEPS.map(([, text], index) =>
        element("span", {}, element("i", { class: `swatch step-${index}` }), text))));
    new ResizeObserver(() => {
      if (this.frame.clientWidth !== this.width) this.draw();
    }).observe(this.frame);
  }

  get node() {
    return this.trail.at(-1);
  }

  draw(focused) {
    this.width = this.frame.clientWidth;
    if (!this.width) return;
    const height = this.frame.clientHeight;
    this.tiles = [];
    this.frame.replaceChildren();
    this.crumbs.replaceChildren(...this.trail.map((node, index) => index === this.trail.length - 1
      ? element("span", { "aria-current": "true" }, node.name || "all files")
      : element("button", { type: "button", class: "quiet", on: { click: () => this.leave(index) } },
        node.name || "all files")));
    this.fill(this.node, 0, 0, this.width, height, 0);
    const first = this.tiles.find((tile) => tile.node.path === focused) ?? this.tiles[0];
    if (first) {
      first.button.tabIndex = 0;
      if (focused !== undefined) first.button.focus();
      else this.tell(first.button);
    }
  }

  fill(node, x, y, width, height, depth) {
    if (node.file || (depth > 0 && (width < 90 || height < 60 || !node.children.length))) {
      return this.tile(node, x, y, width, height);
    }
    let top = 0;
    if (depth > 0) {
      top = 18;
      const label = element("button", { type: "button", tabindex: "-1", class: "region",
        on: { click: () => this.enter(node) } }, node.name);
      put(label, x, y, width, top);
      label.node = node;
      this.frame.append(label);
    }
    const inset = depth > 0 ? 1 : 0;
    for (const [child, ...box] of squarified(node.children, x + inset, y + top, width - 2 * inset, height - top - inset)) {
      this.fill(child, ...box, depth + 1);
    }
    return undefined;
  }

  tile(node, x, y, width, height) {
    const button = element("button", {
      type: "button", tabindex: "-1", class: `tile step-${step(node.covered, node.whole)}${node.file ? "" : " many"}`,
      "aria-label": `${node.name} ${share(node)}; ${node.path}`,
      on: { click: () => (node.file ? this.pick(node.file) : this.enter(node)) },
    }, width > 44 && height > 16 ? element("span", {}, node.name) : null, " ",
      width > 60 && height > 34 ? element("small", {}, percent(node.covered, node.whole)) : null);
    put(button, x, y, width, height);
    button.node = node;
    this.tiles.push({ node, button, x: x + width / 2, y: y + height / 2 });
    this.frame.append(button);
  }

  tell(target) {
    const node = target.closest?.(".tile, .region")?.node;
    if (node) this.caption.textContent = said(node);
  }

  enter(node) {
    const down = [];
    const find = (here) => here === node || here.children.some((child) => {
      if (!find(child)) return false;
      down.unshift(child);
      return true;
    });
    find(this.node);
    if (!node.children.length) return;
    this.trail.push(...down);
    this.draw("");
  }

  leave(index) {
    const from = this.node.path;
    this.trail.length = index + 1;
    this.draw(from);
  }

  press(event) {
    if (event.key === "Backspace" && this.trail.length > 1) {
      event.preventDefault();
      this.leave(this.trail.length - 2);
      return;
    }
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const from = this.tiles.find((tile) => tile.button === document.activeElement);
    if (!by || !from) return;
    event.preventDefault();
    // The nearest tile in that direction; what lies aside counts double.
    const far = (tile) => {
      const along = (tile.x - from.x) * by[0] + (tile.y - from.y) * by[1];
      const across = Math.abs((tile.x - from.x) * by[1]) + Math.abs((tile.y - from.y) * by[0]);
      return along > 1 ? along + 2 * across : Infinity;
    };
    const next = this.tiles.reduce((best, tile) => (far(tile) < far(best) ? tile : best), from);
    if (next === from) return;
    from.button.tabIndex = -1;
    next.button.tabIndex = 0;
    next.button.focus();
  }
}

function said(node) {
  return `${node.path || "all files"}: ${share(node)}`;
}

function share(node) {
  return `${percent(node.covered, node.whole)} of ${plural(node.whole, "line")}`
    + (node.whole > node.covered ? `, ${number.format(node.whole - node.covered)} missing` : "");
}

function put(box, x, y, width, height) {
  Object.assign(box.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
}

/**
 * Rectangles whose areas are as the nodes' sizes, each near to a square, largest node first.
 * Source: Bruls, Huizing, van Wijk, "Squarified Treemaps" (2000).
 */
function squarified(nodes, left, top, wide, high) {
  const found = [];
  let [x, y, width, height] = [left, top, Math.max(wide, 0), Math.max(high, 0)];
  let rest = nodes.reduce((sum, node) => sum + node.whole, 0);
  let index = 0;
  while (index < nodes.length && width > 0 && height > 0) {
    const scale = (width * height) / rest;
    const side = Math.min(width, height);
    let row = [];
    let sum = 0;
    let worst = Infinity;
    while (index + row.length < nodes.length) {
      const size = nodes[index + row.length].whole;
      const area = (sum + size) * scale;
      const largest = (row[0]?.whole ?? size) * scale;
      const ratio = Math.max((side * side * largest) / (area * area), (area * area) / (side * side * size * scale));
      if (ratio > worst) break;
      worst = ratio;
      sum += size;
      row = [...row, nodes[index + row.length]];
    }
    const thick = (sum * scale) / side;
    let at = 0;
    for (const node of row) {
      const long = (node.whole * scale) / thick;
      found.push(width >= height ? [node, x, y + at, thick, long] : [node, x + at, y, long, thick]);
      at += long;
    }
    if (width >= height) {
      x += thick;
      width -= thick;
    } else {
      y += thick;
      height -= thick;
    }
    rest -= sum;
    index += row.length;
  }
  return found;
}

const LINE_KINDS = { c: "covered", p: "partly", u: "uncovered", n: "" };
const LINE_SIGNS = { covered: "·", partly: "~", uncovered: "!", new: "+" };
const LINE_WORDS = { covered: "covered", partly: "a branch is not taken", uncovered: "no test executes it", new: "new" };

/** A changed file: what is new and around it, and what is folded away. */
function sourceView(source) {
  const box = element("details", { class: "source", on: { toggle: () => fill() } },
    element("summary", {}, element("span", { class: "path" }, pathText(source.path)),
      element("span", { class: "note" }, source.whole ? "new file, " : "", `${plural(source.new, "new statement")}`),
      source.uncovered ? element("span", { class: "tag bad" }, `${number.format(source.uncovered)} uncovered`)
        : element("span", { class: "tag good" }, "covered")));
  const fill = () => {
    if (!box.open || box.querySelector(".code")) return;
    const code = element("div", { class: "code", tabindex: "0", role: "group", "aria-label": source.path });
    for (const [from, to, isFolded] of folds(source)) {
      if (isFolded) code.append(foldView(source, from, to));
      else code.append(...linesView(source, from, to));
    }
    box.append(code);
  };
  return box;
}

/** Runs of lines, some folded away: those far from what is new and not covered, or from what is new. */
function folds(source) {
  const count = source.lines.length;
  const marks = [...source.marks];
  const isShown = (mark) => (source.whole ? /[UP]/ : /[A-Z]/).test(mark);
  if (!marks.some(isShown)) return count > 60 ? [[0, 40, false], [40, count, true]] : [[0, count, false]];
  const near = new Uint8Array(count);
  marks.forEach((mark, index) => {
    if (isShown(mark)) near.fill(1, Math.max(0, index - 4), Math.min(count, index + 5));
  });
  const runs = [];
  for (let index = 0; index < count; index += 1) {
    const last = runs.at(-1);
    if (last && last[2] === !near[index]) last[1] = index + 1;
    else runs.push([index, index + 1, !near[index]]);
  }
  return runs.map(([from, to, isFolded]) => [from, to, isFolded && to - from > 3]);
}

function foldView(source, from, to) {
  return element("button", {
    type: "button", class: "fold",
    on: { click: (event) => event.currentTarget.replaceWith(...linesView(source, from, to)) },
  }, `${plural(to - from, "line")}`);
}

function linesView(source, from, to) {
  return source.lines.slice(from, to).map((text, index) => {
    const mark = source.marks[from + index];
    const kind = LINE_KINDS[mark.toLowerCase()];
    const isNew = mark !== mark.toLowerCase();
    const words = [isNew ? "new" : "", kind ? LINE_WORDS[kind] : ""].filter(Boolean).join(", ");
    return element("div", { class: `line ${kind}${isNew ? " new" : ""}` },
      element("span", { class: "no" }, from + index + 1),
      element("span", { class: "signs", title: words }, element("span", { class: "visually-hidden" }, words),
        element("span", { "aria-hidden": "true" }, element("i", {}, isNew ? "+" : " "), LINE_SIGNS[kind] ?? " ")),
      element("code", {}, text));
  });
}
