// The project's vocabulary: the words of the names that it gives.

const [W_TEXT, W_NAMES, W_FILES, W_KINDS, W_EXAMPLES, W_MEANS, W_INSTEAD] = Array(7).keys();

part("vocabulary", "Vocabulary", () => (DATA.words.length ? number.format(DATA.wordCount) : ""), (section) => {
  section.append(element("h1", { class: "visually-hidden" }, "Vocabulary"));
  if (!DATA.words.length) {
    section.append(empty("The project gives no names, or they could not be read."));
    return null;
  }
  const byWord = new Map(DATA.words.map((word) => [word[W_TEXT], word]));
  const instead = new Set(DATA.words.map((word) => word[W_INSTEAD]).filter(Boolean));
  section.append(element("p", { class: "intro" }, "The words of the names that the project's code gives, tests left out. "
    + "One thing should have one word: abbreviations stand beside the word that they stand for, "
    + "and what the glossary replaces beside its replacement."));
  const pairs = DATA.words.filter((word) => word[W_MEANS] && byWord.has(word[W_MEANS]));
  section.append(spellings(pairs, byWord));
  if (DATA.acronyms.length) {
    section.append(element("section", { class: "block" }, heading("Acronyms of the glossary"),
      element("p", {}, DATA.acronyms.join(", "))));
  }
  return { search: words(section, instead) };
});

function spellings(pairs, byWord) {
  const block = element("section", { class: "block" }, heading("One word, two spellings", pairs.length
    ? `${number.format(pairs.length)}, the most used first` : null));
  if (!pairs.length) {
    block.append(empty("No abbreviation is used beside the word that it stands for."));
    return block;
  }
  const sorted = [...pairs].sort((one, other) =>
    Math.min(other[W_NAMES], byWord.get(other[W_MEANS])[W_NAMES]) - Math.min(one[W_NAMES], byWord.get(one[W_MEANS])[W_NAMES]));
  const list = element("ul", { class: "pairs" });
  block.append(list);
  new LazyList(list, "pair", 24, (from, to) => list.append(...sorted.slice(from, to).map((word) => {
    const full = byWord.get(word[W_MEANS]);
    const most = word[W_NAMES] + full[W_NAMES];
    return element("li", {},
      element("div", { class: "pair" }, element("b", {}, word[W_TEXT]), element("span", { class: "count" }, number.format(word[W_NAMES])),
        shape("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
          shape("rect", { class: "short", x: 0, y: 0, height: 6, width: (100 * word[W_NAMES]) / most }),
          shape("rect", { class: "full", x: (100 * word[W_NAMES]) / most, y: 0, height: 6, width: (100 * full[W_NAMES]) / most })),
        element("span", { class: "count" }, number.format(full[W_NAMES])), element("b", {}, full[W_TEXT])),
      element("p", { class: "small names" }, word[W_EXAMPLES].slice(0, 2).join(", "), " · ", full[W_EXAMPLES].slice(0, 2).join(", ")));
  }))).show(sorted.length);
  return block;
}

function words(section, instead) {
  const field = element("input", { type: "search", "aria-label": "Word", placeholder: "word or name", on: { input: () => draw() } });
  const noted = element("input", { type: "checkbox", on: { change: () => draw() } });
  const state = { key: "names", down: true };
  const columns = [{ key: "word", title: "Word" }, { key: "names", title: "Names", class: "number", down: true },
    { key: "files", title: "Files", class: "number", down: true }, { title: "Given to" }, { title: "Such as" }];
  const values = { word: (word) => word[W_TEXT], names: (word) => word[W_NAMES], files: (word) => word[W_FILES] };
  const status = element("p", { class: "status", role: "status" });
  const body = element("tbody", {});
  const table = element("table", { class: "words" }, body);
  let chosen = [];
  const lazy = new LazyList(body, "word", 100, (from, to) => body.append(...chosen.slice(from, to).map((word) =>
    element("tr", {},
      element("th", { scope: "row" }, word[W_TEXT], wordNote(word, instead)),
      element("td", { class: "number" }, number.format(word[W_NAMES])),
      element("td", { class: "number" }, number.format(word[W_FILES])),
      element("td", { class: "kinds" }, word[W_KINDS].slice(0, 3).map(([kind, count]) => element("span", {},
        `${kind} `, element("span", { class: "count" }, number.format(count))))),
      element("td", { class: "names" }, word[W_EXAMPLES].join(", "))))));
  const draw = (focus) => {
    const wanted = field.value.trim().toLowerCase();
    chosen = DATA.words.filter((word) => (!noted.checked || word[W_MEANS] || word[W_INSTEAD] !== null || instead.has(word[W_TEXT]))
      && (word[W_TEXT].includes(wanted) || word[W_EXAMPLES].some((name) => name.toLowerCase().includes(wanted))));
    const value = values[state.key];
    chosen.sort((one, other) => (value(one) < value(other) ? -1 : value(one) > value(other) ? 1 : 0) * (state.down ? -1 : 1));
    table.querySelector("thead")?.remove();
    table.prepend(sortableHead(columns, state, draw));
    const more = DATA.wordCount > DATA.words.length ? `, of the ${number.format(DATA.words.length)} most usual` : "";
    status.textContent = plural(chosen.length, "word") + more;
    lazy.show(chosen.length);
    if (typeof focus === "string") {
      table.querySelectorAll("th")[columns.findIndex((column) => column.key === focus)].querySelector("button").focus();
    }
  };
  section.append(element("section", { class: "block" }, element("div", { class: "results-head" }, heading("Words"), status,
    element("label", { class: "inline" }, noted, " with a note"), field), table));
  draw();
  return () => field.focus();
}

function wordNote(word, instead) {
  if (word[W_INSTEAD] !== null) {
    return element("span", { class: "tag bad" }, word[W_INSTEAD] ? `use ${word[W_INSTEAD]}` : "not wanted");
  }
  if (word[W_MEANS]) return element("span", { class: "tag" }, `for ${word[W_MEANS]}`);
  return instead.has(word[W_TEXT]) ? element("span", { class: "tag good" }, "preferred") : null;
}
