// A drawing larger than its frame begins with the first screen in view, and is made smaller or larger by buttons or keys.

const STEPS = [0.2, 0.3, 0.45, 0.65, 1, 1.5, 2];
const NORMAL = 1;
const EDGES = 24; // pixels: the frame's border, and a scrollbar
const KEYS = { "-": -1, "+": 1, "=": 1 }; // "=": the key of + without Shift

for (const frame of document.querySelectorAll(".drawing")) {
  center(frame);
  addZoom(frame, frame.querySelector(".map"));
}

function center(frame) {
  const shown = frame.querySelector(".box rect").getBoundingClientRect();
  frame.scrollLeft += shown.left + shown.width / 2 - frame.getBoundingClientRect().left - frame.clientWidth / 2;
}

function addZoom(frame, map) {
  const [width, height] = [map.width.baseVal.value, map.height.baseVal.value];
  const bar = document.createElement("div");
  const size = document.createElement("output");
  let scale = NORMAL;

  function resize(wanted) {
    const [x, y] = [(frame.scrollLeft + frame.clientWidth / 2) / scale, (frame.scrollTop + frame.clientHeight / 2) / scale];
    scale = wanted;
    map.setAttribute("width", Math.round(width * scale));
    map.setAttribute("height", Math.round(height * scale));
    frame.scrollLeft = x * scale - frame.clientWidth / 2;
    frame.scrollTop = y * scale - frame.clientHeight / 2;
    size.textContent = `${Math.round(scale * 100)}\u202f%`;
  }

  function step(by) {
    const next = by > 0 ? STEPS.find((one) => one > scale) : STEPS.findLast((one) => one < scale);
    resize(next ?? scale);
  }

  function whole() {
    const most = window.innerHeight * 0.85 - EDGES; // as .drawing in map.css
    resize(Math.min(NORMAL, (frame.clientWidth - EDGES) / width, most / height));
  }

  bar.className = "zoom";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Taille du plan");
  for (const [sign, name, act] of [["−", "Plus petit", () => step(-1)], ["+", "Plus grand", () => step(1)],
    ["Tout voir", "", whole], ["Taille normale", "", () => resize(NORMAL)]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    if (name) button.setAttribute("aria-label", name);
    button.addEventListener("click", act);
    bar.append(button);
  }
  bar.append(size);
  frame.before(bar);
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS || event.key === "0")) return;
    event.preventDefault();
    event.key === "0" ? resize(NORMAL) : step(KEYS[event.key]);
  });
  size.textContent = `100\u202f%`;
}
