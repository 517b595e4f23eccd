package io.lynxeye.grpc;

import static io.lynxeye.grpc.GrpcClient.images;
import static io.lynxeye.grpc.GrpcClient.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Accepted requests are answered, and the stop ends in any case. */
class GrpcStopTest {

  @AutoClose private final TestServer server = TestServer.ready();
  private final int port = server.listenGrpc();
  @AutoClose private final GrpcClient client = new GrpcClient(port);

  private static CompletableFuture<Void> stopLater(TestServer server) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            server.server().stop();
          } catch (InterruptedException e) {
            throw new CompletionException(e);
          }
        });
  }

  private Status refusalOfANewClient() {
    try (GrpcClient late = new GrpcClient(port)) {
      return late.refusal(images("9"));
    }
  }

  @Test
  void acceptedRequestsAreAnsweredAndNewClientsAreRefused() throws Exception {
    server.model().hold();
    List<ListenableFuture<ModelInferResponse>> accepted = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      accepted.add(client.later().modelInfer(images(Integer.toString(i % 10))));
    }
    server.awaitRequests(20);

    CompletableFuture<Void> stop = stopLater(server);
    Awaitility.await().until(() -> !server.server().isReady());
    Awaitility.await().until(() -> refusalOfANewClient().getCode() == Status.Code.UNAVAILABLE);
    assertThat(stop).isNotDone();

    server.model().release(20);
    for (int i = 0; i < 20; i++) {
      assertThat(shown(accepted.get(i).get())).containsExactly(i % 10);
    }
    stop.get();
    assertThat(server.model().isClosed()).isTrue();
  }

  @Test
  void anIdleConnectionDoesNotDelayTheStop() throws Exception {
    assertThat(shown(client.infer(images("7")))).containsExactly(7);

    long start = System.nanoTime();
    server.server().stop();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void anIdleStreamEndsAtOnceAndABusyOneAfterItsAnswer() throws Exception {
    server.model().hold();
    StreamAnswers resting = new StreamAnswers();
    StreamObserver<ModelInferRequest> restingCalls = client.streaming().modelStreamInfer(resting);
    restingCalls.onNext(images("bad"));
    Awaitility.await().until(() -> resting.all().size() == 1);
    StreamAnswers working = new StreamAnswers();
    client.streaming().modelStreamInfer(working).onNext(images("5"));
    server.model().awaitCall();

    CompletableFuture<Void> stop = stopLater(server);

    assertThat(resting.end().get().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(resting.all()).hasSize(1);
    assertThat(working.end()).isNotDone();
    server.model().release(1);
    assertThat(working.end().get().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(shown(working.all().get(0).getInferResponse())).containsExactly(5);
    stop.get();
  }

  @Test
  void anEngineThatNeverReturnsDoesNotDelayTheStop() throws Exception {
    Settings hurried = Settings.DEFAULT.withDrainTimeout(Duration.ofSeconds(2));
    try (TestServer stuck = TestServer.ready(hurried);
        GrpcClient waiting = new GrpcClient(stuck.listenGrpc())) {
      stuck.model().hold();
      ListenableFuture<ModelInferResponse> running = waiting.later().modelInfer(images("1"));
      stuck.model().awaitCall();

      long start = System.nanoTime();
      stuck.server().stop();

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThatThrownBy(running::get).isInstanceOf(ExecutionException.class);
    }
  }
}
