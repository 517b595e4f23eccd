package io.lynxeye.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.TestServer;
import io.lynxeye.TestServer.Settings;
import io.lynxeye.browser.Browser;
import io.lynxeye.browser.Tab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do with the page, in a real browser, on a real server with a fake model. */
class PageTest {

  @AutoClose
  private static final TestServer server =
      TestServer.ready(Settings.DEFAULT.withMaxBody(1_000_000));

  @TempDir private Path folder;
  @AutoClose private final Tab tab = Browser.tab();

  @BeforeEach
  void open() {
    tab.open(server.uri("/"));
    tab.await("document.querySelector('#readiness-text').textContent === 'Ready'");
  }

  /** A file that the fake model reads as a picture of this class. */
  private Path picture(String name, String shows) throws IOException {
    return Files.writeString(folder.resolve(name), shows);
  }

  @Test
  void thePageLoadsWithoutABreachOfItsPolicyOrAnError() {
    assertThat(tab.eval("document.title")).isEqualTo("Lynxeye");
    assertThat(tab.complaints()).isEmpty();
    assertThat(tab.failedLoads()).isEmpty();
    tab.screenshot(Path.of("target", "screenshots", "empty.png"));
  }

  @Test
  void aSampleIsScoredWithFiveBars() {
    tab.click("[data-sample='lynx.jpg']");

    tab.awaitCount("[data-state=done]", 1);
    assertThat(tab.count(".predictions li")).isEqualTo(5);
    assertThat(tab.count(".predictions .bar")).isEqualTo(5);
    assertThat(tab.text(".predictions li .label")).isEqualTo("label 0");
    assertThat(tab.text(".predictions li .value")).isEqualTo("1.0 %");
    assertThat(tab.complaints()).isEmpty();
    tab.screenshot(Path.of("target", "screenshots", "sample.png"));
  }

  @Test
  void ofSeveralDroppedPicturesABrokenOneFailsAlone() throws IOException {
    tab.drop(
        400,
        300,
        picture("seven.jpg", "7"),
        picture("broken.jpg", "bad"),
        picture("three.jpg", "3"));

    tab.awaitCount("[data-state=done]", 2);
    tab.awaitCount("[data-state=error]", 1);
    assertThat(tab.text("[data-state=error] h3")).isEqualTo("broken.jpg");
    assertThat(tab.text("[data-state=error] .state")).isEqualTo("This is not a picture; send one.");
    assertThat(tab.text("#progress")).isEqualTo("2 scored, 1 failed");
    tab.screenshot(Path.of("target", "screenshots", "several.png"));
  }
}
