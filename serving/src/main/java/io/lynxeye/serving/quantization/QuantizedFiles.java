package io.lynxeye.serving.quantization;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
    MessageDigest digest = sha256();
    try (InputStream stream = new DigestInputStream(Files.newInputStream(file), digest)) {
      stream.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The digest that names models and images in reports. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has it.
    }
  }
}
