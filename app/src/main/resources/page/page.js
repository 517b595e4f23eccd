// Connects the parts of the page.

import { offerCamera } from "./camera.js";
import { Card } from "./card.js";
import { Charts } from "./charts.js";
import { byId } from "./dom.js";
import { offerImages } from "./intake.js";
import { Line } from "./line.js";
import { Models } from "./models.js";
import { Rollouts } from "./rollout.js";
import { forgetKey, stats, useKey } from "./server.js";

const POLL_MILLIS = 2000;

const models = new Models();
const rollouts = new Rollouts();
const charts = new Charts(byId("charts"));
const line = new Line(askForKey);
const cards = new Set();
let maxBodyBytes = Infinity; // Until the server reports it.

offerImages(score);
offerCamera((photo) => score([photo]));
byId("clear").addEventListener("click", () => [...cards].forEach((card) => card.remove()));
byId("key-form").addEventListener("submit", takeKey);
poll();

function score(files) {
  for (const file of files) {
    const card = new Card(file, file.name || "pasted image", models.choice, {
      changed: show,
      removed: (gone) => {
        cards.delete(gone);
        showProgress();
      },
      again: send,
    });
    cards.add(card);
    byId("cards").prepend(card.element);
    send(card);
  }
}

/** Checks the size first: browsers do not report why an upload was refused midway. */
function send(card) {
  if (card.file.size > maxBodyBytes) {
    card.failed(`the file is larger than the ${maxBodyBytes} bytes that this server accepts; send a smaller one`);
  } else {
    line.add(card);
  }
}

function show(card, news) {
  if (news) {
    byId("news").textContent = news;
  }
  showProgress();
}

function showProgress() {
  const count = (...states) => [...cards].filter(({ state }) => states.includes(state)).length;
  const parts = [
    [count("waiting", "retrying"), "waiting"],
    [count("scoring"), "scoring"],
    [count("done"), "scored"],
    [count("error"), "failed"],
  ];
  const texts = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  byId("progress").textContent = texts.join(", ") || "Nothing scored yet.";
  byId("clear").hidden = cards.size === 0;
}

/** Polls the statistics, but not while the page is hidden. */
async function poll() {
  if (!document.hidden && byId("key-form").hidden) {
    try {
      const now = await stats();
      maxBodyBytes = now.maxBodyBytes;
      models.show(now.models);
      rollouts.show(now.rollouts ?? [], now.models);
      charts.show(now.live ?? {});
      readiness(now.ready ? "ready" : "waiting", now.ready ? "Ready" : "Not ready: no model is loaded yet");
    } catch (failure) {
      if (failure.status === 401) {
        askForKey(failure.message);
      } else {
        readiness("trouble", failure.status === 0 ? "Not reachable" : failure.message);
      }
    }
  }
  setTimeout(poll, POLL_MILLIS);
}

function readiness(state, text) {
  byId("readiness").dataset.state = state;
  if (byId("readiness-text").textContent !== text) {
    byId("readiness-text").textContent = text;
  }
}

function askForKey() {
  const form = byId("key-form");
  if (!form.hidden) {
    return;
  }
  if (forgetKey()) {
    byId("key-why").textContent = "That key was not accepted. Check it and enter it again.";
  }
  readiness("waiting", "Key required");
  form.hidden = false;
  byId("key").focus();
}

function takeKey(event) {
  event.preventDefault();
  useKey(byId("key").value.trim());
  byId("key").value = "";
  byId("key-form").hidden = true;
  line.resume();
}
