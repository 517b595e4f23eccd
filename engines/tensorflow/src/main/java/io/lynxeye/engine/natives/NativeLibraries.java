package io.lynxeye.engine.natives;

import io.lynxeye.archive.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A set of native libraries, unpacked once per user from a jar: {@linkplain TensorFlowBuild
 * TensorFlow's} from the jar on the class path, and {@linkplain CudaLibraries CUDA's}.
 *
 * <p>Safe against a second process (file lock), a second thread, an interruption (a temporary
 * folder, renamed when complete) and a damaged jar (pinned digests).
 */
public final class NativeLibraries {

  /**
   * One library file.
   *
   * @param resource its path on the class path
   * @param size in bytes
   * @param sha256 lower-case hexadecimal
   */
  public record File(String resource, long size, String sha256) {

    String name() {
      return resource.substring(resource.lastIndexOf('/') + 1);
    }
  }

  /** Parses a list of files, one in a line: name, size in bytes, SHA-256. */
  static List<File> files(String folder, String lines) {
    return lines
        .lines()
        .map(line -> line.split(" "))
        .map(file -> new File(folder + file[0], Long.parseLong(file[1]), file[2]))
        .toList();
  }

  /** Receives the progress, on the thread that unpacks. */
  @FunctionalInterface
  public interface Listener {
    void unpacked(long bytes, long totalBytes);
  }

  private static final Object IN_THIS_PROCESS = new Object();

  /** System property in which the launcher passes the folder of a bundle's unpacked libraries. */
  private static final String BUNDLED = "lynxeye.natives";

  private final ClassLoader source;
  private final Path folder;
  private final List<File> files;
  private final boolean isBundled;

  /**
   * Uses the libraries of the bundle if they are complete, otherwise those in the cache.
   *
   * @param cache the user's cache folder
   * @param version the name of the set's folder
   */
  public NativeLibraries(Path cache, String version, List<File> files) {
    this(cache, NativeLibraries.class.getClassLoader(), version, files);
  }

  /**
   * @param source class loader that finds the files
   */
  public NativeLibraries(Path cache, ClassLoader source, String version, List<File> files) {
    this(cache, Optional.ofNullable(System.getProperty(BUNDLED)), source, version, files);
  }

  /**
   * @param bundled folder of a bundle's unpacked libraries; only read, so it may belong to another
   *     user
   */
  public NativeLibraries(
      Path cache, Optional<String> bundled, ClassLoader source, String version, List<File> files) {
    this.source = source;
    this.files = files;
    Optional<Path> inBundle =
        bundled.map(sets -> Path.of(sets, version)).filter(this::isCompleteIn);
    this.isBundled = inBundle.isPresent();
    this.folder = inBundle.orElse(cache.resolve("natives").resolve(version));
  }

  /** The folder that holds the libraries once they are unpacked. */
  public Path folder() {
    return folder;
  }

  /** Whether every file exists with its full length. */
  public boolean isUnpacked() {
    return isCompleteIn(folder);
  }

  private boolean isCompleteIn(Path place) {
    return files.stream().allMatch(file -> isComplete(place, file));
  }

  /** Whether the class path has the jar to unpack from. */
  public boolean isOnClassPath() {
    return files.stream().allMatch(file -> source.getResource(file.resource) != null);
  }

  private static boolean isComplete(Path place, File file) {
    try {
      return Files.size(place.resolve(file.name())) == file.size();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Unpacks the libraries if they are missing or damaged. The digests of a copy in the cache are
   * checked once, and again when a file of it has changed; those of a bundle when it is made.
   *
   * @return the folder
   * @throws IOException naming the cause and the fix
   */
  public Path unpack(Listener listener) throws IOException {
    if (isBundled || (isUnpacked() && isGenuine())) {
      return folder;
    }
    synchronized (IN_THIS_PROCESS) { // A file lock does not exclude a thread of the same process.
      unpackLocked(listener);
    }
    return folder;
  }

  private void unpackLocked(Listener listener) throws IOException {
    Files.createDirectories(folder.getParent());
    Path lockFile = folder.resolveSibling(folder.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      if (held.isValid()
          && !(isUnpacked() && isGenuine())) { // Another process may have unpacked them.
        unpackInto(folder.resolveSibling(folder.getFileName() + ".partial"), listener);
      }
    }
  }

  private void unpackInto(Path partial, Listener listener) throws IOException {
    new Tree(partial).delete();
    new Tree(folder).delete();
    Files.createDirectories(partial);
    long total = files.stream().mapToLong(File::size).sum();
    long free = Files.getFileStore(partial).getUsableSpace();
    if (free < total) {
      throw new IOException(
          "the libraries need %d MB below %s, but only %d MB are free: free some space, or set LYNXEYE_CACHE to a folder on a larger disk"
              .formatted(total >> 20, folder.getParent(), free >> 20));
    }
    long done = 0;
    for (File file : files) {
      long before = done;
      unpack(file, partial.resolve(file.name()), n -> listener.unpacked(before + n, total));
      done += file.size();
    }
    Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    copy().remember();
  }

  /** Whether the digests of this copy are right: as found before, or else by reading it. */
  private boolean isGenuine() throws IOException {
    CheckedCopy copy = copy();
    if (copy.isKnown()) {
      return true;
    }
    for (File file : files) {
      MessageDigest digest = sha256();
      Files.copy(
          folder.resolve(file.name()),
          new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      if (!HexFormat.of().formatHex(digest.digest()).equals(file.sha256)) {
        return false;
      }
    }
    copy.remember();
    return true;
  }

  private CheckedCopy copy() {
    return new CheckedCopy(folder, files.stream().map(File::name).toList());
  }

  private void unpack(File file, Path target, LongConsumer progress) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = source.getResourceAsStream(file.resource);
        OutputStream out = new DigestOutputStream(Files.newOutputStream(target), digest)) {
      if (in == null) {
        throw new IOException(
            file.resource
                + " is not on the class path: the build is incomplete, or was made on another kind of"
                + " machine; build again with mvn package");
      }
      byte[] buffer = new byte[1 << 20];
      long written = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        written += n;
        progress.accept(written);
      }
    }
    try (FileChannel written = FileChannel.open(target, StandardOpenOption.WRITE)) {
      written.force(true); // Later starts do not read it again, so the content must be on disk.
    }
    String actual = HexFormat.of().formatHex(digest.digest());
    if (!actual.equals(file.sha256)) {
      throw new IOException(
          "%s has digest %s instead of %s: its jar is damaged; delete it from the local Maven repository and build again"
              .formatted(file.name(), actual, file.sha256));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
