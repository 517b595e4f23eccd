package io.lynxeye.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.browser.Browser;
import io.lynxeye.browser.Tab;
import io.lynxeye.server.PrefixProxy;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The page and the API documents behind a proxy that serves them below a path. */
class PrefixTest {

  @AutoClose
  private final TestServer server = TestServer.ready(Settings.DEFAULT.withMaxBody(1_000_000));

  @AutoClose private final PrefixProxy proxy = new PrefixProxy(server);
  @AutoClose private final Tab tab = Browser.tab();

  PrefixTest() throws IOException {}

  private void assertNothingFailed() {
    assertThat(tab.complaints()).isEmpty();
    assertThat(tab.failedLoads()).isEmpty();
  }

  @Test
  void aSampleIsScoredAndThePageLeadsToTheDocuments() {
    tab.open(proxy.uri("/"));
    tab.await("document.querySelector('#readiness-text').textContent === 'Ready'");

    tab.click("[data-sample='lynx.jpg']");

    tab.awaitCount(".card[data-state=done]", 1);
    assertThat(tab.eval("document.querySelector('nav a').href"))
        .isEqualTo(proxy.uri("/docs").toString());
    assertThat(tab.eval("document.querySelector('.brand').href"))
        .isEqualTo(proxy.uri("/").toString());
    assertNothingFailed();
  }

  @Test
  void anOperationIsTriedOutBelowThePrefix() {
    tab.open(proxy.uri("/docs#/Health/ping"));
    tab.awaitCount("#operations-Health-ping .try-out__btn", 1);

    tab.click("#operations-Health-ping .try-out__btn");
    tab.click("#operations-Health-ping .execute");

    tab.awaitCount("#operations-Health-ping .live-responses-table", 1);
    assertThat(tab.text("#operations-Health-ping .live-responses-table")).contains("Healthy");
    assertThat(tab.text("#operations-Health-ping .request-url"))
        .contains(proxy.uri("/ping").toString());
    assertNothingFailed();
  }
}
