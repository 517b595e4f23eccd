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
import java.time.Instant;
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

  /** Simulated unreadable folders: permissions have no effect if the tests run as root. */
  final Set<Path> locked = new HashSet<>();

  /** Folders outside the store that its links may lead to. */
  final List<Path> links = new ArrayList<>();

  /** The folders from which versions are served. */
  final Set<Path> inUse = new HashSet<>();

  final List<ModelStore.Contents> reported = new ArrayList<>();

  static final int INTERVAL_MS = 1;

  /** The watcher's clock; before the times of all files, so that only scans let them settle. */
  Instant now = Instant.EPOCH;

  StoreRig(Path root) throws IOException {
    this.root = root;
    this.store = Files.createDirectories(root.resolve("store"));
    this.cache = root.resolve("cache");
  }

  /** Writes a file into the store, and creates its folders. */
  Path file(String path, String content) throws IOException {
    Path file = store.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  /** Creates a folder with a SavedModel. */
  Path savedModel(String path) throws IOException {
    return file(path + "/saved_model.pb", "a graph").getParent();
  }

  /** Creates an archive; the entries are alternately a name and its content. */
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
        links,
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

  /** Creates a watcher that scans on request; its reports are in {@link #reported}. */
  StoreWatcher watcher() {
    return watcher(reported::add);
  }

  StoreWatcher watcher(Consumer<ModelStore.Contents> listener) {
    return new StoreWatcher(
        modelStore(), Duration.ofMillis(INTERVAL_MS), () -> inUse, () -> now, listener);
  }

  static void scan(StoreWatcher watcher, int times) {
    for (int i = 0; i < times; i++) {
      watcher.scanInTurn();
    }
  }

  /** Returns the versions in the form {@code m/1}, ordered by name. */
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

  /** Returns the problems in the form {@code path: reason}, with paths relative to the store. */
  List<String> reasons(ModelStore.Contents contents) {
    return contents.unusable().stream()
        .map(unusable -> store.relativize(unusable.path()) + ": " + unusable.reason())
        .toList();
  }
}
