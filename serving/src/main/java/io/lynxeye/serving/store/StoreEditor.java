package io.lynxeye.serving.store;

import io.lynxeye.archive.Tree;
import io.lynxeye.archive.UnwritableException;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Changes a store for an operator. Every change is one rename, which the next scan of each {@link
 * StoreWatcher} sees, in this server or any other on the same store. Thread-safe.
 */
public final class StoreEditor {

  /** A version cannot be taken out of its archive; the message says what can be removed. */
  public static final class NotRemovableException extends IOException {
    private static final long serialVersionUID = 1L;

    NotRemovableException(String message) {
      super(message);
    }
  }

  private static final String REMOVED = ".removed";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Path folder;
  private final OperatorSettings settings;
  private final InstantSource time;

  public StoreEditor(Path folder) {
    this(folder, InstantSource.system());
  }

  /**
   * @param time for the names of the folders that removed models are moved to
   */
  public StoreEditor(Path folder, InstantSource time) {
    this.folder = folder;
    this.settings = new OperatorSettings(folder);
    this.time = time;
  }

  /**
   * Changes an operator's settings of a model, which are kept in {@code .settings/MODEL.properties}
   * and override the model's own. The model need not exist.
   *
   * @param changes by key: {@code enabled}, {@code workers}, {@code versions}, {@code labels},
   *     {@code swap_policy}; an empty value removes the setting
   * @throws IllegalArgumentException when a key or value is invalid; nothing has changed
   * @throws IOException when the store cannot be written; the message names the cure
   */
  public synchronized void set(String model, Map<String, Optional<String>> changes)
      throws IOException {
    requireName(model);
    try {
      settings.change(model, changes);
    } catch (IOException e) {
      throw UnwritableException.explain(folder, e);
    }
  }

  /**
   * Moves a model, or one of its versions, to a new folder below {@code .removed}, where an
   * operator can restore or delete it. Removing a model's only version removes the model, unless
   * other model files lie in its folder. A model's archives and settings are moved with it.
   *
   * @return the new folder
   * @throws NoSuchFileException when the store has no such model or version
   * @throws NotRemovableException when the version can only be inside an archive of the whole model
   * @throws IOException when the store cannot be written; the message names the cure
   */
  public synchronized Path remove(String model, OptionalLong version) throws IOException {
    List<Path> items = version.isPresent() ? items(model, version.getAsLong()) : items(model);
    if (items.isEmpty()) {
      String what = model + (version.isPresent() ? "/" + version.getAsLong() : "");
      throw new NoSuchFileException(folder.resolve(what).toString());
    }
    try {
      return move(items, target(model, version));
    } catch (IOException e) {
      throw UnwritableException.explain(folder, e);
    }
  }

  private Path move(List<Path> items, Path target) throws IOException {
    boolean isEmpty = true;
    try {
      for (Path item : items) {
        Path moved = target.resolve(folder.relativize(item).toString());
        Files.createDirectories(moved.getParent());
        Files.move(item, moved, StandardCopyOption.ATOMIC_MOVE);
        isEmpty = false;
      }
      return target;
    } finally {
      if (isEmpty) {
        new Tree(target).delete(); // Nothing was removed.
      }
    }
  }

  /** A model's folder and archives; its settings last, so that it is never served without them. */
  private List<Path> items(String model) throws IOException {
    List<Path> items = new ArrayList<>();
    if (ModelId.isName(model)) {
      if (Files.isDirectory(folder.resolve(model))) {
        items.add(folder.resolve(model));
      }
      items.addAll(archives(model));
      if (!items.isEmpty() && Files.exists(settings.file(model), LinkOption.NOFOLLOW_LINKS)) {
        items.add(settings.file(model));
      }
    }
    return items;
  }

  private List<Path> items(String model, long version) throws IOException {
    List<Path> whole = items(model);
    if (whole.isEmpty()) {
      return whole;
    }
    Path inside = folder.resolve(model);
    List<Path> others = Files.isDirectory(inside) ? versions(inside) : List.of();
    List<Path> items = new ArrayList<>(others);
    items.removeIf(path -> !Names.isVersion(Names.withoutArchiveEnding(path), version));
    others = others.stream().filter(path -> !items.contains(path)).toList();
    boolean hasArchive = !archives(model).isEmpty();
    if (items.isEmpty() && hasArchive) {
      throw new NotRemovableException(
          "version %d of %s can only be in %s, which holds the whole model; remove the model instead"
              .formatted(version, model, archives(model).get(0).getFileName()));
    }
    boolean isBare = items.isEmpty() && others.isEmpty() && version == 1;
    boolean isOnly = !items.isEmpty() && others.isEmpty() && !hasArchive && !hasModel(inside);
    return isBare || isOnly ? whole : items;
  }

  private List<Path> archives(String name) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    return Disk.list(folder).stream()
        .filter(path -> !path.endsWith(name) && Names.withoutArchiveEnding(path).equals(name))
        .filter(path -> !Files.isDirectory(path)) // A folder called foo.zip is a model.
        .toList();
  }

  private static List<Path> versions(Path model) throws IOException {
    return Disk.list(model).stream()
        .filter(path -> Names.isVersion(Names.withoutArchiveEnding(path)))
        .toList();
  }

  /** Whether model files lie next to the version folders; the request does not include them. */
  private static boolean hasModel(Path model) throws IOException {
    return Disk.list(model).stream()
        .anyMatch(path -> ModelFormat.ofFile(path.getFileName().toString()).isPresent());
  }

  /** A new folder, even if the same model was removed within the same second. */
  private Path target(String model, OptionalLong version) throws IOException {
    Path removed = Files.createDirectories(folder.resolve(REMOVED));
    Instant now = time.instant();
    String name =
        TIME.format(now) + "-" + model + (version.isPresent() ? "-" + version.getAsLong() : "");
    for (int copy = 1; ; copy++) {
      try {
        return Files.createDirectory(removed.resolve(copy == 1 ? name : name + "." + copy));
      } catch (FileAlreadyExistsException e) {
        // Removed, added and removed again within a second.
      }
    }
  }

  private static void requireName(String model) {
    if (!ModelId.isName(model)) {
      throw new IllegalArgumentException(
          "'" + model + "' is not a valid model name: use letters, digits, '.', '_' and '-'");
    }
  }
}
