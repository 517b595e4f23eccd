package io.lynxeye.http.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynxeye.http.Packed;
import io.lynxeye.http.exchange.HttpException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies in pieces of any size, damaged ones, and bombs. */
class UnpackerTest {

  private static final byte[] BYTES = bytes(100_000);

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    Arrays.fill(bytes, 0, length / 2, (byte) 7);
    return bytes;
  }

  private static byte[] unpack(ContentEncoding encoding, byte[] packed, Random pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Unpacker unpacker =
        new Unpacker(encoding, (bytes, length) -> all.write(bytes, 0, length))) {
      for (int at = 0; at < packed.length; ) {
        int end = Math.min(packed.length, at + pieces.nextInt(1, 3000));
        unpacker.unpack(Arrays.copyOfRange(packed, at, end));
        at = end;
      }
      unpacker.finish();
    }
    return all.toByteArray();
  }

  /** With a checksum of the header, an extra field, a name and a comment. */
  private static byte[] withAllFields(byte[] gzip) {
    byte[] header = Arrays.copyOf(gzip, 10);
    header[3] = 2 | 4 | 8 | 16;
    byte[] fields = {3, 0, 'a', 'b', 'c', 'n', 0, 'c', 'c', 0, 1, 2};
    return Packed.join(header, fields, Arrays.copyOfRange(gzip, 10, gzip.length));
  }

  static Stream<Arguments> packed() {
    byte[] gzip = Packed.gzip(BYTES);
    return Stream.of(
        arguments(ContentEncoding.GZIP, gzip, BYTES),
        arguments(ContentEncoding.GZIP, withAllFields(gzip), BYTES),
        arguments(ContentEncoding.GZIP, Packed.join(gzip, gzip), Packed.join(BYTES, BYTES)),
        arguments(ContentEncoding.DEFLATE, Packed.zlib(BYTES), BYTES),
        arguments(ContentEncoding.DEFLATE, Packed.raw(BYTES), BYTES));
  }

  @ParameterizedTest
  @MethodSource("packed")
  void piecesOfAnySizeAreUnpacked(ContentEncoding encoding, byte[] packed, byte[] bytes) {
    for (int seed = 0; seed < 20; seed++) {
      assertThat(unpack(encoding, packed, new Random(seed))).isEqualTo(bytes);
    }
  }

  /** Never another exception, never an endless loop, whatever is wrong. */
  @ParameterizedTest
  @MethodSource("packed")
  void damageIsRefusedOrHarmless(ContentEncoding encoding, byte[] packed, byte[] bytes) {
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = Arrays.copyOf(packed, packed.length - random.nextInt(2) * 5);
      damaged[random.nextInt(i % 2 == 0 ? 20 : damaged.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(unpack(encoding, damaged, random)).isNotNull();
      } catch (HttpException e) {
        assertThat(e.answer().status()).isEqualTo(400);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(150);
  }

  static Stream<Arguments> bombs() {
    byte[] zeros = new byte[64 << 20];
    return Stream.of(
        arguments(ContentEncoding.GZIP, Packed.gzip(zeros)),
        arguments(ContentEncoding.DEFLATE, Packed.zlib(zeros)),
        arguments(ContentEncoding.DEFLATE, Packed.raw(zeros)));
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void aBombIsRefusedBeforeItIsUnpacked(ContentEncoding encoding, byte[] bomb) {
    long[] unpacked = new long[1];
    try (Unpacker unpacker = new Unpacker(encoding, (bytes, length) -> unpacked[0] += length)) {
      assertThatThrownBy(() -> unpacker.unpack(bomb))
          .isInstanceOf(HttpException.class)
          .hasMessage(
              "the body unpacks to more than 100 times its size; send it without"
                  + " Content-Encoding");
    }
    assertThat(unpacked[0]).isLessThanOrEqualTo(100L * bomb.length);
  }

  @Test
  void aBlackImageAsATensorIsNoBomb() {
    byte[] black = new byte[224 * 224 * 3 * Float.BYTES];
    byte[] packed = Packed.gzip(black);

    assertThat(packed.length).isLessThan(black.length / 500);
    assertThat(unpack(ContentEncoding.GZIP, packed, new Random(1))).isEqualTo(black);
  }
}
