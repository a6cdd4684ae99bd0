"use strict";
// Everything works without this; with it, times are in the viewer's own zone, and things can be copied.

const zoned = new Intl.DateTimeFormat(undefined, {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
});

function showTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = time.dateTime;
    time.textContent = zoned.format(at);
  }
}

function offerCopies(root) {
  for (const button of root.querySelectorAll("button[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const from = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(from.textContent);
      button.textContent = "Copied";
    });
  }
}

// Ticks: at most ten, counted. The server refuses more as well.
function countChoices(form) {
  const boxes = [...form.querySelectorAll("input[type=checkbox][name=shipment]")];
  const most = Number(form.dataset.most);
  const say = form.querySelector("[data-count]");
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.disabled = !box.checked && chosen >= most;
    for (const button of form.querySelectorAll("[data-needs-choice]")) button.disabled = chosen === 0;
    say.textContent = chosen === 0 ? `Tick ${most} shipments at most.` : `${chosen} of ${most} chosen`;
  };
  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}

// Days are the viewer's own, unless the address has some already, which are those of whoever sent it.
function daysHere(form) {
  const [from, to, zone] = ["from", "to", "zone"].map((name) => form.elements[name]);
  if (!zone) return;
  if (!from.value && !to.value) {
    zone.value = zoned.resolvedOptions().timeZone;
    for (const label of form.querySelectorAll("[data-zone]")) label.textContent = zone.value.replaceAll("_", " ");
  }
  form.addEventListener("submit", () => { zone.disabled = !from.value && !to.value; });
  window.addEventListener("pageshow", () => { zone.disabled = false; });
}

// The lines of a Send become final by themselves: the same page is asked again until it says so.
function keepLive(live) {
  let failures = 0;
  const look = async () => {
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
      if (!fresh) return location.reload();
      failures = 0;
      if (fresh.textContent !== live.dataset.shown) {
        live.dataset.shown = fresh.textContent;
        live.replaceChildren(...fresh.childNodes);
        document.title = `${live.querySelector("h1").textContent} · Shipledger`;
        showTimes(live);
      }
      if (!fresh.dataset.live) return undefined;
    } catch {
      failures += 1;
    }
    return setTimeout(look, Number(live.dataset.live) * Math.min(10, 1 + failures));
  };
  setTimeout(look, Number(live.dataset.live));
}

showTimes(document);
offerCopies(document);
document.querySelectorAll("form.filters").forEach(daysHere);
document.querySelectorAll("form[data-most]").forEach(countChoices);
document.querySelectorAll("[data-live]").forEach(keepLive);
