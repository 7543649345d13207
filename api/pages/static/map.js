// Makes the drawing larger and smaller; its own scrollbars move it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]"), map = document.querySelector("[data-map]");
  if (!button || !map) return;
  const by = Number(button.dataset.zoom);
  for (const side of ["width", "height"]) map.setAttribute(side, String(Math.max(80, Math.min(12000, Number(map.getAttribute(side)) * by))));
});
