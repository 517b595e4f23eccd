package io.lynxeye.grpc.inference;

import static io.lynxeye.grpc.GrpcClient.images;
import static io.lynxeye.grpc.GrpcClient.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lynxeye.grpc.GrpcClient;
import io.lynxeye.grpc.RawGrpc;
import io.lynxeye.grpc.StreamAnswers;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.server.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Many requests in one call. */
class InferStreamTest {

  @AutoClose private final TestServer server = TestServer.ready();
  private final int port = server.listenGrpc();
  @AutoClose private final GrpcClient client = new GrpcClient(port);

  @AfterEach
  void everyPermitIsReleased() {
    server.model().release(1000);
    server.awaitRequests(0);
    assertThat(server.requestLimiter().bytes()).isZero();
    Awaitility.await().until(() -> server.model().samples() == 0);
  }

  private StreamObserver<ModelInferRequest> open(StreamAnswers answers) {
    return client.streaming().modelStreamInfer(answers);
  }

  @Test
  void requestsAreAnsweredInOrderAndAFailureDoesNotEndTheStream() {
    StreamAnswers answers = new StreamAnswers();
    StreamObserver<ModelInferRequest> stream = open(answers);

    for (String image : List.of("1", "bad", "3")) {
      stream.onNext(images(image).toBuilder().setId(image).build());
    }
    stream.onCompleted();

    assertThat(answers.end().join()).isEqualTo(Status.OK);
    assertThat(answers.all()).hasSize(3);
    assertThat(shown(answers.all().get(0).getInferResponse())).containsExactly(1);
    assertThat(answers.all().get(0).getInferResponse().getId()).isEqualTo("1");
    assertThat(answers.all().get(1).getErrorMessage()).isEqualTo("this is not an image; send one");
    assertThat(answers.all().get(1).hasInferResponse()).isFalse();
    assertThat(shown(answers.all().get(2).getInferResponse())).containsExactly(3);
  }

  @Test
  void anIdleStreamHoldsNoPermitAndABusyOneHoldsOne() throws Exception {
    server.model().hold();
    StreamAnswers answers = new StreamAnswers();
    StreamObserver<ModelInferRequest> stream = open(answers);
    for (int i = 0; i < 10; i++) {
      stream.onNext(images("5"));
    }
    server.model().awaitCall();

    assertThat(server.requestLimiter().requests()).isEqualTo(1);
    server.model().release(10);
    Awaitility.await().until(() -> answers.all().size() == 10);
    server.awaitRequests(0);

    assertThat(answers.end()).isNotDone();
    stream.onCompleted();
    assertThat(answers.end().join()).isEqualTo(Status.OK);
  }

  @Test
  void aStreamThatIsCancelledLeavesTheQueue() throws Exception {
    server.model().hold();
    StreamAnswers answers = new StreamAnswers();
    StreamObserver<ModelInferRequest> stream = open(answers);
    stream.onNext(images("5"));
    server.model().awaitCall();

    ((ClientCallStreamObserver<ModelInferRequest>) stream).cancel("gone", null);

    server.awaitRequests(0);
  }

  @Test
  void aStreamWithoutARequestEnds() {
    StreamAnswers answers = new StreamAnswers();

    open(answers).onCompleted();

    assertThat(answers.end().join()).isEqualTo(Status.OK);
    assertThat(answers.all()).isEmpty();
  }

  /** Unread answers wait in memory: some hundred of them fill gRPC's buffer. */
  @Test
  void aClientThatReadsNoAnswersIsAskedForNoMoreMessages() throws Exception {
    int all = 1200; // They fit the server's initial window.
    byte[] messages = RawGrpc.messages(images("5").toByteArray(), all);
    try (RawGrpc call = new RawGrpc(port).begin("ModelStreamInfer", 0).send(messages)) {
      Awaitility.await().until(() -> server.model().prepared() > 10);
      AtomicInteger before = new AtomicInteger();
      Awaitility.await()
          .during(Duration.ofMillis(500))
          .until(() -> before.getAndSet(server.model().prepared()) == server.model().prepared());
      assertThat(server.model().prepared()).isLessThan(all);

      call.widen(1 << 20);

      Awaitility.await().until(() -> server.model().prepared() == all);
    }
  }

  @Test
  void aCallWhoseAnswerIsNotReadReleasesItsPermit() throws Exception {
    byte[] message = RawGrpc.messages(images("5").toByteArray(), 1);
    try (RawGrpc call = new RawGrpc(port).begin("ModelInfer", 0).send(message).end()) {
      Awaitility.await().until(() -> server.model().prepared() == 1);

      server.awaitRequests(0);

      assertThat(server.requestLimiter().bytes()).isZero();
      call.widen(1 << 20);
      call.awaitTrailers();
    }
  }
}
