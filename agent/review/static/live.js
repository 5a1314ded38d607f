// Says what came since the page was made, and shows it when asked.  Nothing
// moves before: neither what is read nor what has the focus.

const bar = document.getElementById("live");
const words = bar.querySelector("p");
const button = bar.querySelector("button");
const own = Number(bar.dataset.incident);
const list = document.querySelector("ol.queue");
const filtered = list?.dataset.filtered === "yes";

const added = new Set();
const changed = new Set();
const gone = new Set();
let entries = 0;
let other = false; // something else about the incident, or in the filter

const item = (id) => list?.querySelector(`.item[data-incident="${id}"]`);

// "rank.since.id" in the order of the list.
const before = (a, b) => {
  for (let i = 0; i < 3; i++) {
    if (a[i] !== b[i]) {
      return a[i] < b[i];
    }
  }
  return false;
};
const place = (text) => text?.split(".").map(Number);

// Does something with that place belong on this page of the list?
function isHere(at) {
  const first = place(list.dataset.from);
  const last = place(list.dataset.to);
  return (!first || before(first, at)) && (!last || before(at, last));
}

function say() {
  const parts = [];
  const count = (n, what) => n > 0 && parts.push(`${n} ${what}`);
  if (own) {
    count(entries, entries === 1 ? "new entry" : "new entries");
    if (other && entries === 0) {
      parts.push("This incident has changed");
    }
  } else {
    count(added.size, "new");
    count(changed.size, "changed");
    count(gone.size, "decided");
    if (other) {
      parts.push("the queue has changed");
    }
  }
  words.textContent = parts.join(", ");
  bar.hidden = parts.length === 0;
}

async function onIncident() {
  const answer = await fetch(
    `/incident/${own}/since?message=${bar.dataset.seen}`);
  if (answer.ok) {
    entries = (await answer.json()).entries;
    other = true;
    say();
  }
}

function onChange({ incident, rank, since }) {
  if (own) {
    if (incident === own) {
      onIncident().catch(() => {});
    }
    return;
  }
  const waits = rank !== undefined;
  if (item(incident)) {
    (waits ? changed : gone).add(incident);
    (waits ? gone : changed).delete(incident);
  } else if (filtered) {
    other = true;
  } else if (waits && isHere([rank, since, incident])) {
    added.add(incident);
  } else {
    added.delete(incident);
  }
  say();
}

// --- showing ---

const holdsFocus = (element) => element.contains(document.activeElement);

function replace(old, fresh) {
  if (old.innerHTML === fresh.innerHTML || holdsFocus(old)) {
    return;
  }
  const ticked = old.querySelector("input[type=checkbox]")?.checked;
  old.replaceWith(fresh);
  const box = fresh.querySelector("input[type=checkbox]");
  if (box && ticked) {
    box.checked = true;
  }
}

function showQueue(page) {
  const fresh = page.querySelector("ol.queue");
  const wanted = [...fresh.children];
  const ids = new Set(wanted.map((li) => li.dataset.incident));
  for (const li of [...list.children]) {
    if (!ids.has(li.dataset.incident) && !holdsFocus(li)) {
      li.remove();
    }
  }
  let at = list.firstElementChild;
  for (const li of wanted) {
    const old = item(li.dataset.incident);
    if (!old) {
      list.insertBefore(li, at);
    } else {
      at = old.nextElementSibling;
      replace(old, li);
    }
  }
  Object.assign(list.dataset, fresh.dataset);
  document.querySelector(".waiting")?.replaceWith(page.querySelector(".waiting"));
}

function showIncident(page) {
  for (const fresh of page.querySelectorAll(".sheet section")) {
    const id = fresh.getAttribute("aria-labelledby");
    const old = document.getElementById(id)?.closest("section");
    if (old) {
      replace(old, fresh);
    }
  }
  // Also of a form that has the focus: what it decides of is shown now.
  const version = page.querySelector("input[name=version]");
  for (const field of document.querySelectorAll(
    ".sheet input[name=version]")) {
    field.value = version ? version.value : field.value;
  }
}

async function show() {
  const answer = await fetch(location.pathname + location.search);
  if (!answer.ok || answer.redirected) {
    location.reload();
    return;
  }
  const page = new DOMParser().parseFromString(
    await answer.text(), "text/html");
  own ? showIncident(page) : showQueue(page);
  Object.assign(bar.dataset, page.getElementById("live").dataset);
  [added, changed, gone].forEach((set) => set.clear());
  entries = 0;
  other = false;
  words.textContent = "Shown";
  button.hidden = true;
  setTimeout(() => { button.hidden = false; say(); }, 1500);
}
button.addEventListener("click", () => show().catch(() => location.reload()));

// --- listening ---

const source = new EventSource(`/live?after=${bar.dataset.after}`);
source.addEventListener("change", (event) => onChange(JSON.parse(event.data)));
source.addEventListener("reset", () => { other = true; say(); });
source.addEventListener("count", (event) => {
  const count = document.querySelector(".waiting strong");
  if (count && !filtered) {
    count.textContent = JSON.parse(event.data).waiting;
  }
});
addEventListener("pagehide", () => source.close());
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});
