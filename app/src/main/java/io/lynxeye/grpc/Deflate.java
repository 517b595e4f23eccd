package io.lynxeye.grpc;

import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;

/**
 * The message encoding {@code deflate}, as Triton's clients send it: data with a zlib header. gRPC
 * itself knows {@code gzip}, and limits what messages of any encoding unpack to.
 */
final class Deflate implements Decompressor {

  /** Every encoding that is read. */
  static final DecompressorRegistry REGISTRY =
      DecompressorRegistry.getDefaultInstance().with(new Deflate(), true);

  private Deflate() {}

  @Override
  public String getMessageEncoding() {
    return "deflate";
  }

  /** The stream's native memory is freed when gRPC closes it, after the message is parsed. */
  @Override
  public InputStream decompress(InputStream packed) {
    return new InflaterInputStream(packed);
  }
}
