package io.lynxeye.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Every key of a manifest, and what to say about those that do nothing: such a key never stops a
 * load, and never passes in silence.
 */
public final class ManifestKeys {

  private static final String OUR_TRANSLATORS = "io.lynxeye.translators.";
  private static final String DJL_TRANSLATOR =
      "ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory";
  private static final String OPTION = "option.";

  /** What DJL Serving does not know. */
  private static final Set<String> OURS = Set.of("channelOrder", "layout", "output", "precision");

  private static final Set<String> DJL_SERVING =
      Set.of(
          "engine",
          "load_on_devices",
          "batch_size",
          "max_dynamic_batch_size",
          "max_batch_delay",
          "job_queue_size",
          "minWorkers",
          "maxWorkers",
          "cpu.minWorkers",
          "cpu.maxWorkers",
          "gpu.minWorkers",
          "gpu.maxWorkers",
          "translatorFactory",
          "translator",
          "application");

  /** Of DJL's image translators. */
  private static final Set<String> TRANSLATION =
      Set.of(
          "width",
          "height",
          "resize",
          "resizeShort",
          "centerCrop",
          "centerFit",
          "pad",
          "flag",
          "toTensor",
          "normalize",
          "range",
          "topK",
          "applySoftmax",
          "synset",
          "synsetFileName",
          "synsetUrl",
          "batchifier");

  /** Options that this server reads itself; the engine is given any other too. */
  private static final Set<String> OPTIONS =
      Set.of("option.Tags", "option.SignatureDefKey", "option.modelName");

  /** DJL Serving's that are about its own workers, about Python, or about language models. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "max_idle_time",
          "required_memory_mb",
          "reserved_memory_mb",
          "gpu.required_memory_mb",
          "gpu.reserved_memory_mb",
          "retry_threshold",
          "log_request_metric",
          "metrics_aggregation",
          "task",
          "blockFactory",
          "option.parallel_loading",
          "option.model_id",
          "option.entryPoint",
          "option.handler",
          "option.mpi_mode",
          "option.tensor_parallel_degree",
          "option.pipeline_parallel_degree",
          "option.predict_timeout",
          "option.model_loading_timeout",
          "option.pythonExecutable",
          "option.enable_venv",
          "option.rolling_batch",
          "option.max_rolling_batch_size",
          "option.async_mode",
          "option.enable_lora",
          "option.max_output_size",
          "option.speculative_draft_model");

  private static final Set<String> EFFECTIVE = effective();

  private ManifestKeys() {}

  private static Set<String> effective() {
    Set<String> keys = new TreeSet<>(OURS);
    keys.addAll(DJL_SERVING);
    keys.addAll(TRANSLATION);
    keys.addAll(OPTIONS);
    return Collections.unmodifiableSet(keys);
  }

  /** Whether the key of a version does something here. */
  public static boolean isKnown(String key) {
    return EFFECTIVE.contains(key);
  }

  /**
   * What to say about a version's keys, one sentence each, in the order of the keys; nothing about
   * those that do what they say. A translator of the model's own may have keys of its own: of
   * those, only what looks like a slip of the pen is told.
   */
  public static List<String> remarks(Map<String, String> manifest) {
    boolean isOwnTranslator = isOwnTranslator(manifest);
    List<String> remarks = new ArrayList<>();
    for (String key : new TreeMap<>(manifest).keySet()) {
      remark(key, isOwnTranslator).ifPresent(remarks::add);
    }
    return List.copyOf(remarks);
  }

  private static boolean isOwnTranslator(Map<String, String> manifest) {
    String factory = manifest.getOrDefault("translatorFactory", DJL_TRANSLATOR).trim();
    return manifest.containsKey("translator")
        || !(factory.startsWith(OUR_TRANSLATORS) || factory.equals(DJL_TRANSLATOR));
  }

  private static Optional<String> remark(String key, boolean isOwnTranslator) {
    if (isKnown(key)) {
      return Optional.empty();
    }
    String quoted = "'" + key + "'";
    if (WITHOUT_EFFECT.contains(key)) {
      return Optional.of(quoted + " has no effect here");
    }
    if (ModelSettings.KEYS.contains(key)) {
      return Optional.of(
          quoted + " has no effect for one version: put it beside the version folders");
    }
    Optional<String> meant = meant(key, isOwnTranslator);
    if (meant.isPresent()) {
      return Optional.of(quoted + " is no known key; did you mean '" + meant.get() + "'?");
    }
    return isOwnTranslator || key.startsWith(OPTION)
        ? Optional.empty()
        : Optional.of(quoted + " is no known key");
  }

  private static Optional<String> meant(String key, boolean isOwnTranslator) {
    Set<String> candidates = new TreeSet<>(EFFECTIVE);
    candidates.addAll(WITHOUT_EFFECT);
    candidates.addAll(ModelSettings.KEYS);
    return new Spelling(key).nearest(candidates, isOwnTranslator ? 1 : 2);
  }
}
