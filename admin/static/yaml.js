// The editor of a YAML file: numbers and marks of its lines, and the ends of the word that is being typed.
const text = document.getElementById("texte");
const numbers = document.querySelector(".numbers");
const offered = document.getElementById("propositions");
const known = JSON.parse(text.dataset.completion);
const MOST = 12;
let words = [];
let chosen = 0;

function number() {
  const faulty = new Set([...document.querySelectorAll("[data-line]")].map((one) => Number(one.dataset.line)));
  const lines = text.value.split("\n").map((_, place) => {
    const line = document.createElement("span");
    line.textContent = `${faulty.has(place + 1) ? "✗ " : ""}${place + 1}\n`;
    line.classList.toggle("faulty", faulty.has(place + 1));
    return line;
  });
  numbers.replaceChildren(...lines);
  numbers.scrollTop = text.scrollTop;
}

function go(line, column) {
  const before = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(before + column - 1, before + column - 1);
  text.scrollTop = (line - 5) * lineHeight();
}

function lineHeight() {
  return parseFloat(getComputedStyle(text).lineHeight);
}

// What may stand where the word begins: the value of a key, or a key.
function candidates() {
  const line = text.value.slice(0, text.selectionStart).split("\n").at(-1);
  const value = line.match(/(?:^|[\s{,-])([a-z_]+):\s+([a-z_.]*)$/);
  if (value) return [value[2], value[1] === "from" ? known.questions : known.leading.includes(value[1]) ? known.screens : []];
  const key = line.match(/(?:^\s*(?:- )?|[{,]\s*)([a-z_]*)$/);
  return key ? [key[1], known.keys.map((one) => `${one}: `)] : ["", []];
}

function offer(always) {
  const [begun, every] = candidates();
  words = begun || always ? every.filter((one) => one.startsWith(begun) && one.trim() !== begun).slice(0, MOST) : [];
  chosen = 0;
  offered.hidden = words.length === 0;
  offered.replaceChildren(...words.map((word, place) => {
    const one = document.createElement("li");
    one.id = `proposition-${place}`;
    one.setAttribute("role", "option");
    one.textContent = word;
    one.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(word);
    });
    return one;
  }));
  if (words.length) place();
  mark();
}

function place() {
  const lines = text.value.slice(0, text.selectionStart).split("\n");
  const sign = document.createElement("canvas").getContext("2d");
  sign.font = getComputedStyle(text).font;
  const left = numbers.offsetWidth + 8 + sign.measureText(lines.at(-1)).width - text.scrollLeft;
  const below = 8 + lines.length * lineHeight() - text.scrollTop;
  offered.style.left = `${Math.max(0, Math.min(left, text.parentElement.clientWidth - offered.offsetWidth))}px`;
  const above = below + offered.offsetHeight > text.clientHeight ? below - lineHeight() - offered.offsetHeight : below;
  offered.style.top = `${Math.max(0, above)}px`;
}

function mark() {
  for (const [at, one] of [...offered.children].entries()) one.setAttribute("aria-selected", String(at === chosen));
  if (offered.hidden) text.removeAttribute("aria-activedescendant");
  else text.setAttribute("aria-activedescendant", `proposition-${chosen}`);
  offered.children[chosen]?.scrollIntoView({ block: "nearest" });
}

function take(word) {
  const begun = candidates()[0];
  close();
  insert(word.slice(begun.length));
}

// Like typing: the browser can undo it, and the form hears of it.
function insert(signs) {
  if (!document.execCommand("insertText", false, signs)) {
    text.setRangeText(signs, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function close() {
  words = [];
  offered.hidden = true;
  mark();
}

function press(event) {
  if (event.key === " " && event.ctrlKey) {
    event.preventDefault();
    offer(true);
  } else if (!offered.hidden && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : words.length - 1)) % words.length;
    mark();
  } else if (!offered.hidden && event.key === "Enter") {
    event.preventDefault();
    take(words[chosen]);
  } else if (!offered.hidden && event.key === "Escape") {
    close();
  } else if (event.key === "Enter") {
    event.preventDefault();
    insert(`\n${text.value.slice(0, text.selectionStart).split("\n").at(-1).match(/^ */)[0]}`);
    close();
  }
}

text.addEventListener("input", () => {
  number();
  offer(false);
});
text.addEventListener("keydown", press);
text.addEventListener("blur", close);
text.addEventListener("scroll", () => {
  numbers.scrollTop = text.scrollTop;
});
const faults = document.getElementById("fautes");
new MutationObserver(number).observe(faults, { childList: true });
faults.addEventListener("click", (event) => {
  const place = event.target.closest("[data-go]");
  if (!place) return;
  event.preventDefault();
  go(...place.dataset.go.split(":").map(Number));
});
number();
