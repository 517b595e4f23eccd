package io.lynxeye.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.browser.Browser;
import io.lynxeye.browser.Tab;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page with the real ResNet50. Saves screenshots in {@code target/screenshots}. */
@Tag("engine")
class PageEngineTest {

  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  @Test
  void theSampleIsScoredAsALynx() throws Exception {
    try (RealServer server = RealServer.start();
        Tab tab = Browser.tab()) {
      tab.prefer("prefers-color-scheme", "light");
      tab.open(server.address("/"));
      tab.await("document.querySelector('#readiness-text').textContent === 'Ready'");

      tab.click("[data-sample='lynx.jpg']");
      tab.awaitCount(".card[data-state=done]", 1);

      assertThat(tab.text(".predictions li .label")).contains("lynx");
      assertThat(tab.count(".predictions .bar")).isEqualTo(5);
      tab.screenshot(SCREENSHOTS.resolve("lynx.png"));
      scoreMore(tab);
      takeImages(tab);
      assertThat(tab.complaints()).isEmpty();
    }
  }

  /** Produces load, so that the charts of the screenshots have data. */
  private static void scoreMore(Tab tab) {
    for (int round = 0; round < 3; round++) {
      tab.click("[data-sample='wall_clock.jpg']");
      tab.click("[data-sample='balloon.jpg']");
    }
    tab.awaitCount(".card[data-state=done]", 7);
    for (int surplus = 0; surplus < 4; surplus++) {
      tab.click(".card .remove");
    }
    tab.choose("#files", Path.of("pom.xml"));
    tab.awaitCount(".card[data-state=error]", 1);
    tab.await("document.querySelectorAll('.chart .now')[1].textContent.includes('ms')");
  }

  private static void takeImages(Tab tab) {
    tab.screenshot(SCREENSHOTS.resolve("page.png"));
    tab.prefer("prefers-color-scheme", "dark");
    tab.screenshot(SCREENSHOTS.resolve("page-dark.png"));
    tab.size(390, 844);
    tab.screenshot(SCREENSHOTS.resolve("page-phone.png"));
  }
}
