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
import java.util.List;

/**
 * Where the int8 variant of a version is.
 *
 * @param folder {@code int8} in the version's folder, or the one that is being replaced
 */
public record QuantizedFiles(Path folder) {

  /** The name of the variant's folder in its version's folder. */
  public static final String NAME = "int8";

  /** The name of a folder that was moved away for a new one. */
  private static final String REPLACED = ".int8-replaced";

  /** The name of a folder that is not complete yet. */
  private static final String UNFINISHED = ".int8-unfinished";

  /**
   * Those of a version, whether they exist or not. A folder is replaced by two renames: between
   * them, and after a process that was killed there, these are the files of the old one.
   */
  public static QuantizedFiles of(Path version) {
    Path replaced = replaced(version);
    boolean isMissing = !Files.exists(version.resolve(NAME)) && Files.exists(replaced);
    return new QuantizedFiles(isMissing ? replaced : version.resolve(NAME));
  }

  /** The folder that a variant is moved to while a new one takes its place. */
  public static Path replaced(Path version) {
    return version.resolve(REPLACED);
  }

  /** The folder that a new variant is written to. */
  public static Path unfinished(Path version) {
    return version.resolve(UNFINISHED);
  }

  /** All folders in a version's folder that do not belong to the float32 model. */
  public static List<Path> folders(Path version) {
    return List.of(version.resolve(NAME), replaced(version), unfinished(version));
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
