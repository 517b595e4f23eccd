package io.lynxeye.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.bench.MixedRequest.Kind;
import io.lynxeye.bench.load.FakeServer;
import io.lynxeye.bench.load.LoadClient;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MixedTest {

  private static final List<Buffer> GOOD =
      List.of(Buffer.buffer("picture of a lynx"), Buffer.buffer("picture of a balloon"));

  @Test
  void theMixtureIsTheSameEveryTimeAndHasAllKinds() {
    List<MixedRequest> mixture = MixedRequest.mixture(200, GOOD);

    assertThat(mixture).hasSize(200).isEqualTo(MixedRequest.mixture(200, GOOD));
    assertThat(mixture).extracting(MixedRequest::kind).contains(Kind.values());
    assertThat(mixture)
        .filteredOn(r -> r.kind() == Kind.BAD)
        .noneMatch(r -> GOOD.contains(r.body()));
  }

  @Test
  void aServerThatScoresEachAsAloneIsAsExpected() throws InterruptedException {
    MixedTally tally = run((request, body) -> answer(request, body, 0.75));

    assertThat(tally.isAsExpected()).isTrue();
    assertThat(tally.largestDifference()).isZero();
    assertThat(tally.table().toString()).contains("good", "bad", "abandoned");
  }

  @Test
  void probabilitiesThatAreOffAreFound() throws InterruptedException {
    AtomicInteger number = new AtomicInteger();
    MixedTally tally =
        run((request, body) -> answer(request, body, number.incrementAndGet() > 10 ? 0.7 : 0.75));

    assertThat(tally.isAsExpected()).isFalse();
    assertThat(tally.largestDifference()).isCloseTo(0.05, within(1e-9));
  }

  @Test
  void aBadOneThatIsScoredIsFound() throws InterruptedException {
    MixedTally tally = run((request, body) -> scored(request, 0.75));

    assertThat(tally.isAsExpected()).isFalse();
  }

  @Test
  void whatIsNotScoredAloneEndsIt() {
    try (FakeServer server = FakeServer.of(500, 1);
        LoadClient client = LoadClient.keepingBodies(server.target())) {
      assertThatThrownBy(() -> new Mixed(client).scoreAlone(GOOD))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("500");
    }
  }

  private static MixedTally run(FakeServer.Answering answering) throws InterruptedException {
    List<MixedRequest> mixture =
        MixedRequest.mixture(60, GOOD).stream()
            .map(r -> new MixedRequest(r.kind(), r.body(), r.bytes(), r.leaveAfter().dividedBy(20)))
            .toList();
    try (FakeServer server = FakeServer.answering(answering);
        LoadClient client = LoadClient.keepingBodies(server.target())) {
      Mixed mixed = new Mixed(client);
      mixed.scoreAlone(GOOD);
      return mixed.run(mixture, 8, 1e-5);
    }
  }

  private static void answer(HttpServerRequest request, Buffer body, double probability) {
    if (GOOD.contains(body)) {
      scored(request, probability);
    } else {
      request.response().setStatusCode(400).end();
    }
  }

  private static void scored(HttpServerRequest request, double probability) {
    if (!request.response().closed()) {
      request
          .response()
          .end("{\"predictions\":[{\"label\":\"lynx\",\"probability\":" + probability + "}]}");
    }
  }
}
