package io.lynxeye.model;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** A word that may be another one misspelt: {@code normalise}, {@code resize_short}. Pure. */
record Spelling(String word) {

  private static final int LETTERS_PER_SLIP = 4;

  /**
   * The candidate that differs least; case, {@code _} and {@code -} do not count.
   *
   * @param slips letters that may be wrong, missing or too many; in short words fewer
   */
  Optional<String> nearest(Collection<String> candidates, int slips) {
    String plain = plain(word);
    int least = Math.min(slips, plain.length() / LETTERS_PER_SLIP) + 1;
    Optional<String> nearest = Optional.empty();
    for (String candidate : candidates) {
      int distance = distance(plain, plain(candidate));
      if (distance < least) {
        least = distance;
        nearest = Optional.of(candidate);
      }
    }
    return nearest;
  }

  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
  }

  /** Letters to change, add or take away (Levenshtein). */
  private static int distance(String one, String other) {
    int[] before = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] now = new int[other.length() + 1];
      now[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = before[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(changed, Math.min(before[j], now[j - 1]) + 1);
      }
      before = now;
    }
    return before[other.length()];
  }
}
