package io.lynxeye.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.browser.Browser;
import io.lynxeye.browser.Tab;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.StoredModel;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The trial of a new version, as the page shows it. */
class RolloutPageTest {

  @TempDir private Path folder;
  private TestServer server;
  @AutoClose private final Tab tab = Browser.tab();

  @AfterEach
  void stop() {
    server.close();
  }

  /** Tries version 2 of {@code m}, which takes every 3 for a 4. */
  private void tryVersion2(Map<String, String> more) {
    server = TestServer.listening(Settings.DEFAULT.withState(folder.resolve("state")));
    server.loader().model("m", 2).mistakes(text -> text.equals("3") ? "4" : text);
    Map<String, String> settings = new HashMap<>(more);
    settings.put("rollout", "shadow");
    settings.put("rollout.share", "1");
    server
        .serve(
            new StoredModel(
                "m",
                ModelSettings.of(settings),
                List.of(FakeLoader.source("m", 1), FakeLoader.source("m", 2))))
        .join();
    tab.open(server.uri("/"));
    tab.await("document.querySelector('#readiness-text').textContent === 'Ready'");
  }

  /** Answers callers one by one, each after the comparison before. */
  private void answerAll(String... images) {
    for (int i = 0; i < images.length; i++) {
      answer(images[i]);
      String compared = "\"images\":" + (i + 1) + ",";
      Awaitility.await().until(() -> server.get("/stats").body().contains(compared));
    }
    awaitText(".verdict", images.length + " ");
  }

  private void answer(String image) {
    HttpResponse<String> answer = server.post("/predictions/m", image);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private void awaitText(String selector, String text) {
    tab.await(
        "document.querySelector('#rollouts %s')?.textContent.includes('%s')"
            .formatted(selector, text));
  }

  @Test
  void aTrialIsShownWithItsFiguresAndTheImagesThatTheVersionsDisagreeOn() {
    tryVersion2(Map.of("rollout.min_images", "30", "rollout.keep_images", "true"));

    answerAll("1", "3", "5");

    assertThat(tab.text("#rollouts h2")).isEqualTo("Shadow m");
    assertThat(tab.text(".versions")).contains("Serving\nVersion 1", "On trial\nVersion 2");
    assertThat(tab.text(".verdict")).contains("Undecided. 3 of 30 images compared.");
    assertThat(tab.eval("document.querySelector('.verdict .bar').ariaValueNow")).isEqualTo("3");
    assertThat(tab.text(".measure")).contains("Agreement", "66.7 %", "at least 95 %", "undecided");
    assertThat(tab.count(".measure")).isEqualTo(3);
    assertThat(tab.count(".disagreements tbody tr")).isEqualTo(1);
    // printf 3 | sha256sum
    assertThat(tab.text(".disagreements tbody tr")).contains("label 3", "label 4", "4e07408562be");
    assertThat(tab.text(".disagreements p"))
        .contains("localhost:8081/models/m/rollout/images/4e07408562be");
    assertThat(tab.complaints()).isEmpty();
    assertThat(tab.failedLoads()).isEmpty();
  }

  @Test
  void aVersionThatWasStoppedIsShownWithTheReason() {
    tryVersion2(Map.of("rollout.min_agreement", "0.99"));
    for (int i = 0; i < 10; i++) {
      answer("3"); // Three of them are enough.
    }

    awaitText(".models", "Version 2 was stopped");

    assertThat(tab.text("#rollouts .models")).contains("FAIL: agreement 0 ");
    assertThat(tab.text(".verdict")).contains("Nothing is on trial.");
    assertThat(tab.count(".measure")).isZero();
    assertThat(tab.text("#models")).contains("m\nversion 2", "stopped");
    assertThat(tab.complaints()).isEmpty();
  }

  @Test
  void aVersionOnTrialCanBeChosen() {
    tryVersion2(Map.of());
    tab.eval(
        "(() => { const list = document.querySelector('#model'); list.value = 'm';"
            + "list.dispatchEvent(new Event('change', { bubbles: true })); })()");

    assertThat(tab.eval("[...document.querySelector('#version').options].map(o => o.text).join()"))
        .isEqualTo("serving,2 (on trial),1");
    assertThat(tab.text("#models")).contains("m\nversion 2", "shadow");
  }

  @Test
  void withoutATrialThePanelIsHidden() {
    server = TestServer.ready();
    tab.open(server.uri("/"));
    tab.await("document.querySelector('#readiness-text').textContent === 'Ready'");

    assertThat(tab.eval("document.querySelector('#rollouts').hidden")).isEqualTo(true);
  }

  /** A file where the folder should be: the message that operators get names it. */
  @Test
  void aRefusalIsShownWithoutPaths() throws IOException {
    Files.createFile(folder.resolve("state"));
    tryVersion2(Map.of());

    awaitText(".verdict", "Refused.");

    assertThat(tab.text(".verdict"))
        .isEqualTo("Refused. No new version can be tried; the server's log has the cause.");
    assertThat(server.get("/stats").body()).doesNotContain(folder.toString());
  }

  @ParameterizedTest
  @CsvSource({"320, light", "390, dark", "768, light", "1280, dark"})
  void everyTextIsReadableAndNothingIsCutOff(int width, String scheme) {
    tab.prefer("prefers-color-scheme", scheme);
    tab.size(width, 800);
    tryVersion2(Map.of("rollout.keep_images", "true"));

    answerAll("1", "3");

    assertThat(tab.eval(PageAccessTest.PALE_TEXTS)).isEqualTo("");
    assertThat((Integer) tab.eval("document.documentElement.scrollWidth")).isEqualTo(width);
    assertThat(tab.accessibleNodes(Set.of("progressbar", "caption", "status")))
        .contains("progressbar: Images compared");
  }
}
