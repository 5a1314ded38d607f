// The place of an error leads to its words in the text area, selected.

const text = document.getElementById('text');

/** Where in the text a line and column (both from 1, in characters) are. */
function placeOf(value, line, column) {
  let at = 0;
  for (let n = 1; n < line; n++) {
    const end = value.indexOf('\n', at);
    if (end < 0) return value.length;
    at = end + 1;
  }
  for (const c of value.slice(at)) {
    if (--column <= 0 || c === '\n') break;
    at += c.length;
  }
  return at;
}

function go(event) {
  const { line, column, endLine, endColumn } = event.currentTarget.dataset;
  event.preventDefault();
  text.focus();
  text.setSelectionRange(placeOf(text.value, +line, +column),
    placeOf(text.value, +endLine, +endColumn));
  const height = parseFloat(getComputedStyle(text).lineHeight) || 20;
  text.scrollTop = Math.max(0, (line - 4) * height);
}

if (text) {
  for (const link of document.querySelectorAll('a[data-line]')) {
    link.addEventListener('click', go);
  }
}
