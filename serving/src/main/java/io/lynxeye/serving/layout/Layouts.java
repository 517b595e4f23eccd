package io.lynxeye.serving.layout;

import io.lynxeye.serving.manifest.ManifestKeys;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Every layout that is served, and the choice of the model file in a folder. */
public final class Layouts {

  /** The layout of Triton's model repository is that of the folder above the versions. */
  public static final String CONFIG = "config.pbtxt";

  /** The first one that fits decides. */
  /**
   * The model in a version's folder.
   *
   * @param format its format
   * @param file the model file, relative to the version's folder
   * @param keys the effective keys of its manifest
   * @param remarks what the files of other servers say that has no effect here
   */
  public record Found(
      ModelFormat format, String file, Map<String, String> keys, List<String> remarks) {

    /**
     * The folder of the model file, relative to the version's folder: empty, or ends in a slash.
     */
    public String folder() {
      return file.substring(0, file.lastIndexOf('/') + 1);
    }
  }

  private static final List<Layout> LAYOUTS =
      List.of(
          new TorchServeLayout(),
          new MlflowLayout(),
          new HuggingFaceLayout(),
          Layouts::triton,
          Layouts::subfolder);

  /** Subfolders with a SavedModel: of the Object Detection API's export, and of Triton. */
  private static final List<String> SUBFOLDERS = List.of("saved_model", "model.savedmodel");

  private Layouts() {}

  /**
   * Whether a file next to a model's version folders says something about all of them, so that it
   * and the files that it names are read.
   */
  public static boolean isConfig(String name) {
    return name.equals(CONFIG);
  }

  /**
   * What the files next to a model's version folders say about all of them.
   *
   * @throws UnusableException when they describe what cannot be served
   */
  public static ImpliedKeys ofModel(ModelFolder folder) throws IOException, UnusableException {
    return folder.has(CONFIG) ? TritonConfig.read(folder, CONFIG) : ImpliedKeys.NONE;
  }

  /**
   * Finds the model in a version's folder.
   *
   * @param written the keys of its manifest
   * @param ofModel what the files next to the version folders imply
   * @param model the model's name
   * @throws UnusableException when no file can be served; says how to export it
   */
  public static Found find(
      ModelFolder folder, Map<String, String> written, ImpliedKeys ofModel, String model)
      throws IOException, UnusableException {
    Map<String, String> manifest = ManifestKeys.withoutCommas(written);
    Layout.Place place = place(folder, ofModel.under(manifest));
    ImpliedKeys implied = ofModel.under(place.implied());
    Map<String, String> keys = implied.under(manifest);
    List<String> names = folder.namesIn(place.place());
    List<String> models = new ArrayList<>();
    List<String> refusals = new ArrayList<>();
    for (String name : names) {
      if (ModelFormat.ofFile(name).isPresent()) {
        Optional<String> refusal = FileContent.refusal(folder, place.place() + name);
        refusal.ifPresentOrElse(refusals::add, () -> models.add(name));
      }
    }
    if (models.isEmpty()) {
      refuse(folder, keys, refusals);
    }
    requireEngine(models, manifest, implied);
    ModelFile file = ModelFile.choose(models, keys, model);
    List<String> remarks = new ArrayList<>(implied.remarks());
    commas(written, manifest).ifPresent(remarks::add);
    return new Found(file.format(), place.place() + file.name(), keys, remarks);
  }

  private static Optional<String> commas(Map<String, String> written, Map<String, String> clean) {
    String keys =
        clean.keySet().stream()
            .filter(key -> !clean.get(key).equals(written.get(key)))
            .collect(Collectors.joining(", "));
    return keys.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ModelManifest.FILE + ": the commas at the ends of these lines are ignored: " + keys);
  }

  private static Layout.Place place(ModelFolder folder, Map<String, String> keys)
      throws IOException, UnusableException {
    for (Layout layout : LAYOUTS) {
      Optional<Layout.Place> place = layout.recognise(folder, keys);
      if (place.isPresent()) {
        return place.get();
      }
    }
    return new Layout.Place("", ImpliedKeys.NONE);
  }

  /** Falls through where only the plain reason remains: that there is no model. */
  private static void refuse(ModelFolder folder, Map<String, String> keys, List<String> refusals)
      throws IOException, UnusableException {
    if (!refusals.isEmpty()) {
      throw new UnusableException(refusals.get(0));
    }
    if (keys.containsKey("engine")) {
      ModelFile.ofEngine(keys.get("engine").trim()); // Python is refused by its name.
    }
    Optional<String> foreign = ForeignFiles.refusal(folder);
    if (foreign.isPresent()) {
      throw new UnusableException(foreign.get());
    }
  }

  /** Says where the engine is named, if that is not the manifest. */
  private static void requireEngine(
      List<String> models, Map<String, String> manifest, ImpliedKeys implied)
      throws UnusableException {
    String engine = implied.keys().get("engine");
    if (engine == null || manifest.containsKey("engine") || models.isEmpty()) {
      return;
    }
    if (models.stream().noneMatch(ModelFile.ofEngine(engine)::isFile)) {
      throw new UnusableException(
          "%s names a platform or backend for %s, but the model is %s: correct the one or the other"
              .formatted(CONFIG, engine, String.join(", ", models)));
    }
  }

  /** A configuration of Triton beside the model itself, and not beside a version folder. */
  private static Optional<Layout.Place> triton(ModelFolder folder, Map<String, String> keys)
      throws IOException, UnusableException {
    if (!folder.has(CONFIG)) {
      return Optional.empty();
    }
    ImpliedKeys implied = TritonConfig.read(folder, CONFIG);
    Optional<Layout.Place> place = subfolder(folder, keys);
    return Optional.of(new Layout.Place(place.map(Layout.Place::place).orElse(""), implied));
  }

  private static Optional<Layout.Place> subfolder(ModelFolder folder, Map<String, String> keys) {
    List<String> candidates = new ArrayList<>();
    Optional.ofNullable(keys.get(ModelFile.NAME_KEY)).map(String::trim).ifPresent(candidates::add);
    if (folder.namesIn("").stream().noneMatch(name -> ModelFormat.ofFile(name).isPresent())) {
      candidates.addAll(SUBFOLDERS);
    }
    return candidates.stream()
        .map(name -> name + "/")
        .filter(name -> folder.namesIn(name).stream().anyMatch(ModelFormat.SAVED_MODEL::isFile))
        .findFirst()
        .map(name -> new Layout.Place(name, ImpliedKeys.NONE));
  }
}
