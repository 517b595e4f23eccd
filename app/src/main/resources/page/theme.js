// Light, dark, or as the system has it. Loaded before the body, so that nothing flashes.
(() => {
  "use strict";
  const STORED = "lynxeye-theme";
  const ORDER = ["system", "light", "dark"];
  const root = document.documentElement;

  function stored() {
    try {
      const theme = localStorage.getItem(STORED);
      return ORDER.includes(theme) ? theme : "system";
    } catch {
      return "system"; // Storage may be forbidden.
    }
  }

  function apply(theme) {
    if (theme === "system") {
      delete root.dataset.theme;
    } else {
      root.dataset.theme = theme;
    }
  }

  let theme = stored();
  apply(theme);

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const show = () => (button.textContent = `Theme: ${theme}`);
    show();
    button.addEventListener("click", () => {
      theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
      apply(theme);
      show();
      try {
        localStorage.setItem(STORED, theme);
      } catch {
        // Then it holds for this page.
      }
    });
  });
})();
