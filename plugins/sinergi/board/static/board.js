// The one thing that neither HTML nor htmx does: show all months on a phone.
for (const button of document.querySelectorAll("button.all-months")) {
  const more = button.textContent;
  button.addEventListener("click", () => {
    const all = button.closest("section").querySelector("table.grid").classList.toggle("all");
    button.setAttribute("aria-pressed", String(all));
    button.textContent = all ? button.dataset.less : more;
  });
}
