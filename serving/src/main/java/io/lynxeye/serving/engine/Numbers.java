package io.lynxeye.serving.engine;

import java.nio.ByteBuffer;

/** Reads and writes single elements of tensors, in the byte order of their buffer. */
public final class Numbers {

  private static final int HALF_EXPONENT_BIAS = 15;
  private static final int MAX_HALF = 65504;

  private Numbers() {}

  /** The float in the low 16 bits of a half. */
  public static float fromHalf(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) { // Zero and subnormals.
      float value = fraction * 0x1p-24f;
      return sign == 0 ? value : -value;
    }
    int widened = exponent == 0x1f ? 0xff : exponent - HALF_EXPONENT_BIAS + 127;
    return Float.intBitsToFloat(sign | (widened << 23) | (fraction << 13));
  }

  /** The nearest half, ties to even. */
  public static short toHalf(float value) {
    int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
    float size = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) 0x7e00;
    }
    if (size >= MAX_HALF + 16) { // Halfway to what would be the next half, or more.
      return (short) (sign | 0x7c00);
    }
    if (size < 0x1p-14f) {
      return (short) (sign | (int) Math.rint(size * 0x1p24));
    }
    int bits = Float.floatToRawIntBits(size) - ((127 - HALF_EXPONENT_BIAS) << 23);
    return (short) (sign | roundedToEven(bits, 13));
  }

  /** The float of a bfloat16. */
  public static float fromBfloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The nearest bfloat16, ties to even. */
  public static short toBfloat16(float value) {
    return Float.isNaN(value)
        ? (short) 0x7fc0
        : (short) roundedToEven(Float.floatToRawIntBits(value), 16);
  }

  private static int roundedToEven(int bits, int dropped) {
    int half = (1 << (dropped - 1)) - 1 + ((bits >>> dropped) & 1);
    return (bits + half) >>> dropped;
  }

  /** Reads an element of a floating-point type. */
  public static double decimal(Datatype type, ByteBuffer data) {
    return switch (type) {
      case FP16 -> fromHalf(data.getShort());
      case BF16 -> fromBfloat16(data.getShort());
      case FP32 -> data.getFloat();
      case FP64 -> data.getDouble();
      default -> throw new IllegalArgumentException(type + " has no fractions");
    };
  }

  /** Reads an element of an integer type; one of UINT64 as its bits. */
  public static long integer(Datatype type, ByteBuffer data) {
    return switch (type) {
      case UINT8 -> Byte.toUnsignedLong(data.get());
      case INT8, BOOL -> data.get();
      case UINT16 -> Short.toUnsignedLong(data.getShort());
      case INT16 -> data.getShort();
      case UINT32 -> Integer.toUnsignedLong(data.getInt());
      case INT32 -> data.getInt();
      case INT64, UINT64 -> data.getLong();
      default -> throw new IllegalArgumentException(type + " is not an integer");
    };
  }

  /** Writes a number as an element; one that does not fit is cut to the nearest that does. */
  public static void put(Datatype type, ByteBuffer data, float value) {
    switch (type) {
      case FP16 -> data.putShort(toHalf(value));
      case BF16 -> data.putShort(toBfloat16(value));
      case FP32 -> data.putFloat(value);
      case FP64 -> data.putDouble(value);
      default -> put(type, data, (long) nearest(type, value));
    }
  }

  private static double nearest(Datatype type, float value) {
    return Math.max(least(type), Math.min(most(type), Math.rint(value)));
  }

  /** Writes an integer as an element of an integer type, by its lowest bits. */
  public static void put(Datatype type, ByteBuffer data, long value) {
    switch (type) {
      case BOOL, UINT8, INT8 -> data.put((byte) value);
      case UINT16, INT16 -> data.putShort((short) value);
      case UINT32, INT32 -> data.putInt((int) value);
      case UINT64, INT64 -> data.putLong(value);
      case FP64 -> data.putDouble((double) value);
      case FP16, BF16, FP32 -> put(type, data, (float) value);
      case BYTES -> throw new IllegalArgumentException("a string is no number");
    }
  }

  /** The least value of an integer type. */
  public static double least(Datatype type) {
    return switch (type) {
      case INT8 -> Byte.MIN_VALUE;
      case INT16 -> Short.MIN_VALUE;
      case INT32 -> Integer.MIN_VALUE;
      case INT64 -> Long.MIN_VALUE;
      default -> 0;
    };
  }

  /** The largest value of an integer type. */
  public static double most(Datatype type) {
    return switch (type) {
      case BOOL -> 1;
      case UINT8 -> 0xff;
      case INT8 -> Byte.MAX_VALUE;
      case UINT16 -> 0xffff;
      case INT16 -> Short.MAX_VALUE;
      case UINT32 -> 0xffff_ffffL;
      case INT32 -> Integer.MAX_VALUE;
      case UINT64 -> 0x1p64;
      default -> Long.MAX_VALUE;
    };
  }
}
