package io.lynxeye.security.keys;

import io.lynxeye.security.SmallFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** A key in plain text, in an environment variable or a mounted secret. */
public final class SecretKey {

  /** A shorter key can be guessed, or its file is still being written. */
  private static final int LEAST_CHARACTERS = 16;

  private static final long MOST_BYTES = 4096;

  private SecretKey() {}

  /**
   * The value of a variable.
   *
   * @param name the key's name, which gives its role
   * @param variable for messages
   */
  public static KeySource of(String name, String variable, String key) {
    return () -> Set.of(named(name, variable, key));
  }

  /** A file that holds one key, as Kubernetes mounts secrets. */
  public static KeySource in(String name, Path file) {
    return () -> Set.of(named(name, file.toString(), SmallFile.text(file, MOST_BYTES)));
  }

  private static NamedKey named(String name, String where, String text) throws IOException {
    String key = text.strip();
    boolean fits =
        key.length() >= LEAST_CHARACTERS && key.chars().allMatch(c -> c > ' ' && c <= '~');
    if (!fits) {
      throw new IOException(
          "%s holds no key: a key has at least %d printable characters and no spaces"
              .formatted(where, LEAST_CHARACTERS));
    }
    return new NamedKey(name, KeyHash.of(key));
  }
}
