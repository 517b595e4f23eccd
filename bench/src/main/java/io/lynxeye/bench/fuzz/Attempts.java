package io.lynxeye.bench.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * All attempts that a seed makes, by number.
 *
 * @param seed of the random numbers
 * @param seeds what is spoilt
 */
record Attempts(long seed, List<Seed> seeds) {

  private static final int MOST_SPOILT = 4;
  private static final long MIXER = 0x9E3779B97F4A7C15L;

  Attempt get(long number) {
    SplittableRandom random = new SplittableRandom(seed * MIXER + number);
    Seed first = seeds.get(random.nextInt(seeds.size()));
    int count = random.nextInt(8) == 0 ? random.nextInt(2, 5) : 1;
    List<Message> messages = new ArrayList<>();
    boolean isFramed = true;
    for (int i = 0; i < count; i++) {
      Message message = spoilt(i == 0 ? first : another(first, random), random);
      messages.add(message);
      isFramed &= message.isFramed;
    }
    byte[] bytes = bytes(messages, first.isForAdministrators());
    boolean isCut = random.nextInt(10) == 0;
    byte[] sent = isCut ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    return new Attempt(
        number,
        first.route(),
        first.isForAdministrators(),
        pieces(sent, random),
        messages.stream().map(message -> message.method).toList(),
        isFramed && !isCut);
  }

  /** For the same port. */
  private Seed another(Seed first, SplittableRandom random) {
    Seed seed = seeds.get(random.nextInt(seeds.size()));
    return seed.isForAdministrators() == first.isForAdministrators() ? seed : first;
  }

  private static Message spoilt(Seed seed, SplittableRandom random) {
    Message message = seed.message().copy();
    Mutator mutator = new Mutator(random);
    for (int i = random.nextInt(MOST_SPOILT); i > 0; i--) {
      mutator.spoil(message);
    }
    return message;
  }

  private static byte[] bytes(List<Message> messages, boolean isForAdministrators) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < messages.size(); i++) {
      String host = isForAdministrators ? "127.0.0.1" : "fuzzed.example";
      bytes.writeBytes(messages.get(i).bytes(host, i == messages.size() - 1));
    }
    return bytes.toByteArray();
  }

  /** Mostly one. */
  private static List<byte[]> pieces(byte[] bytes, SplittableRandom random) {
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    for (int left = random.nextInt(6) == 0 ? random.nextInt(1, 6) : 0; left > 0; left--) {
      int to = from + random.nextInt(bytes.length - from + 1);
      pieces.add(Arrays.copyOfRange(bytes, from, to));
      from = to;
    }
    pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
    return pieces;
  }
}
