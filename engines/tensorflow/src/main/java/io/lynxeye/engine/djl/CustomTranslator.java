package io.lynxeye.engine.djl;

import ai.djl.Model;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.translate.ServingTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import io.lynxeye.engine.adapter.LabelFile;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A translator supplied with a model, found as DJL Serving finds it: {@code translatorFactory} or
 * {@code translator} in the manifest, or the first {@link ServingTranslator} among the model's own
 * classes.
 *
 * @param classes the model's own classes; closed with it
 * @param type class of the translator or of its factory
 */
public record CustomTranslator(ModelSource source, ModelClasses classes, Class<?> type) {

  /** Image classification, which this server does itself, faster, by the same keys. */
  private static final Set<String> OURS =
      Set.of(
          "io.lynxeye.translators.ImageScoringTranslatorFactory",
          "ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory");

  private static final Set<String> OUR_APPLICATIONS =
      Set.of("cv/image_classification", "image_classification");

  /**
   * Finds the model's translator; empty where this server preprocesses the images itself.
   *
   * @throws ModelLoadException when the named translator cannot be found
   */
  public static Optional<CustomTranslator> find(ModelSource source) throws ModelLoadException {
    Map<String, String> manifest = source.manifest().arguments();
    Optional<String> named =
        Optional.ofNullable(manifest.getOrDefault("translatorFactory", manifest.get("translator")))
            .map(String::trim);
    if (named.filter(OURS::contains).isPresent()) {
      return Optional.empty();
    }
    ModelClasses classes = open(source);
    try {
      Optional<Class<?>> type =
          named.isPresent() ? Optional.of(named(classes, named.get())) : scan(classes);
      if (type.isPresent()) {
        return Optional.of(new CustomTranslator(source, classes, type.get()));
      }
      requireOurs(manifest.getOrDefault("application", "image_classification").trim());
    } catch (ModelLoadException | RuntimeException | Error e) {
      classes.close();
      throw e;
    }
    classes.close();
    return Optional.empty();
  }

  private static ModelClasses open(ModelSource source) throws ModelLoadException {
    try {
      return ModelClasses.of(source.folder());
    } catch (IOException e) {
      throw new ModelLoadException("its libs folder cannot be read: " + e.getMessage(), e);
    }
  }

  private static void requireOurs(String application) throws ModelLoadException {
    if (!OUR_APPLICATIONS.contains(application.toLowerCase(Locale.ROOT))) {
      throw new ModelLoadException(
          "application=%s is not supported, only %s; for anything else put a translator into libs and name it with translator="
              .formatted(application, String.join(", ", OUR_APPLICATIONS)));
    }
  }

  private static Class<?> named(ModelClasses classes, String name) throws ModelLoadException {
    try {
      Class<?> type = classes.find(name);
      if (ServingTranslator.class.isAssignableFrom(type)
          || TranslatorFactory.class.isAssignableFrom(type)) {
        return type;
      }
    } catch (ClassNotFoundException e) {
      throw new ModelLoadException(
          "its translator %s is neither in libs/*.jar nor compiled in libs/classes".formatted(name),
          e);
    } catch (LinkageError e) {
      throw new ModelLoadException("its translator %s cannot be loaded: %s".formatted(name, e), e);
    }
    throw new ModelLoadException(
        "its translator %s is neither a ServingTranslator nor a TranslatorFactory".formatted(name));
  }

  private static Optional<Class<?>> scan(ModelClasses classes) throws ModelLoadException {
    try {
      for (String name : classes.names()) {
        Class<?> type = candidate(classes, name);
        if (type != null) {
          return Optional.of(type);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new ModelLoadException("its libs folder cannot be read: " + e.getMessage(), e);
    }
  }

  private static Class<?> candidate(ModelClasses classes, String name) {
    try {
      Class<?> type = classes.find(name);
      boolean fits =
          ServingTranslator.class.isAssignableFrom(type)
              && classes.isOwn(type)
              && Modifier.isPublic(type.getModifiers())
              && !Modifier.isAbstract(type.getModifiers());
      return fits ? type : null;
    } catch (ClassNotFoundException | LinkageError e) {
      return null; // Jars may contain classes for libraries that are missing here.
    }
  }

  /**
   * Wraps a model with this translator.
   *
   * @param model closed by the result, or by the caller when this throws
   * @throws ModelLoadException when the translator cannot be created
   */
  public LoadedModel on(Model model, String engine, String device, String precision)
      throws ModelLoadException {
    try {
      return new TranslatedModel(
          calls(model),
          classes,
          describe(engine, device, precision),
          source.manifest().maxBatchSize().orElse(1));
    } catch (Throwable e) {
      classes.close();
      throw e;
    }
  }

  private TranslatorCalls calls(Model model) throws ModelLoadException {
    try {
      return new TranslatorCalls(model, translator(model));
    } catch (OutOfMemoryError e) { // Not the translator's fault.
      throw e;
    } catch (Exception | Error e) { // The translator's own code may throw anything.
      throw new ModelLoadException(
          "its translator %s cannot be created: %s".formatted(type.getName(), Causes.chain(e)), e);
    }
  }

  private ModelDescription describe(String engine, String device, String precision)
      throws ModelLoadException {
    return new ModelDescription(
        source.id(),
        engine,
        device,
        precision,
        "data: bytes, read by " + type.getName(),
        "output of " + type.getName(),
        new ModelSignature(
            ModelSignature.DEFAULT,
            List.of(new TensorSpec("data", "string", Optional.of(List.of(-1L)))),
            List.of(),
            ModelSignature.Takes.IMAGES,
            true),
        LabelFile.read(source),
        source.manifest().topK());
  }

  private Translator<Input, Output> translator(Model model)
      throws ReflectiveOperationException, TranslateException {
    Map<String, Object> arguments = new HashMap<>();
    source
        .manifest()
        .arguments()
        .forEach(
            (key, value) -> {
              if (!key.startsWith("option.")) {
                arguments.put(key, value);
              }
            });
    Object made = type.getConstructor().newInstance();
    if (made instanceof TranslatorFactory factory) {
      return factory.newInstance(Input.class, Output.class, model, arguments);
    }
    ServingTranslator translator = (ServingTranslator) made;
    translator.setArguments(arguments);
    return translator;
  }
}
