package io.lynxeye.serving.quantization;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where the int8 variant of a version is.
 *
 * @param folder {@code int8} in the version's folder
 */
public record QuantizedFiles(Path folder) {

  private static final int BUFFER_BYTES = 1 << 16;

  /** Those of a version, whether they exist or not. */
  public static QuantizedFiles of(Path version) {
    return new QuantizedFiles(version.resolve("int8"));
  }

  /** The SavedModel. */
  public Path model() {
    return folder.resolve("saved_model.pb");
  }

  /** What was measured when it was written. */
  public Path report() {
    return folder.resolve("report.json");
  }

  /** Whether both files are there. */
  public boolean exist() {
    return Files.exists(model()) && Files.exists(report());
  }

  /** The SHA-256 of a file, in hexadecimal. */
  public static String digest(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream stream = new DigestInputStream(Files.newInputStream(file), digest)) {
        byte[] buffer = new byte[BUFFER_BYTES];
        while (stream.read(buffer) >= 0) {
          // The digest sees all that is read.
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has it.
    }
  }
}
