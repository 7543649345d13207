// Before the first paint: the look that was chosen here last, else the system's.
(function () {
  "use strict";
  let chosen = null;
  try { chosen = localStorage.getItem("groundrule-theme"); } catch (error) { chosen = null; }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
