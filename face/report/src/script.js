// Sorts tables, folds long ones, opens what is linked to or printed. The page is complete without it.
(() => {
  // As `read` in table.rs: where a text tells its number, no key stands beside it.
  const sizes = { k: 1e3, km: 1e3, M: 1e6, bn: 1e9, cm: 1e-2 };
  const number = (cell) => {
    // A row that says why it has no numbers is shorter: it comes last.
    if (!cell) return Number.NaN;
    if (cell.dataset.v) return Number(cell.dataset.v);
    const [, digits, size] = cell.textContent.replace(/[$,]/g, "").replace("−", "-").match(/^(\S*)\s*(\S*)/);
    return Number.parseFloat(digits) * (sizes[size] ?? 1);
  };
  for (const table of document.querySelectorAll("table.sort")) {
    const heads = [...table.tHead.rows].at(-1).cells;
    const body = table.tBodies[0];
    [...heads].forEach((head, column) => {
      if (!head.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const numeric = head.classList.contains("n");
        const key = (row) => (numeric ? number(row.cells[column]) : (row.cells[column]?.textContent ?? "").trim());
        const order = (a, b) => {
          const [x, y] = [key(a), key(b)];
          const sign = up ? 1 : -1;
          if (!numeric) return sign * x.localeCompare(y, "en");
          // Without a number: last either way.
          if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
          return sign * (x - y);
        };
        body.append(...[...body.rows].sort(order));
      });
    });
  }
  for (const box of document.querySelectorAll(".fold")) {
    const most = Number(box.dataset.rows);
    const total = box.querySelectorAll("tbody tr").length;
    if (total <= most + 5) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "more";
    const fold = (folded) => {
      box.classList.toggle("folded", folded);
      button.textContent = folded ? `Show all ${total} ${box.dataset.what}` : `Show the first ${most}`;
      button.setAttribute("aria-expanded", String(!folded));
    };
    button.addEventListener("click", () => fold(!box.classList.contains("folded")));
    fold(true);
    box.append(button);
  }
  for (const part of document.querySelectorAll(".bars .track > i")) {
    part.title = `${part.lastChild.textContent} ${part.firstChild.textContent}`;
  }
  // On a phone only the first kind of link starts open: the page is long.
  if (matchMedia("(max-width: 40rem)").matches) {
    for (const d of [...document.querySelectorAll("details.class")].slice(1)) d.open = false;
  }
  const shut = [];
  addEventListener("beforeprint", () => {
    for (const d of document.querySelectorAll("details:not([open])")) {
      d.open = true;
      shut.push(d);
    }
  });
  addEventListener("afterprint", () => {
    for (const d of shut.splice(0)) d.open = false;
  });
  const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.hash.slice(1), a]));
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const a of links.values()) a.removeAttribute("aria-current");
        const link = links.get(entry.target.id);
        link.setAttribute("aria-current", "true");
        const bar = link.closest("ol");
        bar.scrollTo({ left: link.offsetLeft - bar.clientWidth / 2, behavior: "instant" });
      }
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );
  for (const id of links.keys()) seen.observe(document.getElementById(id));
})();
