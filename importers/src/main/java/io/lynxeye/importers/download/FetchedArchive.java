package io.lynxeye.importers.download;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/**
 * An archive on this disk.
 *
 * @param sha256 its digest, computed from the file, in lower-case hexadecimal
 * @param origin where it came from, for people
 */
public record FetchedArchive(Path file, String sha256, String origin) {

  static FetchedArchive of(Path file, String origin) throws IOException {
    return new FetchedArchive(file, sha256(file), origin);
  }

  /** SHA-256 of a file, in lower-case hexadecimal. */
  public static String sha256(Path file) throws IOException {
    return HexFormat.of().formatHex(digest("SHA-256", file));
  }

  /** SHA-512 of a file, in npm's form: {@code sha512-} and base64. */
  public static String integrity(Path file) throws IOException {
    return "sha512-" + Base64.getEncoder().encodeToString(digest("SHA-512", file));
  }

  private static byte[] digest(String algorithm, Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      Files.copy(file, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has both.
    }
  }
}
