package io.lynxeye.grpc;

import static io.lynxeye.grpc.GrpcClient.images;
import static io.lynxeye.grpc.GrpcClient.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.server.TestServer;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that the client packed, or said it had. */
class PackedMessageTest {

  @AutoClose private final TestServer server = TestServer.ready();
  private final int port = server.listenGrpc();

  @AfterEach
  void everyPermitIsReleased() {
    Awaitility.await().until(() -> server.requestLimiter().bytes() == 0);
    server.awaitRequests(0);
  }

  /** A way of packing. */
  private interface Packer {
    OutputStream into(OutputStream packed) throws IOException;
  }

  private static Compressor compressor(String encoding, Packer packer) {
    return new Compressor() {
      @Override
      public String getMessageEncoding() {
        return encoding;
      }

      @Override
      public OutputStream compress(OutputStream packed) throws IOException {
        return packer.into(packed);
      }
    };
  }

  private ModelInferResponse infer(String encoding, Packer packer, ModelInferRequest request) {
    CompressorRegistry registry = CompressorRegistry.newEmptyInstance();
    registry.register(compressor(encoding, packer));
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .compressorRegistry(registry)
            .build();
    try {
      return GRPCInferenceServiceGrpc.newBlockingStub(channel)
          .withCompression(encoding)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .modelInfer(request);
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void deflateIsUnpacked() {
    assertThat(shown(infer("deflate", DeflaterOutputStream::new, images("1", "7"))))
        .containsExactly(1, 7);
  }

  @Test
  void aMessageThatUnpacksBeyondTheLimitIsRefused() {
    ModelInferRequest large = images("7".repeat(TestServer.MAX_BODY));

    assertThatThrownBy(() -> infer("deflate", DeflaterOutputStream::new, large))
        .hasMessageStartingWith("RESOURCE_EXHAUSTED: ");
    assertThat(server.model().prepared()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void aMessageThatIsNotPackedAsItSaysIsRefused(String encoding) {
    assertThatThrownBy(() -> infer(encoding, FilterOutputStream::new, images("7")))
        .hasMessageStartingWith("INVALID_ARGUMENT: the message cannot be unpacked")
        .hasMessageEndingWith("send it without compression");
    assertThat(server.model().prepared()).isZero();
  }

  @Test
  void anotherEncodingIsRefused() {
    assertThatThrownBy(() -> infer("snappy", FilterOutputStream::new, images("7")))
        .hasMessageStartingWith("UNIMPLEMENTED: ")
        .hasMessageContaining("snappy");
  }
}
