// The frame: the parts by their names in the address, keys, colours, printing.

function open(name, query) {
  const chosen = PARTS.find((each) => each.name === name) ?? PARTS[0];
  for (const each of PARTS) {
    const isChosen = each === chosen;
    if (isChosen) drawn(each);
    if (each.section) each.section.hidden = !isChosen;
    if (isChosen) each.tab.setAttribute("aria-current", "page");
    else each.tab.removeAttribute("aria-current");
  }
  if (query && chosen.handle?.visit) chosen.handle.visit(query);
  // Not scrollIntoView, which would have the first press of Tab begin there.
  const tabs = document.getElementById("tabs");
  const { offsetLeft, offsetWidth } = chosen.tab;
  tabs.scrollLeft = Math.min(Math.max(tabs.scrollLeft, offsetLeft + offsetWidth - tabs.offsetLeft - tabs.clientWidth),
    offsetLeft - tabs.offsetLeft);
  current = chosen;
}

function drawn(each) {
  if (each.section) return;
  each.section = element("section", { class: `part ${each.name}`, id: `part-${each.name}`, "aria-label": each.title });
  document.getElementById("main").append(each.section);
  each.handle = each.draw(each.section) ?? null;
}

function route() {
  const [name, query] = location.hash.slice(1).split("?");
  const before = current;
  open(name || "overview", query === undefined ? null : new URLSearchParams(query));
  if (before && before !== current) scrollTo(0, 0);
}

function drawFrame() {
  document.getElementById("dot").classList.add(DATA.state);
  document.getElementById("project").textContent = DATA.project || "maingate";
  const facts = document.getElementById("facts");
  const day = DATA.started ? new Date(DATA.started * 1000).toISOString().slice(0, 16).replace("T", " ") : "";
  const said = [
    ["tree", DATA.tree.slice(0, 9)],
    DATA.base ? ["against", DATA.base.slice(0, 9)] : null,
    DATA.stage ? ["at", DATA.stage] : null,
    day ? ["judged", `${day} UTC`] : null,
    ["in", `${DATA.seconds.toFixed(1)} s`],
  ].filter(Boolean);
  facts.append(...said.map(([name, value]) => element("span", {}, `${name} `, element("b", {}, value))));
  PARTS.forEach((each, index) => {
    const note = each.note();
    each.tab = element("a", { href: `#${each.name}`, "data-key": index + 1 }, each.title,
      note ? element("span", { class: "note" }, note) : null);
    document.getElementById("tabs").append(element("li", {}, each.tab));
  });
}

function chooseColours(value) {
  if (value) document.documentElement.dataset.theme = value;
  else delete document.documentElement.dataset.theme;
}

function keepColours() {
  const select = document.getElementById("theme");
  try {
    select.value = localStorage.getItem("maingate-theme") ?? "";
  } catch {
    // Where pages from files may not keep anything, the choice lasts as long as the page.
  }
  chooseColours(select.value);
  select.addEventListener("change", () => {
    chooseColours(select.value);
    try {
      localStorage.setItem("maingate-theme", select.value);
    } catch {
      // As above.
    }
  });
}

function press(event) {
  const isTyping = event.target.closest?.("input:not([type=radio], [type=checkbox]), select, textarea, dialog[open]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !document.getElementById("keys-on").checked) return;
  const act = {
    "/": () => current.handle?.search?.(),
    "?": () => document.getElementById("help").showModal(),
    j: () => current.handle?.step?.(1),
    k: () => current.handle?.step?.(-1),
  }[event.key] ?? (PARTS[event.key - 1] && (() => {
    location.hash = PARTS[event.key - 1].name;
    route();
  }));
  if (!act) return;
  event.preventDefault();
  act();
}

let current = null;
drawFrame();
keepColours();
addEventListener("hashchange", route);
addEventListener("keydown", press);
addEventListener("beforeprint", () => {
  for (const each of PARTS) {
    drawn(each);
    for (const item of each.section.querySelectorAll(".steps > li")) item.hidden = false;
    each.handle?.beforePrint?.();
  }
});
document.getElementById("help-button").addEventListener("click", () => document.getElementById("help").showModal());
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
route();
