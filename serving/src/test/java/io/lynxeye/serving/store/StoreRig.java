package io.lynxeye.serving.store;

import io.lynxeye.archive.ArchiveLimits;
import io.lynxeye.serving.model.ModelSource;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A store on disk that tests fill and scan. */
final class StoreRig {

  final Path root;
  final Path store;
  final Path cache;

  /** Folders that cannot be listed: permissions do not help, as tests may run as root. */
  final Set<Path> locked = new HashSet<>();

  /** Folders that versions are served from. */
  final Set<Path> inUse = new HashSet<>();

  final List<ModelStore.Contents> reported = new ArrayList<>();

  StoreRig(Path root) throws IOException {
    this.root = root;
    this.store = Files.createDirectories(root.resolve("store"));
    this.cache = root.resolve("cache");
  }

  /** Writes a file into the store, folders above it included. */
  Path file(String path, String content) throws IOException {
    Path file = store.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  /** A folder with a SavedModel. */
  Path savedModel(String path) throws IOException {
    return file(path + "/saved_model.pb", "a graph").getParent();
  }

  /** Entries are name and content in turn. */
  Path zip(String path, String... entries) throws IOException {
    Path file = store.resolve(path);
    Files.createDirectories(file.getParent());
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < entries.length; i += 2) {
        zip.putNextEntry(new ZipEntry(entries[i]));
        zip.write(entries[i + 1].getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return file;
  }

  Path tarGz(String path, String... entries) throws IOException {
    Path file = store.resolve(path);
    Files.createDirectories(file.getParent());
    writeTar(new GZIPOutputStream(Files.newOutputStream(file)), entries);
    return file;
  }

  Path tar(String path, String... entries) throws IOException {
    Path file = store.resolve(path);
    Files.createDirectories(file.getParent());
    writeTar(Files.newOutputStream(file), entries);
    return file;
  }

  private static void writeTar(OutputStream stream, String... entries) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new BufferedOutputStream(stream))) {
      for (int i = 0; i < entries.length; i += 2) {
        byte[] content = entries[i + 1].getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(entries[i], true);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
  }

  ModelStore modelStore() {
    return new ModelStore(
        store,
        folder -> {
          if (locked.contains(folder)) {
            throw new AccessDeniedException(folder.toString());
          }
          return Disk.list(folder);
        },
        new ArchiveCache(cache, ArchiveLimits.DEFAULT));
  }

  ModelStore.Contents read() throws IOException {
    return modelStore().read();
  }

  /** A watcher that scans when a test asks; its reports are in {@link #reported}. */
  StoreWatcher watcher() {
    return watcher(reported::add);
  }

  StoreWatcher watcher(Consumer<ModelStore.Contents> listener) {
    return new StoreWatcher(modelStore(), Duration.ofMillis(1), () -> inUse, listener);
  }

  static void scan(StoreWatcher watcher, int times) {
    for (int i = 0; i < times; i++) {
      watcher.scanInTurn();
    }
  }

  /** {@code m/1} and so on, in the order of names. */
  static List<String> versions(ModelStore.Contents contents) {
    return contents.sources().map(source -> source.id().toString()).sorted().toList();
  }

  static ModelSource only(ModelStore.Contents contents) {
    List<ModelSource> sources = contents.sources().toList();
    if (sources.size() != 1) {
      throw new AssertionError("not one source: " + contents);
    }
    return sources.get(0);
  }

  /** {@code path: reason}, the path relative to the store. */
  List<String> reasons(ModelStore.Contents contents) {
    return contents.unusable().stream()
        .map(unusable -> store.relativize(unusable.path()) + ": " + unusable.reason())
        .toList();
  }
}
