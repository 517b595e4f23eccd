package io.lynxeye.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accessibility of the page: keyboard, screen reader, contrast, dark theme, small screens. */
class PageAccessTest extends PageRig {

  private static final String DARK = "rgb(18, 20, 23)";
  private static final String LIGHT = "rgb(245, 244, 240)";

  /** Texts with a contrast ratio below 4.5, as defined in WCAG 2. */
  static final String PALE_TEXTS =
      """
      (() => {
        const channels = (color) => color.match(/[\\d.]+/g).map(Number);
        const light = (color) => {
          const [r, g, b] = channels(color).map((c) => c / 255)
              .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = (element) => {
          for (let e = element; e; e = e.parentElement) {
            const color = getComputedStyle(e).backgroundColor;
            if ((channels(color)[3] ?? 1) > 0) return color;
          }
          return "rgb(255, 255, 255)";
        };
        const hasText = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        return [...document.body.querySelectorAll("*")]
          .filter((e) => hasText(e) && e.checkVisibility() && e.localName !== "option")
          .map((e) => {
            const [a, b] = [light(getComputedStyle(e).color), light(behind(e))];
            return [e.innerText, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
          })
          .filter(([, ratio]) => ratio < 4.5)
          .map(String)
          .join("; ");
      })()
      """;

  private Object background() {
    return tab.eval("getComputedStyle(document.body).backgroundColor");
  }

  @Test
  void anImageIsScoredWithTheKeyboardOnly() {
    for (int presses = 0; presses < 20 && !isAt("lynx.jpg"); presses++) {
      tab.press("Tab");
      assertThat(tab.eval("getComputedStyle(document.activeElement).outlineStyle"))
          .as("the focus is seen on " + tab.eval("document.activeElement.outerHTML"))
          .satisfiesAnyOf(
              style -> assertThat(style).isNotEqualTo("none"),
              style -> assertThat(tab.eval("document.activeElement.id")).isEqualTo("files"));
    }
    assertThat(isAt("lynx.jpg")).isTrue();

    tab.press("Enter");

    awaitState("done", 1);
    assertThat(tab.eval("document.querySelector('#news').textContent"))
        .isEqualTo("lynx.jpg: label 0, 1.0 %");
  }

  private boolean isAt(String sample) {
    return sample.equals(tab.eval("document.activeElement.dataset.sample ?? ''"));
  }

  @Test
  void theFocusOfTheFileFieldIsVisibleOnItsButton() {
    tab.eval("document.querySelector('#files').focus({ focusVisible: true })");

    assertThat(
            tab.eval("getComputedStyle(document.querySelector('label[for=files]')).outlineStyle"))
        .isEqualTo("solid");
  }

  @Test
  void everyControlHasAnAccessibleName() throws IOException {
    tab.choose("#files", image("seven.jpg", "7"));
    awaitState("done", 1);

    List<String> controls =
        tab.accessibleNodes(Set.of("button", "link", "combobox", "textbox", "image", "img"));

    assertThat(controls).noneMatch(control -> control.endsWith(": "));
    assertThat(controls)
        .contains(
            "combobox: Model", "combobox: Version", "button: Lynx", "button: Remove seven.jpg");
    assertThat(controls).anyMatch(control -> control.startsWith("image: Throughput: "));
  }

  @Test
  void thePageHasItsLandmarksAndOneTitle() {
    List<String> landmarks =
        tab.accessibleNodes(Set.of("banner", "main", "complementary", "contentinfo", "navigation"));

    assertThat(landmarks)
        .extracting(landmark -> landmark.replaceFirst(":.*", ""))
        .containsExactlyInAnyOrder("banner", "main", "complementary", "contentinfo", "navigation");
    assertThat(tab.count("h1")).isEqualTo(1);
    assertThat(tab.count("#news[aria-live=polite]")).isEqualTo(1);
    assertThat(tab.eval("document.documentElement.lang")).isEqualTo("en");
    assertThat(tab.count("img:not([alt])")).isZero();
    assertThat(
            tab.eval(
                "(ids => ids.length - new Set(ids).size)"
                    + "([...document.querySelectorAll('[id]')].map(e => e.id))"))
        .isEqualTo(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void everyTextIsReadable(String scheme) throws IOException {
    tab.prefer("prefers-color-scheme", scheme);
    tab.choose("#files", image("seven.jpg", "7"), image("broken.jpg", "bad"));
    awaitState("done", 1);
    awaitState("error", 1);

    assertThat(tab.eval(PALE_TEXTS)).isEqualTo("");
  }

  @Test
  void thePageIsDarkWhereTheSystemIs() {
    tab.prefer("prefers-color-scheme", "light");
    assertThat(background()).isEqualTo(LIGHT);

    tab.prefer("prefers-color-scheme", "dark");

    assertThat(background()).isEqualTo(DARK);
  }

  @Test
  void theButtonChoosesTheThemeAndItIsRemembered() {
    tab.prefer("prefers-color-scheme", "light");

    tab.click("#theme");
    tab.click("#theme");

    assertThat(tab.text("#theme")).isEqualTo("Theme: dark");
    assertThat(background()).isEqualTo(DARK);
    tab.open(server.uri("/?again"));
    assertThat(background()).isEqualTo(DARK);
  }

  @Test
  void nothingMovesWithReducedMotion() throws IOException {
    tab.prefer("prefers-reduced-motion", "reduce");
    tab.choose("#files", image("seven.jpg", "7"));
    awaitState("done", 1);

    assertThat(tab.eval("getComputedStyle(document.querySelector('.bar span')).animationDuration"))
        .isEqualTo("1e-05s");
  }

  @ParameterizedTest
  @ValueSource(ints = {320, 390, 768})
  void nothingIsCutOffOnASmallScreen(int width) throws IOException {
    tab.size(width, 800);
    tab.choose("#files", image("a-rather-long-name-of-an-image-that-was-chosen.jpg", "7"));
    awaitState("done", 1);

    assertThat((Integer) tab.eval("document.documentElement.scrollWidth")).isEqualTo(width);
  }
}
