package io.lynxeye.serving.model;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * One version of one model, as in addresses: {@code resnet50/1}.
 *
 * @param name letters, digits, {@code . _ -}; starts with a letter or digit; at most 100 characters
 * @param version a positive integer; higher is newer
 */
public record ModelId(String name, int version) implements Comparable<ModelId> {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Comparator<ModelId> ORDER =
      Comparator.comparing(ModelId::name).thenComparingInt(ModelId::version);

  /**
   * @throws IllegalArgumentException when the name or the version is not of the form above
   */
  public ModelId {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "'" + name + "' is not a valid model name: use letters, digits, '.', '_' and '-'");
    }
    if (version < 1) {
      throw new IllegalArgumentException(
          "version " + version + " of model " + name + " is not a positive integer");
    }
  }

  /** Whether the text is a valid model name. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  @Override
  public int compareTo(ModelId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return name + "/" + version;
  }
}
