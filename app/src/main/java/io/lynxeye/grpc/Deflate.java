package io.lynxeye.grpc;

import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * The message encoding {@code deflate}, as Triton's clients send it: data with a zlib header. gRPC
 * itself knows {@code gzip}, and limits what messages of any encoding unpack to.
 */
final class Deflate implements Codec {

  /** Every encoding that is read. */
  static final DecompressorRegistry READ =
      DecompressorRegistry.getDefaultInstance().with(new Deflate(), true);

  private static final int BUFFER_BYTES = 8 * 1024;

  private Deflate() {}

  /** Every encoding that is written. */
  static CompressorRegistry written() {
    CompressorRegistry registry = CompressorRegistry.newEmptyInstance();
    registry.register(new Codec.Gzip());
    registry.register(new Deflate());
    return registry;
  }

  @Override
  public String getMessageEncoding() {
    return "deflate";
  }

  /** The stream's native memory is freed when gRPC closes it, after the message is parsed. */
  @Override
  public InputStream decompress(InputStream packed) {
    return new InflaterInputStream(packed);
  }

  @Override
  public OutputStream compress(OutputStream packed) {
    return new Deflating(packed);
  }

  /** Frees its native memory when it is closed, which its parent does for a default level only. */
  private static final class Deflating extends DeflaterOutputStream {

    Deflating(OutputStream packed) {
      super(packed, new Deflater(Deflater.BEST_SPEED), BUFFER_BYTES);
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        def.end();
      }
    }
  }
}
