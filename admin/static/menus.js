// Plays the calls that were written down while the reader looks at what else changes.
const calls = document.querySelector("[data-from]");

async function play() {
  const link = calls.querySelector("a");
  const asked = document.createElement("p");
  asked.textContent = "Les appels écrits sont joués sur les deux versions…";
  link.parentElement.replaceWith(asked);
  try {
    const answer = await fetch(calls.dataset.from);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    calls.replaceChildren(...page.querySelector("#appels").childNodes);
  } catch {
    asked.replaceChildren(link);
  }
}

if (calls) play();
