// The page's parts, put together.

import { offerCamera } from "./camera.js";
import { Card } from "./card.js";
import { Charts } from "./charts.js";
import { byId } from "./dom.js";
import { offerPictures } from "./intake.js";
import { Line } from "./line.js";
import { Models } from "./models.js";
import { forgetKey, stats, useKey } from "./server.js";

const LOOK_EVERY_MILLIS = 2000;

const models = new Models();
const charts = new Charts(byId("charts"));
const line = new Line(askForKey);
const cards = new Set();
let maxBodyBytes = Infinity; // Until the server has told.

offerPictures(score);
offerCamera((picture) => score([picture]));
byId("clear").addEventListener("click", () => [...cards].forEach((card) => card.remove()));
byId("key-form").addEventListener("submit", takeKey);
look();

function score(pictures) {
  for (const picture of pictures) {
    const card = new Card(picture, picture.name || "pasted picture", models.choice, {
      changed: tell,
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

/** What is too large would be refused while it is on its way, and browsers then do not tell why. */
function send(card) {
  if (card.picture.size > maxBodyBytes) {
    card.failed(`the file is larger than the ${maxBodyBytes} bytes that this server takes; send a smaller one`);
  } else {
    line.add(card);
  }
}

function tell(card, news) {
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
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  byId("progress").textContent = told.join(", ") || "Nothing scored yet.";
  byId("clear").hidden = cards.size === 0;
}

/** Looks at the server again and again, but not while nobody looks at the page. */
async function look() {
  if (!document.hidden && byId("key-form").hidden) {
    try {
      const now = await stats();
      maxBodyBytes = now.maxBodyBytes;
      models.show(now.models);
      charts.show(now.live ?? {});
      readiness(now.ready ? "ready" : "waiting", now.ready ? "Ready" : "Not ready: no model serves yet");
    } catch (failure) {
      if (failure.status === 401) {
        askForKey(failure.message);
      } else {
        readiness("trouble", failure.status === 0 ? "Not reachable" : failure.message);
      }
    }
  }
  setTimeout(look, LOOK_EVERY_MILLIS);
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
    byId("key-why").textContent = "That key was not taken. Please check it and enter it again.";
  }
  readiness("waiting", "Needs a key");
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
