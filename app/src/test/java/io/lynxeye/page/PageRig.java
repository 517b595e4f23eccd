package io.lynxeye.page;

import io.lynxeye.browser.Browser;
import io.lynxeye.browser.Tab;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page in a new tab, on a server with a fake model. */
abstract class PageRig {

  @AutoClose final TestServer server = TestServer.ready(Settings.DEFAULT.withMaxBody(1_000_000));
  @AutoClose final Tab tab = Browser.tab();
  @TempDir private Path folder;

  @BeforeEach
  void open() {
    tab.open(server.uri("/"));
    awaitReady();
  }

  void awaitReady() {
    tab.await("document.querySelector('#readiness-text').textContent === 'Ready'");
  }

  /** A file that the fake model reads as an image of this class. */
  Path image(String name, String shows) throws IOException {
    return Files.writeString(folder.resolve(name), shows);
  }

  /** Chooses an option of a list, as a user does. */
  void choose(String selector, String value) {
    tab.eval(
        "(() => { const list = document.querySelector('%s'); list.value = '%s';"
                .formatted(selector, value)
            + "list.dispatchEvent(new Event('change', { bubbles: true })); })()");
  }

  void awaitState(String state, int cards) {
    tab.awaitCount(".card[data-state=" + state + "]", cards);
  }
}
