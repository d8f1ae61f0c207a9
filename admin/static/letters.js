// Letters and tones that a keyboard does not have: buttons, and two keys for who writes without a mouse. F2 turns the
// letter before the cursor into its neighbour (o, ɔ), F4 gives it the next tone.
const bar = document.querySelector(".letters");
const areas = [...document.querySelectorAll("[data-letters]")];
const twins = new Map();
const tones = [...document.querySelectorAll("[data-tone]")].map((button) => button.dataset.tone);
let last = areas[0];

for (const { dataset } of document.querySelectorAll("[data-plain]")) {
  twins.set(dataset.plain, dataset.insert);
  twins.set(dataset.insert, dataset.plain);
  twins.set(dataset.plain.toUpperCase(), dataset.insert.toUpperCase());
  twins.set(dataset.insert.toUpperCase(), dataset.plain.toUpperCase());
}

function replace(area, start, end, text) {
  area.focus();
  area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// The sign before the cursor, letter and marks, from where it begins.
function before(area) {
  const end = area.selectionStart;
  const found = area.value.slice(0, end).match(/\P{M}\p{M}*$/u);
  return found ? { sign: found[0].normalize("NFD"), start: end - found[0].length, end } : undefined;
}

function change(area, changed) {
  const found = before(area);
  if (found) replace(area, found.start, found.end, changed(found.sign).normalize("NFC"));
}

function twin(sign) {
  const letter = [...sign][0];
  return (twins.get(letter) ?? letter) + sign.slice(letter.length);
}

function tone(sign, mark) {
  const plain = [...sign].filter((one) => !tones.includes(one)).join("");
  return sign.includes(mark) || !/\p{L}/u.test(plain) ? plain : plain + mark;
}

function nextTone(sign) {
  const present = tones.findIndex((mark) => sign.includes(mark));
  return present + 1 < tones.length ? tone(sign, tones[present + 1]) : tone(sign, tones[present]);
}

for (const area of areas) {
  area.addEventListener("focus", () => {
    last = area;
  });
  area.addEventListener("keydown", (event) => {
    const keyed = { F2: twin, F4: nextTone }[event.key];
    if (!keyed || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    change(area, keyed);
  });
}

if (bar && last) {
  bar.hidden = false;
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-insert], button[data-tone]");
    if (!button) return;
    const { insert, tone: mark } = button.dataset;
    if (mark) change(last, (sign) => tone(sign, mark));
    else replace(last, last.selectionStart, last.selectionEnd, insert);
  });
}
