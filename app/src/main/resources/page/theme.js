// The theme: light, dark or the system's. Loaded before the body, so that the page does not flash.
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
      return "system"; // The browser may block storage.
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
        // Then the theme lasts until the page is closed.
      }
    });
  });
})();
