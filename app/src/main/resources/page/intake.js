// Accepts images: chosen, dropped, pasted, photographed, or one of the samples.

import { byId } from "./dom.js";

/** @param take called with the files, at least one */
export function offerImages(take) {
  const some = (files) => files.length > 0 && take([...files]);
  choose(some);
  drop(some);
  paste(some);
  samples(some);
}

function choose(take) {
  for (const input of [byId("files"), byId("photo")]) {
    input.addEventListener("change", () => {
      take(input.files);
      input.value = ""; // So that the same file can be chosen again.
    });
  }
}

/** Anywhere on the page: an image that is dropped outside the frame must not replace the page. */
function drop(take) {
  const frame = byId("drop");
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (carriesFiles(event)) {
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      frame.classList.add("over");
    }
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) {
      frame.classList.remove("over");
    }
  });
  document.addEventListener("drop", (event) => {
    if (carriesFiles(event)) {
      event.preventDefault();
      frame.classList.remove("over");
      take(event.dataTransfer.files);
    }
  });
}

function paste(take) {
  document.addEventListener("paste", (event) => take(event.clipboardData?.files ?? []));
}

function samples(take) {
  for (const button of document.querySelectorAll("[data-sample]")) {
    button.addEventListener("click", async () => {
      const name = button.dataset.sample;
      const answer = await fetch(`page/${name}`);
      take([new File([await answer.blob()], name, { type: "image/jpeg" })]);
    });
  }
}
