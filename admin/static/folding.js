// On a telephone, languages but the first are folded: all of them together are as long as thirty screens.

const narrow = window.matchMedia("(max-width: 40rem)");
const chosen = new Map(); // what somebody opened or closed, by language, also when the phones are drawn anew

function fold() {
  for (const [place, one] of [...document.querySelectorAll("details[data-fold]")].entries()) {
    const wanted = chosen.get(one.dataset.fold) ?? (place === 0 || !narrow.matches);
    if (one.open !== wanted) one.open = wanted;
  }
}

document.addEventListener("click", (event) => {
  const one = event.target.closest("details[data-fold] > summary")?.parentElement;
  if (one) chosen.set(one.dataset.fold, !one.open); // it turns after the click, by mouse or by keyboard
});
narrow.addEventListener("change", fold);
for (const part of document.querySelectorAll("[data-part=telephones]")) new MutationObserver(fold).observe(part, { childList: true });
fold();
