package io.lynxeye.serving.model;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * One version of one model, as in addresses: {@code resnet50/1}.
 *
 * @param name letters, digits, {@code . _ -}; starts with a letter or digit; at most 100 characters
 * @param version its number; higher is newer
 */
public record ModelId(String name, VersionNumber version) implements Comparable<ModelId> {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Comparator<ModelId> ORDER =
      Comparator.comparing(ModelId::name).thenComparing(ModelId::version);

  /**
   * @throws IllegalArgumentException when the name is not of the form above
   */
  public ModelId {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "'" + name + "' is not a valid model name: use letters, digits, '.', '_' and '-'");
    }
  }

  /**
   * A version whose number is written plainly.
   *
   * @throws IllegalArgumentException when the name is not of the form above, or the number negative
   */
  public ModelId(String name, long version) {
    this(name, VersionNumber.of(version));
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
