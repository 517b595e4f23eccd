package io.lynxeye.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.browser.Browser;
import io.lynxeye.browser.Tab;
import io.lynxeye.server.TestServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Swagger UI under the server's content security policy. */
class ApiDocsTest {

  @AutoClose private static final TestServer server = TestServer.ready();
  @AutoClose private final Tab tab = Browser.tab();

  @Test
  void everyOperationIsShownWithoutAPolicyViolation() {
    tab.open(server.uri("/docs"));

    tab.await("document.querySelectorAll('.opblock').length >= 12");
    assertThat(tab.text("#docs")).contains("/predictions/{model}/{version}", "Scoring");
    tab.click("#operations-Scoring-predict button.opblock-summary-control");
    tab.await(
        "document.querySelectorAll('#operations-Scoring-predict .opblock-body').length === 1");
    tab.screenshot(Path.of("target", "screenshots", "docs.png"));
    assertThat(tab.complaints()).isEmpty();
    assertThat(tab.failedLoads()).isEmpty();
  }

  @Test
  void anOperationIsTriedOut() {
    tab.open(server.uri("/docs#/Health/ping"));
    tab.awaitCount("#operations-Health-ping .try-out__btn", 1);

    tab.click("#operations-Health-ping .try-out__btn");
    tab.click("#operations-Health-ping .execute");

    tab.awaitCount("#operations-Health-ping .live-responses-table", 1);
    assertThat(tab.text("#operations-Health-ping .live-responses-table")).contains("Healthy");
    assertThat(tab.complaints()).isEmpty();
  }
}
