package io.lynxeye.grpc.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.grpc.Detachable;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.lynxeye.serving.admission.KeyLimiter;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.observation.Call;
import io.lynxeye.serving.observation.RequestContext;
import io.lynxeye.serving.observation.TraceContext;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

/** Who frees the buffers of a message, whatever becomes of its call. */
class ScoringCallTest {

  /** A message as gRPC hands it over; closing it frees its buffers. */
  private static final class Buffers extends ByteArrayInputStream
      implements Detachable, KnownLength {
    boolean isFreed;

    Buffers(int bytes) {
      super(new byte[bytes]);
    }

    @Override
    public InputStream detach() {
      return this;
    }

    @Override
    public void close() {
      isFreed = true;
    }
  }

  private static ScoringCall call(RequestLimiter limiter) {
    return new ScoringCall(
        "id",
        name -> Optional.empty(),
        late -> CompletableFuture.completedFuture(null),
        () ->
            new RequestContext(
                new Call("POST", "/", "id", TraceContext.of(null, null), Instant.EPOCH),
                request -> {},
                NanoClock.SYSTEM),
        limiter,
        new KeyLimiter(NanoClock.SYSTEM::nanoTime));
  }

  /** A message that has arrived whole and was parsed by gRPC's thread for the call. */
  private static Message arrived(ScoringCall call, Buffers buffers) {
    int bytes = buffers.available();
    call.expectMessage();
    call.inboundMessage(0);
    call.inboundWireSize(bytes);
    call.inboundUncompressedSize(bytes);
    return parsed(call, buffers);
  }

  private static Message parsed(ScoringCall call, Buffers buffers) {
    Context context = call.filterContext(Context.ROOT);
    Context before = context.attach();
    try {
      return RequestMarshaller.MESSAGES.parse(buffers);
    } finally {
      context.detach(before);
    }
  }

  private final RequestLimiter limiter = new RequestLimiter(1, 100);

  @Test
  void aMessageThatGrpcDropsIsFreedAtTheEndOfTheCall() {
    ScoringCall call = call(limiter);
    Buffers buffers = new Buffers(10);
    arrived(call, buffers);
    assertThat(buffers.isFreed).isFalse();
    assertThat(limiter.bytes()).isEqualTo(10);

    call.streamClosed(Status.CANCELLED); // Before the client has ended its request.

    assertThat(buffers.isFreed).isTrue();
    assertThat(limiter.bytes()).isZero();
  }

  @Test
  void aSecondMessageIsFreedToo() {
    ScoringCall call = call(limiter);
    Buffers first = new Buffers(10);
    Buffers second = new Buffers(10);
    arrived(call, first);
    arrived(call, second);

    call.streamClosed(Status.INTERNAL);

    assertThat(first.isFreed).isTrue();
    assertThat(second.isFreed).isTrue();
  }

  @Test
  void aMessageThatIsParsedAfterTheEndOfTheCallIsFreed() {
    ScoringCall call = call(limiter);
    call.streamClosed(Status.CANCELLED);
    Buffers buffers = new Buffers(10);

    parsed(call, buffers);

    assertThat(buffers.isFreed).isTrue();
  }

  @Test
  void aMessageThatIsNotAdmittedIsFreedWithItsAnswer() {
    ScoringCall call = call(limiter);
    Buffers buffers = new Buffers(10);
    arrived(call, buffers);
    limiter.acquire().admit(1); // The only permit.

    assertThatThrownBy(call::admit).isInstanceOf(RejectedException.class);
    call.answered(Status.UNAVAILABLE);

    assertThat(buffers.isFreed).isTrue();
    assertThat(limiter.bytes()).isZero();
  }

  @Test
  void aMessageThatIsReadIsFreed() {
    ScoringCall call = call(limiter);
    Buffers buffers = new Buffers(10);

    Message message = arrived(call, buffers);

    assertThat(call.read(message, Runnable::run).join()).hasSize(10);
    assertThat(buffers.isFreed).isTrue();
    assertThat(limiter.bytes()).isEqualTo(10); // In the heap now.
  }

  /** The end of one call frees the memory for another, whose lock is held at this moment. */
  @Test
  void anEndingCallDoesNotWaitForTheLockOfTheCallThatItGrantsMemory() {
    ScoringCall ending = call(limiter);
    ScoringCall waiting = call(limiter);
    Message first = arrived(ending, new Buffers(70));
    Message second = arrived(waiting, new Buffers(30));
    assertThat(ending.read(first, Runnable::run)).isDone();
    CompletableFuture<byte[]> read = waiting.read(second, ForkJoinPool.commonPool());
    assertThat(read).isNotDone(); // 75 of 100 bytes can be reserved.

    synchronized (waiting) {
      CompletableFuture<Void> end =
          CompletableFuture.runAsync(
              () -> ending.answered(Status.OK), task -> new Thread(task).start());
      assertThat(end).succeedsWithin(Duration.ofSeconds(10));
    }

    assertThat(read).succeedsWithin(Duration.ofSeconds(10));
  }
}
