// The SHA-256 of the original file, computed by the browser: the file is read here, and nothing of it is sent.
// crypto.subtle is there over https and on the machine itself; elsewhere the field is filled in by hand.

const original = document.getElementById("original");
const place = document.getElementById("original-place");
const checksum = document.getElementById("sha256");
const said = document.getElementById("original-said");

async function compute(file) {
  said.textContent = `Calcul de l'empreinte de ${file.name}…`;
  try {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    checksum.value = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    said.textContent = `Empreinte de ${file.name} : elle est dans le champ ci-dessous. Le fichier reste sur ce poste.`;
  } catch {
    checksum.value = "";
    said.textContent = `${file.name} ne peut pas être lu : choisissez le fichier de nouveau.`;
  }
}

if (place && globalThis.crypto?.subtle) {
  place.hidden = false;
  original.addEventListener("change", () => original.files.length && compute(original.files[0]));
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) compute(event.dataTransfer.files[0]);
  });
}
