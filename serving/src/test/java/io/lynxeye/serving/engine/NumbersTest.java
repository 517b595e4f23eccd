package io.lynxeye.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer ones() {
    return buffer().putLong(-1).flip();
  }

  /** Values of IEEE 754-2008 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
  @ParameterizedTest
  @CsvSource({
    "0000, 0x0p0",
    "8000, -0x0p0",
    "0001, 0x1p-24", // The least subnormal.
    "03ff, 0x3ffp-24", // The largest subnormal.
    "0400, 0x1p-14", // The least normal number.
    "83ff, -0x3ffp-24",
    "3555, 0x1.554p-2", // The nearest to a third.
    "3bff, 0x1.ffcp-1",
    "3c00, 0x1p0",
    "3c01, 0x1.004p0",
    "c000, -0x1p1",
    "7bff, 0x1.ffcp15", // 65504, the largest.
    "fbff, -0x1.ffcp15",
    "7c00, Infinity",
    "fc00, -Infinity"
  })
  void halvesAreThoseOfTheStandard(String bits, String value) {
    short half = (short) Integer.parseInt(bits, 16);

    assertThat(Numbers.fromHalf(half)).isEqualTo(Float.valueOf(value));
    assertThat(Numbers.toHalf(Float.valueOf(value))).isEqualTo(half);
  }

  @Test
  void everyHalfSurvivesTheWayThroughAFloat() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Numbers.fromHalf((short) bits);
      if (Float.isNaN(value)) {
        assertThat(Numbers.fromHalf(Numbers.toHalf(value))).isNaN();
      } else {
        assertThat(Numbers.toHalf(value)).isEqualTo((short) bits);
      }
    }
  }

  /** Halfway between two halves, the one whose last bit is 0. */
  @ParameterizedTest
  @CsvSource({
    "0x1.002p0, 3c00", // Between 3c00 and 3c01.
    "0x1.002002p0, 3c01",
    "0x1.006p0, 3c02", // Between 3c01 and 3c02.
    "0x1.005ffep0, 3c01",
    "0x1p-25, 0000", // Half the least subnormal.
    "0x1.000002p-25, 0001",
    "0x1.8p-24, 0002", // Between 0001 and 0002.
    "0x3ff.8p-24, 0400", // Between the largest subnormal and the least normal.
    "0x1.ffep15, 7c00", // 65520: what would be the next after the largest.
    "0x1.ffdffep15, 7bff",
    "-0x1.ffep15, fc00",
    "0x1.fffffep127, 7c00",
    "-0x1p-149, 8000"
  })
  void halvesAreRoundedToTheNearestAndTiesToEven(String value, String bits) {
    assertThat(Numbers.toHalf(Float.valueOf(value))).isEqualTo((short) Integer.parseInt(bits, 16));
  }

  /** The upper half of a float's bits. */
  @ParameterizedTest
  @CsvSource({
    "0000, 0x0p0",
    "8000, -0x0p0",
    "0001, 0x1p-133", // The least subnormal: 2^-126 of 2^-7.
    "0080, 0x1p-126", // The least normal number.
    "3f80, 0x1p0",
    "3f81, 0x1.02p0",
    "c040, -0x1.8p1",
    "7f7f, 0x1.fep127", // The largest.
    "7f80, Infinity",
    "ff80, -Infinity"
  })
  void bfloat16IsTheUpperHalfOfAFloat(String bits, String value) {
    short bfloat = (short) Integer.parseInt(bits, 16);

    assertThat(Numbers.fromBfloat16(bfloat)).isEqualTo(Float.valueOf(value));
    assertThat(Numbers.toBfloat16(Float.valueOf(value))).isEqualTo(bfloat);
  }

  @ParameterizedTest
  @CsvSource({
    "0x1.01p0, 3f80", // Between 3f80 and 3f81.
    "0x1.010002p0, 3f81",
    "0x1.03p0, 3f82", // Between 3f81 and 3f82.
    "0x1.02fffep0, 3f81",
    "-0x1.01p0, bf80",
    "0x1.ffp127, 7f80", // Halfway past the largest.
    "0x1.fefffep127, 7f7f",
    "0x1p-134, 0000"
  })
  void bfloat16IsRoundedToTheNearestAndTiesToEven(String value, String bits) {
    assertThat(Numbers.toBfloat16(Float.valueOf(value)))
        .isEqualTo((short) Integer.parseInt(bits, 16));
  }

  @Test
  void notANumberStaysSo() {
    for (int bits : new int[] {0x7fc00000, 0x7f800001, 0xffffffff}) {
      float nan = Float.intBitsToFloat(bits);
      assertThat(Numbers.fromHalf(Numbers.toHalf(nan))).isNaN();
      assertThat(Numbers.fromBfloat16(Numbers.toBfloat16(nan))).isNaN();
    }
    assertThat(Numbers.fromHalf((short) 0x7c01)).isNaN();
    assertThat(Numbers.fromHalf((short) 0xfe00)).isNaN();
  }

  @ParameterizedTest
  @CsvSource({
    "UINT8, 255, 1",
    "UINT16, 65535, 2",
    "UINT32, 4294967295, 4",
    "UINT64, -1, 8", // As its bits.
    "INT8, -1, 1",
    "INT16, -1, 2",
    "INT32, -1, 4",
    "INT64, -1, 8"
  })
  void integersAreReadWithTheirSign(Datatype type, long value, int bytes) {
    ByteBuffer data = ones();

    assertThat(Numbers.integer(type, data)).isEqualTo(value);
    assertThat(data.position()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "UINT8, -3, 0",
    "UINT8, 300, 255",
    "UINT8, 2.5, 2", // Math.rint: ties to even.
    "UINT8, 3.5, 4",
    "UINT8, NaN, 0",
    "INT8, -200, -128",
    "INT8, 127.6, 127",
    "UINT16, 1e9, 65535",
    "INT16, -1e9, -32768",
    "UINT32, 1e12, 4294967295",
    "INT32, 1e12, 2147483647",
    "INT32, -1e12, -2147483648",
    "INT64, 1e30, 9223372036854775807",
    "INT64, -Infinity, -9223372036854775808",
    "BOOL, 7, 1",
    "BOOL, -7, 0"
  })
  void aNumberThatDoesNotFitIsCutToTheNearestThatDoes(Datatype type, float value, long there) {
    ByteBuffer data = buffer();

    Numbers.put(type, data, value);

    assertThat(data.position()).isEqualTo(type.bytes());
    assertThat(Numbers.integer(type, data.flip())).isEqualTo(there);
  }

  @ParameterizedTest
  @CsvSource({"FP16, 0.333251953125", "BF16, 0.333984375", "FP32, 0.3333333432674408"})
  void fractionsAreOfTheirPrecision(Datatype type, double third) {
    ByteBuffer data = buffer();

    Numbers.put(type, data, 1 / 3f);

    assertThat(data.position()).isEqualTo(type.bytes());
    assertThat(Numbers.decimal(type, data.flip())).isEqualTo(third);
  }

  @Test
  void integersOfEveryWidthAreWrittenExactly() {
    ByteBuffer data = buffer();
    Numbers.put(Datatype.INT64, data, 9_007_199_254_740_993L); // 2^53 + 1: no double.
    assertThat(Numbers.integer(Datatype.INT64, data.flip())).isEqualTo(9_007_199_254_740_993L);

    Numbers.put(Datatype.UINT32, data.clear(), 0xffff_fffeL);
    assertThat(Numbers.integer(Datatype.UINT32, data.flip())).isEqualTo(0xffff_fffeL);
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, 0, 1",
    "UINT8, 0, 255",
    "INT8, -128, 127",
    "UINT16, 0, 65535",
    "INT16, -32768, 32767",
    "UINT32, 0, 4294967295",
    "INT32, -2147483648, 2147483647",
    "UINT64, 0, 18446744073709551616", // As a double: 2^64.
    "INT64, -9223372036854775808, 9223372036854775807"
  })
  void leastAndMostAreTheLimitsOfTheType(Datatype type, double least, double most) {
    assertThat(Numbers.least(type)).isEqualTo(least);
    assertThat(Numbers.most(type)).isEqualTo(most);
  }

  @Test
  void eachReaderTakesItsOwnTypesOnly() {
    assertThatThrownBy(() -> Numbers.decimal(Datatype.INT8, ones()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Numbers.integer(Datatype.FP32, ones()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
