// Ticking several incidents of the queue: how many are, Shift for all between,
// and the whole page at once.  Without this file the boxes and the link work
// all the same.

const bar = document.querySelector(".picks");
const said = bar.querySelector(".picked");
const whole = bar.querySelector("[data-pick]");
const all = bar.querySelector("[name=all]");
let last = null; // incident whose box was ticked or unticked before

const boxes = () => [...document.querySelectorAll(".queue .pick input")];

function say() {
  const now = boxes();
  const count = now.filter((box) => box.checked).length;
  said.textContent = all.checked ? "all that match"
    : count > 0 ? `${count} selected` : "";
  if (count > 0 || all.checked) {
    bar.open = true;
  }
  whole.textContent = now.length > 0 && count === now.length
    ? "Select none on this page" : "Select all on this page";
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.closest(".queue .pick")) {
    return;
  }
  const now = boxes();
  const from = now.findIndex((other) => other.value === last);
  const to = now.indexOf(box);
  if (event.shiftKey && from >= 0) {
    for (const between of now.slice(Math.min(from, to), Math.max(from, to))) {
      between.checked = box.checked;
    }
  }
  last = box.value;
  say();
});

whole.addEventListener("click", (event) => {
  event.preventDefault();
  const now = boxes();
  const every = now.every((box) => box.checked);
  now.forEach((box) => { box.checked = !every; });
  say();
});
all.addEventListener("change", say);
addEventListener("pageshow", say);

// An item that came or went with what is live: what is said stays true.
new MutationObserver(say).observe(
  document.querySelector("ol.queue"), { childList: true });
say();
