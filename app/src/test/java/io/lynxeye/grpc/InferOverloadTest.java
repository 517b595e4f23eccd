package io.lynxeye.grpc;

import static io.lynxeye.grpc.GrpcClient.images;
import static io.lynxeye.grpc.GrpcClient.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.lynxeye.protocols.inference.InferParameter;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Overload, deadlines, and callers that disconnect. */
class InferOverloadTest {

  private static final Settings ONE_WAITS = Settings.DEFAULT.withQueueCapacity(1);

  @AutoClose private final TestServer server = TestServer.ready(ONE_WAITS);
  @AutoClose private final GrpcClient client = new GrpcClient(server.listenGrpc());

  @AfterEach
  void everyPermitIsReleased() {
    server.model().release(1000);
    server.awaitRequests(0);
    assertThat(server.requestLimiter().bytes()).isZero();
    Awaitility.await().until(() -> server.model().samples() == 0);
    assertThat(server.model().misused()).isZero();
    assertThat(shown(client.infer(images("7")))).containsExactly(7);
  }

  @Test
  void withoutAFreePermitTheClientLearnsWhenToRetry() throws Exception {
    server.model().hold();
    ListenableFuture<ModelInferResponse> running = client.later().modelInfer(images("1"));
    server.model().awaitCall();
    ListenableFuture<ModelInferResponse> waiting = client.later().modelInfer(images("2"));
    server.awaitRequests(2);

    Status refused = client.refusal(images("3"));

    assertThat(refused.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(refused.getDescription()).isEqualTo("the server is overloaded; try again");
    assertThat(client.trailer("retry-after")).isEqualTo("1");
    assertThat(client.trailer("grpc-retry-pushback-ms")).isEqualTo("1000");
    server.model().release(2);
    assertThat(shown(running.get())).containsExactly(1);
    assertThat(shown(waiting.get())).containsExactly(2);
  }

  @Test
  void permitsAreSharedWithHttp() throws Exception {
    server.model().hold();
    CompletableFuture<HttpResponse<String>> running = server.postLater("/score", "1");
    server.model().awaitCall();
    ListenableFuture<ModelInferResponse> waiting = client.later().modelInfer(images("2"));
    server.awaitRequests(2);

    assertThat(server.post("/score", "3").statusCode()).isEqualTo(503);
    assertThat(client.refusal(images("3")).getCode()).isEqualTo(Status.Code.UNAVAILABLE);

    server.model().release(2);
    assertThat(running.get().body()).contains("label 1");
    assertThat(shown(waiting.get())).containsExactly(2);
  }

  /** One request runs, and one may wait. */
  @Test
  void moreImagesThanTheModelEverAcceptsAreAnInvalidArgument() {
    for (String[] images : new String[][] {{"1", "2", "3"}, {"1", "2", "3", "4", "5"}}) {
      Status refused = client.refusal(images(images));

      assertThat(refused.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(refused.getDescription()).contains("accepts at most 2 at once");
    }
    server.awaitRequests(0);
  }

  @Test
  void aCallThatIsCancelledLeavesTheQueue() throws Exception {
    server.model().hold();
    ListenableFuture<ModelInferResponse> running = client.later().modelInfer(images("1"));
    server.model().awaitCall();
    ListenableFuture<ModelInferResponse> leaving = client.later().modelInfer(images("2"));
    server.awaitRequests(2);

    leaving.cancel(true);

    server.awaitRequests(1);
    Awaitility.await().until(() -> server.model().samples() == 1); // While the engine is held.
    server.model().release(1);
    assertThat(shown(running.get())).containsExactly(1);
    assertThat(server.model().batchSizes()).hasSize(1);
  }

  @Test
  void aCallPastItsDeadlineLeavesTheQueue() throws Exception {
    server.model().hold();
    ListenableFuture<ModelInferResponse> running = client.later().modelInfer(images("1"));
    server.model().awaitCall();

    assertThatThrownBy(
            () ->
                client
                    .later()
                    .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
                    .modelInfer(images("2"))
                    .get())
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("DEADLINE_EXCEEDED");

    server.awaitRequests(1);
    server.model().release(1);
    assertThat(shown(running.get())).containsExactly(1);
    assertThat(server.model().batchSizes()).hasSize(1);
  }

  @Test
  void theTimeoutParameterIsADeadline() {
    server.model().hold();
    var request =
        images("1").toBuilder()
            .putParameters("timeout", InferParameter.newBuilder().setInt64Param(300_000).build())
            .build();

    assertThat(client.refusal(request).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
  }

  @Test
  void aRequestThatWaitsTooLongIsRefused() {
    Settings hasty = Settings.DEFAULT.withRequestTimeout(Duration.ofMillis(500));
    try (TestServer slow = TestServer.ready(hasty);
        GrpcClient waiting = new GrpcClient(slow.listenGrpc())) {
      slow.model().hold();

      Status status = waiting.refusal(images("1"));

      assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      assertThat(status.getDescription()).isEqualTo("the image was not scored in time; try again");
    }
  }
}
