// Photos from a camera: in the page if the browser allows it, otherwise in the phone's camera app.

import { byId } from "./dom.js";

/** @param taken called with the photo, a JPEG file */
export function offerCamera(taken) {
  const canView = Boolean(navigator.mediaDevices?.getUserMedia); // Only in a secure context.
  const isHandheld = matchMedia("(pointer: coarse)").matches;
  byId("camera").hidden = !canView;
  byId("photo-label").hidden = byId("photo").hidden = canView || !isHandheld;
  if (canView) {
    wire(taken);
  }
}

function wire(taken) {
  const dialog = byId("camera-dialog");
  const view = byId("camera-view");
  const trouble = byId("camera-trouble");
  const take = byId("camera-take");
  let stream = null;

  byId("camera").addEventListener("click", async () => {
    trouble.textContent = "";
    take.disabled = true;
    dialog.showModal();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (!dialog.open) {
        return stop();
      }
      view.srcObject = stream;
      take.disabled = false;
    } catch (failure) {
      trouble.textContent =
        failure.name === "NotAllowedError"
          ? "Access to the camera is blocked. Allow it for this page in the browser's settings."
          : "No camera could be opened. Check that one is connected and not in use.";
    }
  });
  take.addEventListener("click", async () => {
    const photo = await still(view);
    dialog.close();
    taken(photo);
  });
  byId("camera-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", stop);

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = view.srcObject = null;
  }
}

async function still(view) {
  const canvas = document.createElement("canvas");
  canvas.width = view.videoWidth;
  canvas.height = view.videoHeight;
  canvas.getContext("2d").drawImage(view, 0, 0);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  return new File([blob], "camera.jpg", { type: "image/jpeg" });
}
