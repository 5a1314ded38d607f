// Keys for the desk: each does what a link or button on the page does, so
// that nothing needs this file.
//
//   j, k   next, previous item of the queue; o or Enter opens it
//   c, r   confirm, reject; t goes to the choice of theme; u undoes
//   x      selects the item of the queue, or no longer; b goes to what can be
//          done with those selected
//   q      the queue; ? help with this page

const typing = (element) =>
  element instanceof HTMLInputElement && element.type !== "checkbox" ||
  element instanceof HTMLTextAreaElement ||
  element instanceof HTMLSelectElement;

const links = () => [...document.querySelectorAll(".queue .item h2 a")];

function step(by) {
  const all = links();
  const now = all.indexOf(document.activeElement);
  const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
  next?.focus();
}

const actions = {
  j: () => step(1),
  k: () => step(-1),
  o: () => (document.activeElement?.closest(".item h2 a") ?? links()[0])
    ?.click(),
  x: () => (document.activeElement?.closest(".item") ??
    document.querySelector(".queue .item"))?.querySelector(".pick input")
    ?.click(),
  b: () => {
    const bar = document.querySelector(".picks");
    if (bar) {
      bar.open = true;
      bar.querySelector("button").focus();
    }
  },
  q: () => document.querySelector(".brand a")?.click(),
  "?": () => document.querySelector(".help a")?.click(),
  t: () => document.getElementById("theme")?.focus(),
};

// A second tap must not decide on the page that came meanwhile, unread.
const UNREAD_MS = 400;
let sent = false;
document.addEventListener("submit", (event) => {
  if (sent) {
    event.preventDefault();
  }
  sent = true;
});
addEventListener("pageshow", () => { sent = false; });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat ||
      typing(event.target)) {
    return;
  }
  const button = document.querySelector(
    `button[data-key="${CSS.escape(event.key)}"]`);
  if (button && (sent || performance.now() < UNREAD_MS)) {
    return;
  }
  const action = button ? () => button.click() : actions[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});
