package io.lynxeye.serving.layout;

import io.lynxeye.serving.model.ModelFormat;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The file in a version's folder that is the model.
 *
 * @param format its format
 * @param name its name in the folder
 */
record ModelFile(ModelFormat format, String name) {

  static final String NAME_KEY = "option.modelName";

  /**
   * Chooses as DJL Serving does. {@code engine} selects the format where there are several. The
   * file is the one named by {@code option.modelName}, else {@code model}, else the one with the
   * model's own name, else the only one.
   *
   * @param files the names of the files in the folder
   * @param keys the effective manifest
   * @param model the model's name
   * @throws UnusableException when that selects no file, or more than one
   */
  static ModelFile choose(List<String> files, Map<String, String> keys, String model)
      throws UnusableException {
    ModelFormat format = format(files, Optional.ofNullable(keys.get("engine")));
    List<String> names = files.stream().filter(format::isFile).toList();
    if (format == ModelFormat.SAVED_MODEL) {
      return new ModelFile(format, names.get(0));
    }
    String ending = format.endings().get(0);
    if (keys.containsKey(NAME_KEY)) {
      String wanted = keys.get(NAME_KEY).trim();
      return named(format, names, Stream.concat(Stream.of(wanted), withEndings(format, wanted)))
          .orElseThrow(
              () ->
                  new UnusableException(
                      "%s=%s, but there is no %s%s"
                          .formatted(
                              NAME_KEY, wanted, wanted, format.isFile(wanted) ? "" : ending)));
    }
    Optional<ModelFile> usual =
        named(
            format, names, Stream.concat(withEndings(format, "model"), withEndings(format, model)));
    if (usual.isEmpty() && names.size() > 1) {
      throw new UnusableException(
          "it holds several models (%s): name the one to serve model%s, or set %s=%s"
              .formatted(
                  String.join(", ", names),
                  ending,
                  NAME_KEY,
                  names.get(0).substring(0, names.get(0).lastIndexOf('.'))));
    }
    return usual.orElseGet(() -> new ModelFile(format, names.get(0)));
  }

  private static Stream<String> withEndings(ModelFormat format, String name) {
    return format.endings().stream().map(ending -> name + ending);
  }

  private static Optional<ModelFile> named(
      ModelFormat format, List<String> names, Stream<String> wanted) {
    return wanted.filter(names::contains).findFirst().map(name -> new ModelFile(format, name));
  }

  private static ModelFormat format(List<String> files, Optional<String> engine)
      throws UnusableException {
    Set<ModelFormat> there =
        files.stream()
            .flatMap(name -> ModelFormat.ofFile(name).stream())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(ModelFormat.class)));
    Optional<ModelFormat> wanted =
        engine.isPresent() ? Optional.of(ofEngine(engine.get().trim())) : Optional.empty();
    if (there.isEmpty()) {
      throw UnusableException.noModel("it holds no model: expected " + ModelFormat.expected());
    }
    if (wanted.isPresent() && !there.contains(wanted.get())) {
      throw new UnusableException(
          "engine=%s does not fit its files, which are for %s: correct or remove the key"
              .formatted(engine.get().trim(), engines(there)));
    }
    if (wanted.isEmpty() && there.size() > 1) {
      throw new UnusableException(
          "it holds models of several formats: choose one in serving.properties with "
              + engines(there));
    }
    return wanted.orElseGet(() -> there.iterator().next());
  }

  static ModelFormat ofEngine(String engine) throws UnusableException {
    return Arrays.stream(ModelFormat.values())
        .filter(format -> format.engine().equalsIgnoreCase(engine))
        .findFirst()
        .orElseThrow(
            () ->
                new UnusableException(
                    "engine=%s is not supported; use %s"
                        .formatted(engine, engines(EnumSet.allOf(ModelFormat.class)))));
  }

  private static String engines(Set<ModelFormat> formats) {
    return formats.stream()
        .map(format -> "engine=" + format.engine())
        .collect(Collectors.joining(" or "));
  }
}
