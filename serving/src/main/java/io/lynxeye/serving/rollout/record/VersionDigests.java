package io.lynxeye.serving.rollout.record;

import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.rollout.record.RolloutRecord.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names versions by the content of their files. The fingerprint of a scan does not survive what
 * rollouts must: a volume that is mounted again, or an archive that is unpacked again. Each version
 * is read once; that takes a second per gigabyte or so. On the manager's thread.
 */
public final class VersionDigests {

  private static final Logger log = LoggerFactory.getLogger(VersionDigests.class);
  private static final int BUFFER = 1 << 20;

  private final Map<ModelSource, String> known = new ConcurrentHashMap<>();

  public Version of(ModelSource source) {
    String digest = known.computeIfAbsent(source, VersionDigests::digest);
    return new Version(source.id().version().value(), digest);
  }

  /** Forgets the versions of other models. */
  public void retain(Set<String> models) {
    known.keySet().removeIf(source -> !models.contains(source.id().name()));
  }

  /** Forgets the versions that are not among these. */
  public void retain(String model, List<ModelSource> sources) {
    known
        .keySet()
        .removeIf(source -> source.id().name().equals(model) && !sources.contains(source));
  }

  /**
   * The digest of a version's settings and files; the fingerprint instead, if the files cannot be
   * read.
   */
  public static String digest(ModelSource source) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      update(digest, new TreeMap<>(source.manifest().arguments()).toString());
      for (Path file : files(source.folder())) {
        update(digest, source.folder().relativize(file) + " " + Files.size(file));
        update(digest, file);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException | UncheckedIOException e) {
      log.warn("{} cannot be read again, its rollout may begin again after a restart", source.id());
      return "scan:" + source.files().fingerprint();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has it.
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void update(MessageDigest digest, String text) {
    digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream stream = Files.newInputStream(file)) {
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
  }
}
