package io.lynxeye.grpc;

import static io.lynxeye.grpc.GrpcClient.images;
import static io.lynxeye.grpc.GrpcClient.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.server.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses to clients that compress their requests, as Triton's can. */
class MessageCompressionTest {

  /** Scores of 4 bytes each for ten classes: more than {@link MessageCompression#MIN_BYTES}. */
  private static final int MANY = 50;

  @AutoClose private final TestServer server = TestServer.ready();
  private final int port = server.listenGrpc();
  private final AtomicInteger unpacked = new AtomicInteger();

  /** The client's side of an encoding, which counts the messages that it unpacks. */
  private final class Counting implements Codec {

    private final String name;

    Counting(String name) {
      this.name = name;
    }

    @Override
    public String getMessageEncoding() {
      return name;
    }

    @Override
    public InputStream decompress(InputStream packed) throws IOException {
      unpacked.incrementAndGet();
      return name.equals("gzip")
          ? new Codec.Gzip().decompress(packed)
          : new InflaterInputStream(packed);
    }

    @Override
    public OutputStream compress(OutputStream packed) throws IOException {
      return name.equals("gzip")
          ? new Codec.Gzip().compress(packed)
          : new DeflaterOutputStream(packed);
    }
  }

  private ModelInferResponse infer(int count, String sends, List<String> accepts) {
    CompressorRegistry writes = CompressorRegistry.newEmptyInstance();
    writes.register(Codec.Identity.NONE);
    DecompressorRegistry reads =
        DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);
    for (String name : List.of("gzip", "deflate")) {
      Compressor writer = new Counting(name);
      writes.register(writer);
      Decompressor reader = new Counting(name);
      reads = reads.with(reader, accepts.contains(name));
    }
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .compressorRegistry(writes)
            .decompressorRegistry(reads)
            .build();
    try {
      return GRPCInferenceServiceGrpc.newBlockingStub(channel)
          .withCompression(sends)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .modelInfer(images(Collections.nCopies(count, "7").toArray(String[]::new)));
    } finally {
      channel.shutdownNow();
    }
  }

  private static List<Integer> sevens(int count) {
    return IntStream.range(0, count).mapToObj(i -> 7).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void aLargeResponseIsCompressedLikeTheRequest(String encoding) {
    assertThat(shown(infer(MANY, encoding, List.of("gzip", "deflate")))).isEqualTo(sevens(MANY));
    assertThat(unpacked).hasValue(1);
  }

  @Test
  void aSmallResponseStaysAsItIs() {
    assertThat(shown(infer(1, "gzip", List.of("gzip")))).isEqualTo(sevens(1));
    assertThat(unpacked).hasValue(0);
  }

  @Test
  void aClientThatDoesNotCompressGetsNoCompressedResponse() {
    assertThat(shown(infer(MANY, "identity", List.of("gzip")))).isEqualTo(sevens(MANY));
    assertThat(unpacked).hasValue(0);
  }

  @Test
  void aClientThatDoesNotAcceptTheEncodingGetsNone() {
    assertThat(shown(infer(MANY, "gzip", List.of("deflate")))).isEqualTo(sevens(MANY));
    assertThat(unpacked).hasValue(0);
  }
}
