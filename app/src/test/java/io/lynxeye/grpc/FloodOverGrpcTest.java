package io.lynxeye.grpc;

import static io.lynxeye.grpc.GrpcClient.images;
import static io.lynxeye.grpc.GrpcClient.shown;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.lynxeye.serving.admission.RequestLimiter;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages over one connection, more than an eighth of the heap together. */
@Timeout(90)
class FloodOverGrpcTest {

  private static final int MEGABYTE = 1 << 20;
  private static final int MESSAGES = 32;
  private static final Settings LARGE =
      Settings.DEFAULT.withMaxBody(8 * MEGABYTE).withRequestTimeout(Duration.ofMinutes(1));

  /** Sends large messages, and waits until most of them wait for memory. */
  private static List<ListenableFuture<ModelInferResponse>> flood(
      TestServer server, GrpcClient client) {
    ModelInferRequest large = images("7".repeat(4 * MEGABYTE));
    List<ListenableFuture<ModelInferResponse>> flood =
        IntStream.range(0, MESSAGES).mapToObj(i -> client.later().modelInfer(large)).toList();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> server.requestLimiter().waiting() > MESSAGES / 2);
    return flood;
  }

  @Test
  void messagesWaitOutsideTheHeapAndAllAreAnswered() throws Exception {
    long limit = Runtime.getRuntime().maxMemory() / 8;
    assertThat(MESSAGES * 4L * MEGABYTE).isGreaterThan(limit); // Otherwise nothing would wait.
    try (TestServer server = TestServer.ready(LARGE);
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      for (int i = 0; i < 20; i++) { // It is known to be fast, although it is held in a moment.
        assertThat(shown(client.infer(images("7")))).containsExactly(7);
      }
      server.model().hold();
      List<ListenableFuture<ModelInferResponse>> flood = flood(server, client);
      assertThat(flood).noneMatch(ListenableFuture::isDone);

      server.model().release(MESSAGES);

      for (ListenableFuture<ModelInferResponse> answer : flood) {
        assertThat(answer.get().getModelName()).isEqualTo("fake");
      }
      Awaitility.await().until(() -> server.requestLimiter().bytes() == 0);
      assertThat(server.requestLimiter().waiting()).isZero();
    }
  }

  @Test
  void aCallThatIsCancelledWhileItWaitsFreesItsMessage() throws Exception {
    try (TestServer server = TestServer.ready(LARGE);
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      server.model().hold();
      List<ListenableFuture<ModelInferResponse>> flood = flood(server, client);

      flood.forEach(call -> call.cancel(true));

      Awaitility.await().until(() -> server.requestLimiter().bytes() == 0);
      assertThat(server.requestLimiter().waiting()).isZero();
      server.model().release(MESSAGES);
      assertThat(shown(client.infer(images("7")))).containsExactly(7);
    }
  }

  /** All the memory is taken for longer than requests may take: the client may try again. */
  @Test
  void aMessageThatFindsNoMemoryInTimeIsUnavailable() throws Exception {
    Settings impatient = LARGE.withRequestTimeout(Duration.ofMillis(300));
    try (TestServer server = TestServer.ready(impatient);
        GrpcClient client = new GrpcClient(server.listenGrpc());
        RequestLimiter.RequestPermit all = server.requestLimiter().acquire()) {
      assertThat(all.reserve("", Long.MAX_VALUE / 2, () -> {})).isTrue(); // It is alone.

      Status refused = client.refusal(images("7"));

      assertThat(refused.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(refused.getDescription()).isEqualTo("the server is overloaded; try again");
      assertThat(client.trailer("retry-after")).isEqualTo("1");
    }
  }
}
