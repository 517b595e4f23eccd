package io.lynxeye.serving.store;

import io.lynxeye.serving.layout.Layouts;
import io.lynxeye.serving.layout.UnusableException;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ArchiveName;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.store.StoreSnapshot.Entry;
import io.lynxeye.serving.store.StoreSnapshot.Kind;
import io.lynxeye.serving.store.StoreSnapshot.Status;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Scans the disk: the first step of reading a store, before {@link StabilityTracker settling} and
 * {@link StoreReader reading}. Opens no file but {@code models.config}. For one scan.
 */
final class StoreScan {

  /** What may lie next to version folders without being a version. */
  private static final Set<String> KNOWN =
      Set.of(ModelManifest.FILE, "synset.txt", "mapping_config.json");

  private final Path store;
  private final Disk disk;
  private final ModelsConfig config;
  private List<ModelsConfig.Named> named = List.of();
  private final Map<String, List<Path>> paths = new TreeMap<>(); // By model.
  private final List<Path> unknown = new ArrayList<>();
  private final List<ModelStore.Unusable> problems = new ArrayList<>();
  private final List<Path> strays = new ArrayList<>();

  /**
   * @param store exists
   */
  StoreScan(Path store, Disk disk, ModelsConfig config) {
    this.store = store;
    this.disk = disk;
    this.config = config;
  }

  /**
   * @throws IOException when the store itself cannot be listed
   */
  StoreSnapshot scan() throws IOException {
    List<Path> children = visible(store);
    Path file = store.resolve(ModelsConfig.FILE);
    named = config.read(store, problem -> report(file, problem));
    named.forEach(this::addNamed);
    for (Path child : children) {
      if (!child.equals(file) && ModelsConfig.below(named, child).isEmpty()) {
        addToModel(child);
      }
    }
    List<StoreSnapshot.Model> models = new ArrayList<>();
    paths.forEach((name, ofModel) -> models.add(model(name, ofModel)));
    return new StoreSnapshot(models, unknown, problems, strays);
  }

  private void addNamed(ModelsConfig.Named model) {
    Path path = model.basePath();
    String problem = "base_path of " + model.name() + ", " + path + ", ";
    try {
      if (!disk.isInside(path.toRealPath())) {
        report(
            store.resolve(ModelsConfig.FILE),
            problem
                + "is outside the store: move the folder into the store and name it relative to"
                + " the store, or name its folder with --store-links");
      } else if (disk.attributes(path).isDirectory()) {
        paths.computeIfAbsent(model.name(), unseen -> new ArrayList<>()).add(path);
      } else {
        report(store.resolve(ModelsConfig.FILE), problem + "is a file: a folder is expected");
      }
    } catch (UnusableException e) {
      report(path, "it " + e.getMessage());
    } catch (NoSuchFileException e) {
      report(store.resolve(ModelsConfig.FILE), problem + "is not there: correct it");
    } catch (IOException e) {
      paths.computeIfAbsent(model.name(), unseen -> new ArrayList<>()).add(path);
      addUnknown(path, e);
    }
  }

  private boolean isFolderOf(String name, Path path) {
    return path.endsWith(name)
        || ModelsConfig.below(named, path).filter(model -> model.name().equals(name)).isPresent();
  }

  private void addToModel(Path child) {
    String fileName = child.getFileName().toString();
    Optional<String> archive = ArchiveName.withoutEnding(fileName);
    String name = archive.orElse(fileName);
    try {
      if (disk.attributes(child).isDirectory()) {
        name = fileName;
      } else if (archive.isEmpty()) {
        addStray(child);
        return;
      }
    } catch (UnusableException e) {
      unknown.add(child);
      report(child, "it " + e.getMessage());
    } catch (IOException e) {
      addUnknown(child, e);
    }
    if (named.stream().anyMatch(model -> model.name().equals(fileName))) {
      report(child, "models.config serves another folder under this name: rename it");
    } else if (ModelId.isName(name)) {
      paths.computeIfAbsent(name, unseen -> new ArrayList<>()).add(child);
    } else if (!unknown.contains(child)) {
      report(child, "its name is not a valid model name: use letters, digits, '.', '_' and '-'");
    }
  }

  private StoreSnapshot.Model model(String name, List<Path> ofModel) {
    List<Entry> entries = new ArrayList<>();
    ModelId first = new ModelId(name, 1);
    boolean isPartial = false;
    for (Path path : ofModel) {
      try {
        if (unknown.contains(path)) {
          isPartial = true;
        } else if (isFolderOf(name, path)) {
          entries.addAll(folder(path, first));
        } else {
          entries.add(entry(path, Kind.MODEL_ARCHIVE, first));
        }
      } catch (IOException e) { // Without its folder, the model's archives are not served either.
        unknown.addAll(ofModel);
        return new StoreSnapshot.Model(
            name,
            List.of(addUnknown(path, Kind.MODEL_FOLDER, first, e)),
            true,
            ModelsConfig.settings(named, name));
      }
    }
    entries.sort(Comparator.comparing(Entry::kind));
    return new StoreSnapshot.Model(name, entries, isPartial, ModelsConfig.settings(named, name));
  }

