package io.lynxeye.store;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Whether a SavedModel's variables are all there, told by the names of their files. Pure. */
final class Shards {

  private static final String PREFIX = "variables/variables";
  private static final Pattern SHARD =
      Pattern.compile(Pattern.quote(PREFIX) + "\\.data-[0-9]{5}-of-([0-9]{5})");

  private Shards() {}

  /**
   * The first file that is missing; empty when the set is whole, or there are no variables.
   *
   * @param files paths in the SavedModel's folder
   */
  static Optional<String> missing(Collection<String> files) {
    for (String file : files) {
      Matcher shard = SHARD.matcher(file);
      if (shard.matches()) {
        int count = Integer.parseInt(shard.group(1));
        return IntStream.rangeClosed(0, count)
            .mapToObj(i -> i == count ? PREFIX + ".index" : name(i, count))
            .filter(name -> !files.contains(name))
            .findFirst();
      }
    }
    return files.contains(PREFIX + ".index")
        ? Optional.of(PREFIX + ".data-00000-of-00001")
        : Optional.empty();
  }

  private static String name(int shard, int count) {
    return "%s.data-%05d-of-%05d".formatted(PREFIX, shard, count);
  }
}
