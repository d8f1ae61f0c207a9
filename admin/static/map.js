// A drawing wider than its frame begins with the first screen in view.

for (const frame of document.querySelectorAll(".drawing")) {
  const first = frame.querySelector(".box rect");
  const shown = first.getBoundingClientRect();
  frame.scrollLeft += shown.left + shown.width / 2 - frame.getBoundingClientRect().left - frame.clientWidth / 2;
}