  private List<Entry> folder(Path folder, ModelId first) throws IOException {
    List<Path> children = visible(folder);
    if (children.stream().noneMatch(child -> Names.isVersion(Names.withoutArchiveEnding(child)))) {
      return List.of(entry(folder, Kind.MODEL_FOLDER, first));
    }
    List<Entry> entries = new ArrayList<>();
    Path manifest = folder.resolve(ModelManifest.FILE);
    entries.add(
        children.contains(manifest)
            ? entry(manifest, Kind.MANIFEST, first)
            : absent(manifest, Kind.MANIFEST, first));
    List<Path> read = config(folder, children, first, entries);
    for (Path child : children) {
      String fileName = child.getFileName().toString();
      if (Names.isVersion(Names.withoutArchiveEnding(child))) {
        version(child, first.name()).ifPresent(entries::add);
      } else if (ModelFormat.ofFile(fileName).isPresent()) {
        report(child, "it lies next to version folders: move it into a version folder of its own");
      } else if (!KNOWN.contains(fileName) && !read.contains(child)) {
        addStray(child);
      }
    }
    return entries;
  }

  /**
   * Adds another server's configuration with the files next to it, of which it may name some.
   *
   * @return these files
   */
  private List<Path> config(Path folder, List<Path> children, ModelId first, List<Entry> entries) {
    Optional<Path> config =
        children.stream()
            .filter(child -> Layouts.isConfig(child.getFileName().toString()))
            .findFirst();
    if (config.isEmpty()) {
      entries.add(absent(folder.resolve(Layouts.CONFIG), Kind.CONFIG, first));
      return List.of();
    }
    SortedMap<String, BasicFileAttributes> files = new TreeMap<>();
    try {
      for (Path child : children) {
        String name = child.getFileName().toString();
        BasicFileAttributes attributes = disk.attributes(child);
        if (attributes.isRegularFile()
            && !name.equals(ModelManifest.FILE)
            && !Names.isVersion(Names.withoutArchiveEnding(child))
            && ModelFormat.ofFile(name).isEmpty()) {
          files.put(name, attributes);
        }
      }
      FileTree tree = new FileTree(folder, files);
      entries.add(whole(config.get(), Kind.CONFIG, first, tree));
    } catch (UnusableException e) {
      entries.add(
          new Entry(
              config.get(), Kind.CONFIG, first, Status.REFUSED, e.getMessage(), Optional.empty()));
    } catch (IOException e) {
      entries.add(addUnknown(config.get(), Kind.CONFIG, first, e));
    }
    return files.keySet().stream().map(folder::resolve).toList();
  }

  private static Entry absent(Path path, Kind kind, ModelId id) {
    return new Entry(path, kind, id, Status.ABSENT, "absent", Optional.empty());
  }

  private static Entry whole(Path path, Kind kind, ModelId id, FileTree tree) {
    return new Entry(path, kind, id, Status.WHOLE, tree.fingerprint(), Optional.of(tree));
  }

  private Optional<Entry> version(Path path, String model) {
    String number = Names.withoutArchiveEnding(path);
    Kind kind = path.endsWith(number) ? Kind.VERSION_FOLDER : Kind.VERSION_ARCHIVE;
    try {
      return Optional.of(entry(path, kind, new ModelId(model, Names.version(number))));
    } catch (IllegalArgumentException e) {
      report(path, e.getMessage());
      return Optional.empty();
    }
  }

  private Entry entry(Path path, Kind kind, ModelId id) {
    try {
      return whole(path, kind, id, FileTree.of(path, disk));
    } catch (UnusableException e) {
      return new Entry(path, kind, id, Status.REFUSED, e.getMessage(), Optional.empty());
    } catch (IOException e) {
      return addUnknown(path, kind, id, e);
    }
  }

  private Entry addUnknown(Path path, Kind kind, ModelId id, IOException failure) {
    return new Entry(path, kind, id, addUnknown(path, failure), "", Optional.empty());
  }

  /** What vanished during the scan is no problem: the next scan shows whether it is gone. */
  private Status addUnknown(Path path, IOException failure) {
    unknown.add(path);
    if (failure instanceof NoSuchFileException) {
      return Status.CHANGING;
    }
    report(path, Disk.unreadable(failure));
    return Status.UNREADABLE;
  }

  private void addStray(Path path) {
    if (!Names.isDocumentation(path.getFileName().toString())) {
      strays.add(path);
    }
  }

  private void report(Path path, String reason) {
    problems.add(new ModelStore.Unusable(path, reason));
  }

  /** What to examine in a folder: neither hidden nor temporary. */
  private List<Path> visible(Path folder) throws IOException {
    return disk.children(folder).stream().filter(StoreScan::isVisible).toList();
  }

  private static boolean isVisible(Path path) {
    String name = path.getFileName().toString();
    return !Names.isHidden(name) && !Names.isTemporary(name);
  }
}
