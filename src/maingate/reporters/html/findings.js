// The findings by file or rule, with filters that say how many each of their values has.

const [RULE, PATH, LINE, COLUMN, END_LINE, END_COLUMN, ERROR, NEW, MESSAGE, ADVICE, FIX] = Array(11).keys();

const PRINTED = 1000;

part("findings", "Findings", () => number.format(DATA.findings.rows.length), (section) => new Findings(section));

class Findings {
  constructor(section) {
    const { rows, rules, paths, texts } = DATA.findings;
    this.section = section;
    this.rows = rows;
    this.rules = rules;
    this.names = rules.map((rule) => `${rule.check}/${rule.rule}`);
    this.paths = paths;
    this.texts = texts;
    this.haystacks = [];
    this.lines = new Map();
    this.group = "file";
    this.reset();
    this.draw();
  }

  reset() {
    this.filter = { text: "", path: "", severity: "", age: "", check: new Set(), rule: new Set() };
  }

  draw() {
    const input = (label, name, hint) => element("label", { class: "field" }, element("span", {}, label),
      element("input", {
        type: "search", "data-filter": name, placeholder: hint, spellcheck: "false", autocomplete: "off",
        list: name === "path" ? "folders" : null,
        on: { input: (event) => this.change(() => { this.filter[name] = event.target.value.trim(); }) },
      }));
    this.facets = element("div", { class: "facets" });
    this.status = element("p", { class: "status", role: "status" });
    this.list = element("div", { class: "finding-list" });
    this.unprinted = element("p", { class: "unprinted" });
    const groupings = [["file", "By file"], ["rule", "By rule"]].map(([value, title]) =>
      element("label", {}, element("input", {
        type: "radio", name: "group", value, checked: value === this.group,
        on: { change: () => { this.group = value; this.refresh(); } },
      }), element("span", {}, title)));
    this.section.append(
      element("h1", { class: "visually-hidden" }, "Findings"),
      element("div", { class: "columns" },
        element("aside", { class: "filters", "aria-label": "Filters" },
          element("details", { open: innerWidth > 820 },
            element("summary", {}, "Filters"),
            input("Text", "text", "message, rule or path"),
            input("Path", "path", "part of it, or src/**"),
            this.folders(),
            this.facets)),
        element("div", { class: "results" },
          element("div", { class: "results-head" }, this.status,
            element("fieldset", { class: "segmented" }, element("legend", { class: "visually-hidden" }, "Group"), groupings)),
          this.list,
          DATA.findings.isCut ? element("p", { class: "small" },
            "To keep this page small, not every old finding has the lines around it.") : null,
          this.unprinted)));
    this.lazy = new LazyList(this.list, "finding", 60, (from, to) => this.append(from, to));
    this.refresh();
  }

  folders() {
    const found = new Set();
    for (const path of this.paths) {
      const parts = path.split("/");
      for (let depth = 1; depth < Math.min(parts.length, 4); depth += 1) found.add(`${parts.slice(0, depth).join("/")}/**`);
    }
    return element("datalist", { id: "folders" },
      [...found].sort().slice(0, 300).map((folder) => element("option", { value: folder })));
  }

  /** Take the filters from the address. */
  visit(query) {
    this.reset();
    for (const name of ["text", "path", "severity", "age"]) this.filter[name] = query.get(name) ?? "";
    for (const name of ["check", "rule"]) this.filter[name] = new Set(query.getAll(name));
    for (const field of this.section.querySelectorAll("input[data-filter]")) {
      field.value = this.filter[field.dataset.filter];
    }
    this.refresh();
  }

