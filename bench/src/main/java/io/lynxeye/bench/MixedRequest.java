package io.lynxeye.bench;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One request of a mixture.
 *
 * @param body what is sent
 * @param bytes how much of it, before an abandoned one leaves
 * @param leaveAfter how long an abandoned one stays
 */
record MixedRequest(Kind kind, Buffer body, int bytes, Duration leaveAfter) {

  /** What is expected of it. */
  enum Kind {
    /** Its picture's scores. */
    GOOD,
    /** An answer that blames the caller. */
    BAD,
    /** Nothing: its client has gone. */
    ABANDONED
  }

  private static final int LONGEST_STAY_MILLIS = 500;

  /** Half of them good, the others bad or abandoned; the same every time. */
  static List<MixedRequest> mixture(int count, List<Buffer> good) {
    Random random = new Random(1281);
    List<Buffer> bad = bad(good.get(0));
    List<MixedRequest> requests = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Buffer picture = good.get(random.nextInt(good.size()));
      switch (random.nextInt(4)) {
        case 0 -> requests.add(whole(Kind.BAD, bad.get(random.nextInt(bad.size()))));
        case 1 -> requests.add(abandoned(picture, random));
        default -> requests.add(whole(Kind.GOOD, picture));
      }
    }
    return requests;
  }

  private static MixedRequest whole(Kind kind, Buffer body) {
    return new MixedRequest(kind, body, body.length(), Duration.ZERO);
  }

  private static MixedRequest abandoned(Buffer picture, Random random) {
    int bytes = random.nextBoolean() ? picture.length() : picture.length() / 2;
    Duration stay = Duration.ofMillis(random.nextInt(LONGEST_STAY_MILLIS));
    return new MixedRequest(Kind.ABANDONED, picture, bytes, stay);
  }

  /** Nothing, no picture, half a picture, and a picture with noise in place of its pixels. */
  private static List<Buffer> bad(Buffer picture) {
    byte[] jpeg = picture.getBytes();
    byte[] noise = Arrays.copyOf(jpeg, jpeg.length);
    Arrays.fill(noise, 2, jpeg.length, (byte) 0x5a);
    return List.of(
        Buffer.buffer(),
        Buffer.buffer("no picture".getBytes(StandardCharsets.UTF_8)),
        Buffer.buffer(Arrays.copyOf(jpeg, jpeg.length / 2)),
        Buffer.buffer(noise));
  }
}
