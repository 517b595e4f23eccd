package io.lynxeye.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.fakes.FakeModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The functions of the page, in a real browser. */
class PageTest extends PageRig {

  @Test
  void thePageLoadsWithoutPolicyViolationsOrErrors() {
    assertThat(tab.eval("document.title")).isEqualTo("Lynxeye");
    assertThat(tab.complaints()).isEmpty();
    assertThat(tab.failedLoads()).isEmpty();
  }

  @Test
  void aSampleIsScoredWithFiveBars() {
    tab.click("[data-sample='lynx.jpg']");

    awaitState("done", 1);
    assertThat(tab.count(".predictions li")).isEqualTo(5);
    assertThat(tab.count(".predictions .bar")).isEqualTo(5);
    assertThat(tab.text(".predictions li .label")).isEqualTo("label 0");
    assertThat(tab.text(".predictions li .value")).isEqualTo("1.0 %");
    assertThat(tab.text(".state")).startsWith("Scored in ");
    assertThat(tab.complaints()).isEmpty();
  }

  @Test
  void ofSeveralDroppedImagesOnlyTheInvalidOneFails() throws IOException {
    Path seven = image("seven.jpg", "7");
    tab.drop(400, 300, seven, image("broken.jpg", "bad"), image("three.jpg", "3"));

    awaitState("done", 2);
    awaitState("error", 1);
    assertThat(tab.text("[data-state=error] h3")).isEqualTo("broken.jpg");
    assertThat(tab.text("[data-state=error] .state")).isEqualTo("This is not an image; send one.");
    assertThat(tab.text("#progress")).isEqualTo("2 scored, 1 failed");
    assertThat(tab.text("[data-state=done] .predictions")).startsWith("label 3");
  }

  @Test
  void anImageIsPasted() {
    tab.eval(
        """
        (() => {
          const data = new DataTransfer();
          data.items.add(new File(["7"], "pasted.png", { type: "image/png" }));
          document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
        })()
        """);

    awaitState("done", 1);
    assertThat(tab.text(".predictions")).startsWith("label 7");
  }

  @Test
  void filesAreChosenAndMayBeChosenAgain() throws IOException {
    Path five = image("five.jpg", "5");
    tab.choose("#files", five);
    awaitState("done", 1);

    tab.choose("#files", five);

    awaitState("done", 2);
  }

  @Test
  void theModelAndItsVersionAreChosen() throws IOException {
    FakeModel other = server.loader().model("other-model", 3);
    choose("#model", "other-model");
    choose("#version", "stable");

    tab.choose("#files", image("two.jpg", "2"));

    awaitState("done", 1);
    assertThat(tab.text(".about")).startsWith("other-model stable");
    assertThat(other.batchSizes()).hasSize(1);
  }

  @Test
  void atMostFourImagesAreInFlight() {
    server.model().hold();
    tab.choose(
        "#files",
        IntStream.range(0, 6).mapToObj(i -> quietly("p" + i + ".jpg")).toArray(Path[]::new));

    awaitState("scoring", 4);
    awaitState("waiting", 2);
    assertThat(tab.text("#progress")).isEqualTo("2 waiting, 4 scoring");
    server.awaitRequests(4);

    server.model().release(1000);
    awaitState("done", 6);
  }

  private Path quietly(String name) {
    try {
      return image(name, "1");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anOverloadedServerIsRetried() {
    FakeModel other = server.loader().model("other-model", 3).hold(); // It accepts two.
    choose("#model", "other-model");
    tab.choose(
        "#files",
        IntStream.range(0, 4).mapToObj(i -> quietly("p" + i + ".jpg")).toArray(Path[]::new));

    tab.await("document.querySelectorAll('.card[data-state=retrying]').length > 0");
    assertThat(tab.text("[data-state=retrying] .state"))
        .contains("overloaded")
        .contains("Trying again in");

    other.release(1000);
    awaitState("done", 4);
  }

  @Test
  void aFailedImageCanBeRetried() {
    tab.choose("#files", quietly("one.jpg"));
    awaitState("done", 1);
    tab.eval(
        "fetch = (real => (...all) => String(all[0]).startsWith('predictions')"
            + " ? (fetch = real, Promise.reject(new TypeError('gone'))) : real(...all))(fetch)");
    tab.choose("#files", quietly("two.jpg"));
    awaitState("error", 1);
    assertThat(tab.text("[data-state=error] .state")).startsWith("The server cannot be reached.");

    tab.click("[data-state=error] .body button");

    awaitState("done", 2);
  }

  @Test
  void resultsAreRemovedOneByOneOrAllAtOnce() throws IOException {
    tab.choose("#files", image("a.jpg", "1"), image("b.jpg", "2"), image("c.jpg", "3"));
    awaitState("done", 3);

    tab.click(".card .remove");
    awaitState("done", 2);

    tab.click("#clear");
    awaitState("done", 0);
    assertThat(tab.text("#progress")).isEqualTo("Nothing scored yet.");
  }

  @Test
  void otherOutputsAreShownAsTheModelMadeThem() throws IOException {
    tab.choose("#files", image("content.jpg", "content"));

    awaitState("done", 1);
    assertThat(tab.text(".card pre")).isEqualTo("made by the model");
  }

  @Test
  void modelsAndTheirStatesAreShown() {
    assertThat(tab.text("#models"))
        .contains("fake\nversion 1", "available", "stable", "10 classes");
  }

  @Test
  void theChartsShowWhatWasScored() throws IOException {
    assertThat(tab.text(".chart")).contains("Throughput");
    tab.choose("#files", image("a.jpg", "1"), image("b.jpg", "2"));
    awaitState("done", 2);

    tab.await(
        "document.querySelector('.chart svg').getAttribute('aria-label').includes('highest')");
    tab.await("document.querySelectorAll('.chart .now')[1].textContent.includes('ms')");
    assertThat(tab.text(".chart .peak")).matches("peak [12]/s");
    assertThat((String) tab.eval("document.querySelector('.chart .stroke').getAttribute('d')"))
        .startsWith("M");
  }

  @Test
  void anUnreachableServerIsReported() {
    tab.eval("fetch = () => Promise.reject(new TypeError('gone'))");

    tab.await("document.querySelector('#readiness-text').textContent === 'Not reachable'");
  }

  @Test
  void theDurationsOfTheStagesAreShownIfTheServerReportsThem() throws IOException {
    tab.eval(
        """
        fetch = (real => (path, ...more) => path.startsWith("predictions")
            ? Promise.resolve(new Response('[{"className": "n02127052 lynx", "probability": 0.9}]',
                { headers: { "Server-Timing":
                    "decode;dur=1.2, queue;dur=0.4, engine;dur=110.5, total;dur=113" } }))
            : real(path, ...more))(fetch)
        """);

    tab.choose("#files", image("seven.jpg", "7"));

    awaitState("done", 1);
    assertThat(tab.text(".times"))
        .contains("Decode\n1.2 ms", "Queue\n0.4 ms", "Engine\n111 ms", "Rest\n");
    assertThat(tab.count(".stages span")).isEqualTo(4);
    assertThat(tab.text(".predictions .label")).isEqualTo("lynx");
  }

  @Test
  void aFileThatIsTooLargeIsNotSent() throws IOException {
    tab.choose("#files", image("large.jpg", "7".repeat(1_000_001)));

    awaitState("error", 1);
    assertThat(tab.text("[data-state=error] .state"))
        .isEqualTo(
            "The file is larger than the 1000000 bytes that this server accepts; send a smaller one.");
    assertThat(server.model().prepared()).isZero();
  }
}
