"use strict";

// What every part of the page is made with. Text reaches the page as text nodes only.

const DATA = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const SIGNS = { passed: "✓", failed: "✗", unknown: "?", error: "✗", skipped: "–", xfailed: "≈", xpassed: "!" };
const number = new Intl.NumberFormat("en-US");

/** An element with attributes, listeners (`on`) and children; a child that is text stays text. */
function element(name, attributes, ...children) {
  return furnished(document.createElement(name), attributes, children);
}

/** As `element`, of a drawing. */
function shape(name, attributes, ...children) {
  return furnished(document.createElementNS(SVG, name), attributes, children);
}

function furnished(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "on") {
      for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    } else {
      made.setAttribute(key, value === true ? "" : String(value));
    }
  }
  made.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Text in which what stands between backquotes is code; `plain` makes what is shown of the rest. */
function prose(text, plain = (piece) => piece) {
  const pieces = text.split("`");
  if (pieces.length % 2 === 0) return [plain(text)];
  return pieces.map((piece, index) => (index % 2 ? element("code", {}, piece) : plain(piece)));
}

function plural(count, noun) {
  return `${number.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function sign(state) {
  return element("span", { class: `sign ${state}`, "aria-hidden": "true" }, SIGNS[state] ?? "·");
}

/** A path whose folders are quieter than its name. */
function pathText(path) {
  const cut = path.lastIndexOf("/") + 1;
  return [cut ? element("span", { class: "folder" }, path.slice(0, cut)) : null, path.slice(cut)];
}

/** Whether a path is meant by what somebody typed: a part of it, or a pattern with `*` and `**`. */
function pathMatcher(typed) {
  if (!typed.includes("*")) {
    const part = typed.toLowerCase();
    return (path) => path.toLowerCase().includes(part);
  }
  const escaped = typed.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  const pattern = escaped.replace(/\*\*\/?|\*/g, (stars) =>
    stars === "*" ? "[^/]*" : stars === "**/" ? "(?:.*/)?" : ".*");
  const compiled = new RegExp(`^${pattern}$`);
  return (path) => compiled.test(path);
}

function percent(part, whole) {
  // Rounded down, so that 100 % says that nothing is missing.
  if (whole && part === whole) return "100 %";
  return whole ? `${(Math.floor((1000 * part) / whole) / 10).toFixed(1)} %` : "–";
}

function amount(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "percent" && value === 100) return "100 %";
  if (unit === "percent") return `${(Math.floor(value * 10 + 1e-9) / 10).toFixed(1)} %`;
  if (unit === "seconds" && value < 1) return `${Math.round(1000 * value)} ms`;
  if (unit === "seconds") return `${value.toFixed(value < 10 ? 2 : 1)} s`;
  return number.format(value);
}

/** A long list of which only the beginning is on the page, and more as it is scrolled to. */
class LazyList {
  constructor(place, noun, batch, draw) {
    this.place = place;
    this.noun = noun;
    this.batch = batch;
    this.draw = draw;
    this.total = 0;
    this.shown = 0;
    this.button = element("button", { type: "button", class: "more", on: { click: () => this.more() } });
    this.observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) this.more();
    }, { rootMargin: "600px" });
  }

  /** Begin anew with that many items. */
  show(total) {
    this.total = total;
    this.shown = 0;
    this.observer.disconnect();
    this.button.remove();
    this.place.replaceChildren();
    this.more();
  }

  more(count = this.batch) {
    const end = Math.min(this.total, this.shown + count);
    this.draw(this.shown, end);
    this.shown = end;
    this.observer.disconnect();
    const left = this.total - end;
    if (left === 0) return this.button.remove();
    this.button.textContent = `Show more: ${plural(left, this.noun)} left`;
    (this.place.closest("table") ?? this.place).after(this.button);
    this.observer.observe(this.button);
  }
}

/** The parts of the report; each is drawn when it is first looked at. */
const PARTS = [];

function part(name, title, note, draw) {
  PARTS.push({ name, title, note, draw, section: null, handle: null });
}

function heading(text, note) {
  return element("h2", {}, text, note ? element("span", { class: "note" }, note) : null);
}

function empty(...text) {
  return element("p", { class: "empty" }, ...text);
}

/** Rows of a table that is sorted by the headings that are buttons. */
function sortableHead(columns, state, redraw) {
  return element("thead", {}, element("tr", {}, columns.map((column) => {
    if (!column.key) return element("th", { scope: "col", class: column.class }, column.title);
    const sorted = state.key === column.key ? (state.down ? "descending" : "ascending") : null;
    return element("th", { scope: "col", class: column.class, "aria-sort": sorted },
      element("button", {
        type: "button",
        class: "sort",
        on: {
          click: () => {
            state.down = state.key === column.key ? !state.down : Boolean(column.down);
            state.key = column.key;
            redraw(column.key);
          },
        },
      }, column.title, element("span", { "aria-hidden": "true", class: "arrow" },
        sorted ? (state.down ? " ↓" : " ↑") : "")));
  })));
}
