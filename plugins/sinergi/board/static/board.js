// The one thing that neither HTML nor htmx does: show all months on a phone.
for (const button of document.querySelectorAll("button.all-months")) {
  const more = button.textContent;
  button.addEventListener("click", () => {
    const all = button.closest("section").querySelector("table.grid").classList.toggle("all");
    button.setAttribute("aria-pressed", String(all));
    button.textContent = all ? button.dataset.less : more;
  });
}

// While a file goes up: how far it is, then that it is being checked.
document.addEventListener("htmx:xhr:progress", (event) => {
  const line = event.target.closest("form")?.querySelector(".progress");
  if (!line || !event.detail.lengthComputable || !event.detail.total) return;
  const bar = line.querySelector("progress"), done = event.detail.loaded >= event.detail.total;
  line.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
  if (done) bar.removeAttribute("value");
  line.querySelector("span").textContent = done ? line.dataset.checking : line.dataset.sending;
});

// A refusal is an answer too: show it where the result would stand.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) { event.detail.shouldSwap = true; event.detail.isError = false; event.detail.selectOverride = "main > *"; }
});