  change(act) {
    act();
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(this.filter)) {
      if (value instanceof Set) for (const each of value) query.append(name, each);
      else if (value) query.set(name, value);
    }
    const text = String(query);
    history.replaceState(null, "", text ? `#findings?${text}` : "#findings");
    this.refresh();
  }

  refresh() {
    const { text, path, severity, age, check, rule } = this.filter;
    const wanted = text.toLowerCase();
    const isThere = path ? pathMatcher(path) : null;
    const there = isThere ? this.paths.map((each) => isThere(each)) : null;
    const tests = {
      severity: (row) => !severity || (severity === "error") === Boolean(row[ERROR]),
      age: (row) => !age || (age === "new") === Boolean(row[NEW]),
      check: (row) => !check.size || check.has(this.rules[row[RULE]].check),
      rule: (row) => !rule.size || rule.has(this.names[row[RULE]]),
    };
    const kinds = Object.keys(tests);
    const counts = Object.fromEntries(kinds.map((kind) => [kind, new Map()]));
    const values = {
      severity: (row) => (row[ERROR] ? "error" : "warning"),
      age: (row) => (row[NEW] ? "new" : "old"),
      check: (row) => this.rules[row[RULE]].check,
      rule: (row) => this.names[row[RULE]],
    };
    this.chosen = [];
    this.rows.forEach((row, index) => {
      if (there && !there[row[PATH]]) return;
      if (wanted && !this.haystack(row, index).includes(wanted)) return;
      const failing = kinds.filter((kind) => !tests[kind](row));
      if (!failing.length) this.chosen.push(row);
      for (const kind of kinds) {
        if (failing.length > 1 || (failing.length === 1 && failing[0] !== kind)) continue;
        const value = values[kind](row);
        counts[kind].set(value, (counts[kind].get(value) ?? 0) + 1);
      }
    });
    this.arrange();
    this.drawFacets(counts);
    const groups = new Set(this.chosen.map((row) => row[this.key()])).size;
    const where = this.chosen.length ? ` in ${plural(groups, this.group)}` : "";
    const all = this.chosen.length < this.rows.length ? ` of ${number.format(this.rows.length)}` : "";
    this.status.textContent = `${number.format(this.chosen.length)}${all} findings${where}`;
    this.open = null;
    this.lazy.show(this.chosen.length);
    if (!this.chosen.length) {
      this.list.append(empty(this.rows.length ? "No finding is left by these filters." : "Nothing was found."));
    }
  }

  haystack(row, index) {
    this.haystacks[index] ??= [this.names[row[RULE]], this.paths[row[PATH]], this.texts[row[MESSAGE]],
      this.texts[row[ADVICE]]].join("\n").toLowerCase();
    return this.haystacks[index];
  }

  key() {
    return this.group === "file" ? PATH : RULE;
  }

  /** Groups with what is new come first, those with errors next; rules by how much they find; in each, what is new. */
  arrange() {
    const key = this.key();
    const ranks = new Map();
    const counts = new Map();
    for (const row of this.chosen) {
      const rank = row[NEW] && row[ERROR] ? 0 : row[NEW] ? 1 : row[ERROR] ? 2 : 3;
      ranks.set(row[key], Math.min(rank, ranks.get(row[key]) ?? 3));
      counts.set(row[key], (counts.get(row[key]) ?? 0) + 1);
    }
    this.counts = counts;
    const places = new Map(this.chosen.map((row, index) => [row, index]));
    this.chosen.sort((one, other) =>
      ranks.get(one[key]) - ranks.get(other[key])
      || (key === RULE ? counts.get(other[key]) - counts.get(one[key]) : 0)
      || one[key] - other[key] || other[NEW] - one[NEW] || places.get(one) - places.get(other));
  }

  drawFacets(counts) {
    const focused = document.activeElement?.dataset?.facet;
    const one = (title, kind, all) => element("fieldset", {}, element("legend", {}, title),
      [["", all], ...[...counts[kind].keys(), this.filter[kind]].filter((value, index, every) =>
        value && every.indexOf(value) === index).sort().map((value) => [value, value])].map(([value, shown]) =>
        this.option("radio", kind, value, shown, value
          ? counts[kind].get(value) ?? 0 : [...counts[kind].values()].reduce((sum, count) => sum + count, 0))));
    const many = (title, kind) => {
      const known = new Set([...counts[kind].keys(), ...this.filter[kind]]);
      const sorted = [...known].sort((left, right) =>
        (counts[kind].get(right) ?? 0) - (counts[kind].get(left) ?? 0) || left.localeCompare(right));
      return element("fieldset", { class: sorted.length > 12 ? "scrolls" : null }, element("legend", {}, title),
        element("div", {}, sorted.map((value) => this.option("checkbox", kind, value,
          kind === "rule" ? value.slice(value.indexOf("/") + 1) : value, counts[kind].get(value) ?? 0))));
    };
    const scrolled = this.facets.querySelector(".scrolls > div")?.scrollTop ?? 0;
    this.facets.replaceChildren(
      one("Age", "age", "all"), one("Severity", "severity", "all"), many("Check", "check"), many("Rule", "rule"),
      element("button", { type: "button", class: "quiet", on: { click: () => this.clear() } }, "Clear filters"));
    const box = this.facets.querySelector(".scrolls > div");
    if (box) box.scrollTop = scrolled;
    if (focused) [...this.facets.querySelectorAll("input")].find((each) => each.dataset.facet === focused)?.focus();
  }

  option(type, kind, value, shown, count) {
    const current = this.filter[kind];
    const checked = current instanceof Set ? current.has(value) : current === value;
    return element("label", { class: "option" },
      element("input", {
        type, name: `facet-${kind}`, value, checked, "data-facet": `${kind}:${value}`,
        on: {
          change: (event) => this.change(() => {
            if (!(current instanceof Set)) this.filter[kind] = value;
            else if (event.target.checked) current.add(value);
            else current.delete(value);
          }),
        },
      }),
      element("span", { class: "label", title: shown }, shown),
      element("span", { class: "count" }, number.format(count)));
  }

  clear() {
    for (const field of this.section.querySelectorAll("input[data-filter]")) field.value = "";
    this.change(() => this.reset());
  }

  append(from, to) {
    const key = this.key();
    for (const row of this.chosen.slice(from, to)) {
      if (!this.open || this.open.group !== row[key]) {
        const list = element("ol", {});
        this.open = { group: row[key], list };
        this.list.append(element("section", { class: "group" }, this.groupHead(row), list));
      }
      this.open.list.append(this.item(row, this.open.last));
      this.open.last = row;
    }
  }

  groupHead(row) {
    const count = number.format(this.counts.get(row[this.key()]));
    const badge = element("span", { class: "count" }, count);
    if (this.group === "file") {
      return element("h2", { class: "path" }, element("span", {}, row[PATH] >= 0 && this.paths[row[PATH]]
        ? pathText(this.paths[row[PATH]]) : "the project as a whole"), badge);
    }
    const rule = this.rules[row[RULE]];
    return element("h2", { class: "rule-head" }, element("span", {}, this.ruleLink(rule),
      element("span", { class: "note" }, rule.title)), badge);
  }

  ruleLink(rule) {
    const target = rule.url.startsWith("https://") ? rule.url : null;
    return element(target ? "a" : "span", {
      class: "rule", href: target, title: rule.title, target: target && "_blank", rel: target && "noopener noreferrer",
    }, rule.rule);
  }

  item(row, before) {
    const rule = this.rules[row[RULE]];
    const severity = row[ERROR] ? "error" : "warning";
    const place = row[LINE] ? `${row[LINE]}${row[COLUMN] ? `:${row[COLUMN]}` : ""}` : "";
    const byRule = this.group === "rule";
    const where = byRule ? element("span", { class: "place" },
      pathText(this.paths[row[PATH]] || "the project as a whole"), place ? `:${place}` : "")
      : element("span", { class: "place" }, place);
    const advice = this.texts[row[ADVICE]];
    return element("li", { class: `finding ${severity}`, tabindex: "-1" },
      element("p", { class: "head" }, where,
        byRule ? null : this.ruleLink(rule),
        row[NEW] ? element("span", { class: "tag new" }, "new") : null,
        row[ERROR] ? null : element("span", { class: "tag" }, "warning"),
        element("span", { class: "check" }, rule.check)),
      element("p", { class: "message" }, prose(this.texts[row[MESSAGE]])),
      before && [PATH, LINE, COLUMN, END_LINE, END_COLUMN].every((field) => row[field] === before[field])
        ? null : this.excerpt(row),
      advice ? element("p", { class: "advice" }, prose(advice)) : null,
      row[FIX] >= 0 ? element("p", { class: "advice" }, "instead: ", element("code", {}, this.texts[row[FIX]])) : null);
  }

  linesOf(path) {
    if (!this.lines.has(path)) {
      const found = new Map();
      for (const [first, ...lines] of DATA.findings.lines[path] ?? []) {
        lines.forEach((line, index) => found.set(first + index, line));
      }
      this.lines.set(path, found);
    }
    return this.lines.get(path);
  }

  excerpt(row) {
    if (!row[LINE]) return null;
    const known = this.linesOf(row[PATH]);
    if (!known.has(row[LINE])) return null;
    const shown = [];
    for (let line = row[LINE] - 2; line <= row[LINE] + 2; line += 1) if (known.has(line)) shown.push(line);
    const texts = shown.map((line) => known.get(line)).filter((text) => text.trim());
    const indent = Math.min(...texts.map((text) => text.length - text.trimStart().length));
    // Only what may have to be scrolled has to be reached by keys.
    const isLong = texts.some((text) => text.length - indent > 60);
    return element("div", {
      class: "code", tabindex: isLong && "0", role: "group", "aria-label": `lines ${shown[0]} to ${shown.at(-1)}`,
    },
      shown.map((line) => element("div", { class: line === row[LINE] ? "line here" : "line" },
        element("span", { class: "no" }, line),
        element("code", {}, line === row[LINE]
          ? this.marked(known.get(line), row, indent) : known.get(line).slice(indent)))));
  }

  /** The line with what the finding is about underlined. */
  marked(text, row, indent) {
    const start = Math.max(row[COLUMN] - 1, indent);
    const isWithin = row[END_LINE] === row[LINE] && row[END_COLUMN] > row[COLUMN];
    const end = isWithin ? row[END_COLUMN] - 1 : row[END_LINE] > row[LINE] ? text.length : start + 1;
    if (!row[COLUMN] || start >= text.length) return text.slice(indent);
    return [text.slice(indent, start), element("mark", {}, text.slice(start, end)), text.slice(end)];
  }

  search() {
    this.section.querySelector("details").open = true;
    this.section.querySelector("input[data-filter=text]").focus();
  }

  /** Move to the next finding, or the one before. */
  step(by) {
    const items = [...this.list.querySelectorAll(".finding")];
    if (!items.length) return;
    const at = items.indexOf(document.activeElement?.closest(".finding"));
    if (at + by >= items.length) this.lazy.more();
    const every = by > 0 ? [...this.list.querySelectorAll(".finding")] : items;
    const next = every[Math.min(Math.max(at + by, 0), every.length - 1)];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  beforePrint() {
    if (this.lazy.shown < PRINTED) this.lazy.more(PRINTED - this.lazy.shown);
    const left = this.lazy.total - this.lazy.shown;
    this.unprinted.textContent = left > 0 ? `${plural(left, "more finding")} not printed.` : "";
  }
}
