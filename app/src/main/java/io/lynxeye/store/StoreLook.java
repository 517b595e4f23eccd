package io.lynxeye.store;

import io.lynxeye.model.ArchiveName;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One look at a whole store. Never opens what it has not looked at, and nothing outside. */
final class StoreLook {

  /** What has one model's name at the top of the store. */
  private record Places(List<Path> folders, List<Path> archives, List<Path> unknown) {
    static Places none(String name) {
      return new Places(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  private final Path folder;
  private final Disk disk;
  private final ArchiveCache cache;
  private final Drops drops;
  private final List<Path> strays = new ArrayList<>();

  /**
   * @param folder the store; exists
   */
  StoreLook(Path folder, Disk.Lister lister, ArchiveCache cache, Drops drops) throws IOException {
    this.folder = folder;
    this.disk = new Disk(folder, lister);
    this.cache = cache;
    this.drops = drops;
  }

  /**
   * Looks at every model. One that is unusable never hides one that is not.
   *
   * @param last what the look before found
   * @throws IOException when the store itself cannot be listed; nothing is known then
   */
  ModelStore.Contents look(ModelStore.Contents last) throws IOException {
    Map<String, Places> places = new TreeMap<>();
    for (Path child : visible(folder)) {
      place(child, places);
    }
    List<StoredModel> models = new ArrayList<>();
    places.forEach((name, place) -> model(name, place, last.model(name)).ifPresent(models::add));
    return new ModelStore.Contents(models, List.of(), strays);
  }

  private void place(Path child, Map<String, Places> places) {
    String fileName = child.getFileName().toString();
    Optional<String> archived = ArchiveName.withoutEnding(fileName);
    try {
      BasicFileAttributes attributes = disk.attributes(child);
      if (attributes.isDirectory()) {
        named(fileName, child, places).ifPresent(place -> place.folders.add(child));
      } else if (archived.isPresent()) {
        named(archived.get(), child, places).ifPresent(place -> place.archives.add(child));
      } else if (!Names.isForPeople(fileName)) {
        stray(child);
      }
    } catch (UnusableException e) {
      drops.report(child, "it " + e.getMessage());
      keep(archived.orElse(fileName), child, places);
    } catch (NoSuchFileException e) {
      drops.keepBelow(child); // Gone while it was looked at: the next look will tell.
      keep(archived.orElse(fileName), child, places);
    } catch (IOException e) {
      drops.unreadable(child, e);
      keep(archived.orElse(fileName), child, places);
    }
  }

  private Optional<Places> named(String name, Path child, Map<String, Places> places) {
    if (ModelId.isName(name)) {
      return Optional.of(places.computeIfAbsent(name, Places::none));
    }
    drops.report(child, "its name is no model name: use letters, digits, '.', '_' and '-'");
    return Optional.empty();
  }

  private static void keep(String name, Path child, Map<String, Places> places) {
    if (ModelId.isName(name)) {
      places.computeIfAbsent(name, Places::none).unknown.add(child);
    }
  }

  private Optional<StoredModel> model(String name, Places place, Optional<StoredModel> last) {
    Optional<Path> ofModel = place.folders.stream().findFirst();
    if (place.unknown.isEmpty() || last.isEmpty()) {
      try {
        return new ModelLook(name, this, drops).look(ofModel, place.archives, last);
      } catch (NoSuchFileException e) {
        drops.changing(ofModel.orElse(folder));
      } catch (IOException e) {
        drops.unreadable(ofModel.orElse(folder), e);
      }
    }
    place.folders.forEach(drops::keepBelow);
    place.archives.forEach(drops::keepBelow);
    place.unknown.forEach(drops::keepBelow);
    return last;
  }

  /** What is to be looked at in a folder: neither hidden nor temporary. */
  List<Path> visible(Path path) throws IOException {
    return disk.children(path).stream().filter(StoreLook::isVisible).toList();
  }

  private static boolean isVisible(Path path) {
    String name = path.getFileName().toString();
    return !Names.isHidden(name) && !Names.isTemporary(name);
  }

  boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  Disk disk() {
    return disk;
  }

  OperatorSettings operator() {
    return new OperatorSettings(folder);
  }

  void stray(Path path) {
    strays.add(path);
  }

  Path relative(Path path) {
    return folder.relativize(path);
  }

  /** Differs when the content of an archive has gone from the cache, and is to come back. */
  String unpacked(Path archive) {
    try {
      return cache.presence(archive, disk.attributes(archive));
    } catch (IOException | UnusableException e) {
      return "";
    }
  }

  ArchiveReader unpack(FileTree archive, String fingerprint) throws IOException, UnusableException {
    BasicFileAttributes attributes = archive.files().get("");
    if (attributes == null) {
      throw new UnusableException("it is a folder with the name of an archive: rename it");
    }
    Path unpacked = cache.unpack(archive.root(), attributes);
    return new ArchiveReader(archive.root(), unpacked, fingerprint);
  }
}
